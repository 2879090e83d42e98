"""The door to a data folder: through the server that holds it, else by opening it ourselves (design 5)."""

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from warroom.bootstrap import Settings, open_app
from warroom.model.errors import FolderInUseError, InvalidInputError, UnavailableError
from warroom.model.json import Json
from warroom.services.app import App
from warroom.web.errors import from_json
from warroom.web.local import ACTOR_HEADER, local_actor, perform, refuse_foreign_folder, socket_path


class Door(Protocol):
    """Performs operations by name."""

    async def call(self, operation: str, **asked: Json) -> Json:
        """Raises a WarroomError when the operation is refused."""
        ...


@dataclass(frozen=True, slots=True)
class OwnDoor:
    """Operations in this process."""

    app: App
    actor: str

    async def call(self, operation: str, **asked: Json) -> Json:
        return await perform(self.app, operation, asked, local_actor(self.actor))


@dataclass(frozen=True, slots=True)
class ServerDoor:
    """Operations in the server that holds the folder."""

    client: httpx.AsyncClient
    actor: str

    async def call(self, operation: str, **asked: Json) -> Json:
        try:
            answer = await self.client.post(
                f"/operations/{operation}", json=asked, headers={ACTOR_HEADER: self.actor}, timeout=None
            )
        except httpx.TransportError as error:
            raise UnavailableError(
                f"The server of this data folder does not answer ({error}). Is `warroom serve` still running?"
            ) from error
        if answer.is_success:
            return answer.json()["result"]
        if answer.headers.get("content-type", "").startswith("application/json"):
            raise from_json(answer.json())
        raise UnavailableError(f"The server answered with HTTP {answer.status_code}. Its log says why.")


def user_name() -> str:
    """Name the person at this terminal; who may open the folder acts as its admin."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "local"


@asynccontextmanager
async def open_door(settings: Settings) -> AsyncIterator[Door]:
    """Open the folder, or the socket of the server that holds it."""
    path = socket_path(settings.home)
    _make_folder(settings.home)
    try:
        async with open_app(settings) as app:
            yield OwnDoor(app, user_name())
    except FolderInUseError:
        if not path.exists():
            raise
        refuse_foreign_folder(path, settings.home)
        async with _client(path) as client:
            yield ServerDoor(client, user_name())


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(
            f"The data folder {home} cannot be used ({error.strerror}). Name another one with --home."
        ) from error


def _client(path: Path) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(uds=str(path))
    return httpx.AsyncClient(transport=transport, base_url="http://warroom")
