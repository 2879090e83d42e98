"""The door of a data folder that no server holds: operations in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from warroom.bootstrap.opening import open_app
from warroom.cli import logs
from warroom.cli.door import user_name
from warroom.cli.settings import read_settings
from warroom.doors.local import local_actor
from warroom.model.json import Json
from warroom.services.app import App
from warroom.web.perform import perform


@dataclass(frozen=True, slots=True)
class OwnDoor:
    """Operations in this process."""

    app: App
    actor: str

    async def call(self, operation: str, **asked: Json) -> Json:
        return await perform(self.app, operation, asked, local_actor(self.actor))


@asynccontextmanager
async def open_own_door(home: Path) -> AsyncIterator[OwnDoor]:
    """Open the data folder; raises FolderInUseError when another process holds it."""
    logs.quiet()
    async with open_app(read_settings(home)) as app:
        yield OwnDoor(app, user_name())
