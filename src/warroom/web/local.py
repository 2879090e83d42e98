"""The local door: operations over a Unix socket in the data folder, for its owner only."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from warroom.doors.local import local_actor
from warroom.model.errors import InvalidInputError, UnavailableError, WarroomError
from warroom.model.json import Json, JsonObject
from warroom.services.app import App
from warroom.services.ports.outage import OutageError
from warroom.web.answers import Answer
from warroom.web.errors import as_json, status_of
from warroom.web.local_socket import ACTOR_HEADER, refuse_foreign_folder, socket_path
from warroom.web.perform import perform


class RunningOperations:
    """The operations that a server is running, some of which wait for long."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Json]] = set()
        self._is_ending = False

    async def do(self, work: Coroutine[Any, Any, Json]) -> Json:
        """Return the result; raises UnavailableError when the server ends first."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._is_ending:
            task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            raise UnavailableError("The server is ending and does not wait for this. Ask again when it runs.")
        return task.result()

    def end(self) -> None:
        """Cancel all operations, and refuse later ones."""
        self._is_ending = True
        for task in self._tasks:
            task.cancel()


def local_app(app: App, underway: RunningOperations) -> FastAPI:
    """Make the HTTP application behind the socket."""
    door = FastAPI(title="warroom, local door", docs_url=None, redoc_url=None, openapi_url=None)

    @door.post("/operations/{name}")
    async def call(name: str, request: Request) -> Answer:
        """Perform an operation for a client of the socket."""
        actor = local_actor(request.headers.get(ACTOR_HEADER, "local"))
        result = await underway.do(perform(app, name, _asked(await request.body()), actor))
        return Answer({"result": result})

    @door.exception_handler(WarroomError)
    async def refuse(_: Request, error: Exception) -> Answer:
        """Answer what we raise on purpose in one sentence."""
        assert isinstance(error, WarroomError)
        return Answer(as_json(error), status_code=status_of(error))

    @door.exception_handler(OutageError)
    async def is_out(_: Request, error: Exception) -> Answer:
        """Answer that the database does not work at the moment."""
        outage = UnavailableError(str(error))
        return Answer(as_json(outage), status_code=status_of(outage))

    return door


def _asked(body: bytes) -> JsonObject:
    """Read a request; its values are cleaned where it is performed."""
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(f"The request is not JSON: {error}. Use a warroom of the same version.") from error
    if not isinstance(asked, dict):
        raise InvalidInputError("The request is not a JSON object. Use a warroom of the same version on both sides.")
    return asked


@asynccontextmanager
async def serve_locally(app: App) -> AsyncIterator[Path]:
    """Listen on the data folder's socket while the context lasts."""
    path = socket_path(app.home)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    refuse_foreign_folder(path, app.home)
    path.unlink(missing_ok=True)
    listener = _bind(path)
    underway = RunningOperations()
    door = local_app(app, underway)
    config = uvicorn.Config(door, log_level="warning", lifespan="off", access_log=False, timeout_graceful_shutdown=2)
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield path
    finally:
        server.should_exit = True
        underway.end()
        await serving
        path.unlink(missing_ok=True)


class QuietServer(uvicorn.Server):
    """Leaves signals to its caller."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
        listener.listen()  # before it is announced
    finally:
        os.umask(before)
    return listener
