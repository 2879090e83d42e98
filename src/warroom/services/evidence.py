"""Evidence: the files of the War Room, exported and verified by their hashes."""

import asyncio
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from warroom.model.entry import Entry, StoredFile
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.discretion import Discretion
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.store import Store

CHUNK = 1 << 20
LONGEST_NAME = 200  # bytes; file systems take 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What can be done with the files of incidents."""

    store: Store
    blobs: Blobs
    discretion: Discretion

    async def list(self, actor: Actor, incident: IncidentId | None = None) -> Sequence[Entry]:
        """List the entries that hold a file, of one incident or of all."""
        require(actor, Permission.SEE)
        found = await self.store.files(incident)
        return [shown for entry in found for shown in await self.discretion.entries(entry.incident, [entry], actor)]

    def location(self, entry: Entry) -> str:
        """Say where an entry's bytes lie, for people."""
        return self.blobs.location(entry.file.sha256) if entry.file else ""

    async def open(self, entry_id: EntryId, actor: Actor) -> tuple[StoredFile, BinaryIO]:
        """Open an entry's file to be read piece by piece; whoever asks closes it."""
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        entry = await self._entry(entry_id)
        assert entry.file is not None
        return entry.file, await asyncio.to_thread(self.blobs.open, entry.file.sha256)

    async def export(self, entry_id: EntryId, target: Path, actor: Actor, *, overwrite: bool = False) -> Path:
        """Copy an entry's file to `target` on this machine (a file, or a folder that takes it under its own name)."""
        require(actor, Permission.DOWNLOAD_EVIDENCE)
        entry = await self._entry(entry_id)
        assert entry.file is not None
        return await asyncio.to_thread(self._copy, entry.file, target, overwrite=overwrite)

    async def verify(self, entry_id: EntryId, actor: Actor) -> tuple[str, bool]:
        """Hash the stored bytes again; gives the hash and whether it is the one of the entry."""
        require(actor, Permission.SEE)
        entry = await self._entry(entry_id)
        assert entry.file is not None
        digest = await asyncio.to_thread(self._hash, entry.file.sha256)
        return digest, digest == entry.file.sha256

    async def _entry(self, entry_id: EntryId) -> Entry:
        entry = await self.store.entry(entry_id)
        if entry.file is None:
            raise NotFoundError(f"Entry {entry_id} holds no file. `warroom evidence list` shows those that do.")
        return entry

    def _copy(self, file: StoredFile, target: Path, *, overwrite: bool) -> Path:
        path = target / plain_name(file.name) if target.is_dir() else target
        if path.exists() and not overwrite:
            raise ConflictError(f"{path} exists already. Choose another name, or say --overwrite.")
        with self.blobs.open(file.sha256) as source:
            try:
                with path.open("wb") as sink:
                    shutil.copyfileobj(source, sink, CHUNK)
            except OSError as error:
                reason = error.strerror or str(error)
                raise InvalidInputError(f"{path} cannot be written: {reason}. Choose another place.") from error
        return path

    def _hash(self, sha256: str) -> str:
        digest = hashlib.sha256()
        with self.blobs.open(sha256) as source:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
        return digest.hexdigest()


def plain_name(name: str) -> str:
    r"""Give the name under which a file may lie in any folder: hostile names neither lead out of it nor break it.

    >>> plain_name("..\\..\\etc/passwd"), plain_name("a\tb"), plain_name("..")
    ('passwd', 'a_b', 'file')
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    safe = "".join(character if character.isprintable() else "_" for character in last)
    while len(safe.encode()) > LONGEST_NAME:
        safe = safe[1:]  # the end says what it is
    return "file" if safe in {"", ".", ".."} else safe
