"""The door to a data folder: through the server that holds it, else by opening it ourselves (design 5)."""

import json
import os
import pwd
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warroom.cli.local_http import Answer, post
from warroom.model.errors import FolderInUseError, InvalidInputError, UnavailableError
from warroom.model.json import Json, JsonObject
from warroom.web.errors import from_json
from warroom.web.local_socket import ACTOR_HEADER, refuse_foreign_folder, socket_path

JSON_TYPE = "application/json"


class Door(Protocol):
    """Performs operations by name."""

    async def call(self, operation: str, **asked: Json) -> Json:
        """Raises a WarroomError when the operation is refused."""
        ...


@dataclass(frozen=True, slots=True)
class ServerDoor:
    """Operations in the server that holds the folder."""

    path: Path
    actor: str

    async def call(self, operation: str, **asked: Json) -> Json:
        headers = {"content-type": JSON_TYPE, ACTOR_HEADER: self.actor}
        try:
            answer = await post(self.path, f"/operations/{operation}", json.dumps(asked).encode(), headers)
        except OSError as error:
            raise UnavailableError(
                f"The server of this data folder does not answer ({error}). Is `warroom serve` still running?"
            ) from error
        said = _said(answer)
        if answer.status == 200 and "result" in said:
            return said["result"]
        if isinstance(said.get("error"), dict):
            raise from_json(said)
        raise UnavailableError(f"The server answered with HTTP {answer.status}. Its log says why.")


def _said(answer: Answer) -> JsonObject:
    """Return the answer's JSON object; empty when it is none, since then it is not from one of our operations."""
    if not answer.headers.get("content-type", "").startswith(JSON_TYPE):
        return {}
    with suppress(ValueError, RecursionError):
        said = json.loads(answer.body)
        return said if isinstance(said, dict) else {}
    return {}


def user_name() -> str:
    """Return the name of the person at this terminal; a user who can open the folder acts as admin."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name  # from the system; LOGNAME and USER can be set to anything
    except KeyError:  # a container's user without a name
        return "local"


@asynccontextmanager
async def open_door(home: Path, open_here: Callable[[], AbstractAsyncContextManager[Door]]) -> AsyncIterator[Door]:
    """Yield the door of the server that holds the folder; without a server, open the folder with `open_here`."""
    path = socket_path(home)
    if _is_served(path, home):
        yield ServerDoor(path, user_name())
        return
    _make_folder(home)
    try:
        async with open_here() as door:
            yield door
    except FolderInUseError:  # by a server that has begun in the meantime, or by something else
        if not _is_served(path, home):
            raise
        yield ServerDoor(path, user_name())


def _is_served(path: Path, home: Path) -> bool:
    """Whether a server listens; a dead server's socket is ignored."""
    with socket.socket(socket.AF_UNIX) as probe:
        if probe.connect_ex(os.fspath(path)) != 0:
            return False
    refuse_foreign_folder(path, home)
    return True


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"The data folder {home} cannot be used ({error.strerror}). Name another one with --home."
        ) from error
