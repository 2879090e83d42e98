"""Files that people bring into a War Room: streamed to disk, hashed, and kept like all evidence."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.custody import Act, custody_of
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.errors import InvalidInputError, UnavailableError
from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.evidence.evidence import plain_name
from warroom.services.evidence.intact import CHUNK
from warroom.services.execution.entries import file_context
from warroom.services.people.access import Permission, require
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store
from warroom.services.proof.sink import refuse_unless_a_name
from warroom.services.writing.journal import Journal
from warroom.services.writing.lines import Line

MOST_BYTES = 8 << 30
INFO = "brought by a person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploading:
    """Takes files in. `scratch` holds what has not arrived whole; the next start empties it."""

    store: Store
    journal: Journal
    blobs: Blobs
    clock: Clock
    scratch: Path
    most: int = MOST_BYTES

    async def add(self, incident: IncidentId, name: str, pieces: AsyncIterator[bytes], actor: Actor) -> Entry:
        """Keep a file piece by piece as an entry of an incident; one that breaks off leaves nothing behind."""
        require(actor, Permission.NOTE)
        await self.journal.incident(incident)  # raises NotFoundError
        if not name.strip():
            raise InvalidInputError("The file has no name. Give one.")
        self.scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.scratch, prefix="upload-") as folder:
            path = Path(folder, "arriving")
            await self._write(pieces, path)
            stored = await self.blobs.take(path, plain_name(name))
        return await self._keep(incident, stored, actor)

    async def _write(self, pieces: AsyncIterator[bytes], path: Path) -> None:
        size = 0
        try:
            with path.open("wb") as file:
                async for piece in pieces:
                    size += len(piece)
                    if size > self.most:
                        raise InvalidInputError(f"The file is larger than {self.most:,} bytes. Bring a smaller one.")
                    await asyncio.to_thread(file.write, piece)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnavailableError(f"The file could not be kept: {reason}. Check the disk, and try again.") from error
        if not size:
            raise InvalidInputError(
                "The file is empty, so there is nothing to keep. Bring one that has something in it."
            )

    async def _keep(self, incident: IncidentId, stored: StoredFile, actor: Actor) -> Entry:
        now = self.clock.now()
        said = f"{stored.name}, {INFO}."
        line = Line(incident=incident, text=said, at=now, actor=actor.name, type=EntryType.FILE, file=stored)
        entry = await line.entry(self.store)
        value = {"File": file_context(entry, stored)}
        patch = ContextPatch(incident=incident, kind=PatchKind.MERGE, value=value)
        custody = custody_of(entry, Act.SAVED, door=actor.door, address=actor.address, reason=INFO)
        changes = Changes(actor=actor.name, at=now, entries=[entry], patches=[patch], custody=[custody], durable=True)
        await self.journal.commit(changes)
        return entry


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """Read a file of this machine piece by piece; raises InvalidInputError where that cannot be done."""
    try:
        with await asyncio.to_thread(_opened, path) as file:
            while piece := await asyncio.to_thread(file.read, CHUNK):
                yield piece
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _opened(path: Path) -> BinaryIO:
    """Open a file, and never something that waits for another program, such as a pipe."""
    refuse_unless_a_name(path)
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise InvalidInputError(f"{path} is no file. Name one, or pack a folder first.")
    return file
