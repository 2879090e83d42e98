"""The door to the installed content of a folder that no server holds; it loads no use case and no database."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warroom.bootstrap.content import open_content
from warroom.cli.door import user_name
from warroom.content.catalogue import Catalogue
from warroom.content.pack import Pack
from warroom.doors.answer import json_of
from warroom.doors.installed import packs_of, playbooks_of
from warroom.doors.local import local_actor
from warroom.model.json import Json
from warroom.model.user import Actor

READS: Mapping[str, Callable[[Sequence[Pack], Actor], Any]] = {
    "pack.list": packs_of,
    "playbook.list": lambda packs, _actor: playbooks_of(Catalogue(packs)),
}


@dataclass(frozen=True, slots=True)
class ContentDoor:
    """Those operations that only read content, with the same answers as in a server."""

    packs: Sequence[Pack]
    actor: Actor

    async def call(self, operation: str, **_asked: Json) -> Json:
        return json_of(READS[operation](self.packs, self.actor))


@asynccontextmanager
async def open_content_door(home: Path) -> AsyncIterator[ContentDoor]:
    """Open the content of a data folder; raises FolderInUseError when another process holds the folder."""
    with open_content(home) as packs:
        yield ContentDoor(packs, local_actor(user_name()))
