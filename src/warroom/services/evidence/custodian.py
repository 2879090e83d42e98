"""Access to files: only undamaged ones are handed out, and the log says to whom, when and from where."""

import asyncio
import errno
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import structlog

from warroom.model.custody import Act, Custody, Damage, Shelf, custody_of
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.errors import DamagedError, ForbiddenError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.sentence import ended
from warroom.model.user import SYSTEM, Actor
from warroom.services.evidence.intact import Each, guarded, hash_of, ignore
from warroom.services.people.access import Permission, may
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store
from warroom.services.writing.journal import Journal
from warroom.services.writing.lines import Line

GRACE = timedelta(minutes=10)  # between storing bytes and the commit that needs them
SWEPT = 500  # blobs that are removed at one time
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Custodian:
    """Opens, checks and removes the files of incidents, and logs access to them."""

    store: Store
    journal: Journal
    blobs: Blobs
    clock: Clock

    async def entry(self, wanted: EntryId) -> Entry:
        """Return an entry that holds a file; raises NotFoundError when it does not, or not any more."""
        entry = await self.item(wanted)
        if gone := entry.deleted:
            raise NotFoundError(
                f"The file of entry {wanted} was deleted by {gone.by} at {gone.at:%Y-%m-%d %H:%M} UTC: {gone.reason}"
            )
        return entry

    async def item(self, wanted: EntryId) -> Entry:
        """Return an entry that holds a file, or did until it was deleted; raises NotFoundError when it never did."""
        entry = await self.store.entry(wanted)
        if entry.file is None:
            raise NotFoundError(f"Entry {wanted} holds no file. `warroom evidence list` shows those that do.")
        return entry

    async def open(
        self, entry: Entry, act: Act, actor: Actor, reason: str = "", *, why: str = ""
    ) -> tuple[StoredFile, BinaryIO]:
        """Open an entry's file after its hash is checked and the access is logged.

        Raises DamagedError when the hash differs, ForbiddenError when the evidence is restricted to others; with `why`
        an admin may open it even then. The caller closes the file.
        """
        await self.admit(entry, actor, why)
        file = await self.require_whole(entry, actor)
        await self.note(custody_of(entry, act, door=actor.door, address=actor.address, reason=reason), actor)
        return file, await asyncio.to_thread(guarded, self.blobs.open, file)

    async def link(self, entry: Entry, folder: Path, actor: Actor, reason: str, *, of: IncidentId) -> Path:
        """Put an entry's file where code can read it. A playbook reads files of its own incident only."""
        assert entry.file is not None
        if actor.name != SYSTEM.name or entry.incident != of:
            await self.admit(entry, actor)
        try:
            path = await self.blobs.link(entry.file.sha256, folder)
        except DamagedError as error:
            raise await self.damaged(entry, "they have another SHA-256, or cannot be read", actor) from error
        except NotFoundError as error:
            await self.damaged(entry, str(error), actor)
            raise
        await self.note(custody_of(entry, Act.VIEWED, door=actor.door, address=actor.address, reason=reason), actor)
        return path

    async def admit(self, entry: Entry, actor: Actor, why: str = "") -> None:
        """Raise ForbiddenError when the incident's evidence is restricted to people other than the actor.

        An admin who gives a reason is not refused; the War Room and the log record it.
        """
        rule = await self.store.custody.restriction(entry.incident)
        if rule is None or actor.name in rule.people:
            return
        names = ", ".join(rule.people)
        if not may(actor.role, Permission.RESTRICT_EVIDENCE) or actor.door == "command":
            raise ForbiddenError(f"The evidence of incident {entry.incident} is for {names} only. Ask one of them.")
        if not why.strip():
            raise ForbiddenError(
                f"The evidence of incident {entry.incident} is for {names} only. An admin may open it with a reason, "
                "which the War Room and custody then show: add it (--reason on the command line)."
            )
        assert entry.file is not None
        said = (
            f"{actor.name} opened {entry.file.name!r} (entry {entry.id}) although the evidence of this incident is for "
            f"{names} only. Reason: {why}"
        )
        custody = custody_of(entry, Act.OPENED, door=actor.door, address=actor.address, reason=why)
        await self.tell(entry.incident, said, custody, actor)

    async def require_whole(self, entry: Entry, actor: Actor, each: Each = ignore) -> StoredFile:
        """Return an entry's file; raises DamagedError, and writes it to the War Room, when its hash does not match."""
        assert entry.file is not None
        found = await self.found(entry, actor, each)
        if found != entry.file.sha256:
            raise await self.damaged(entry, found_said(found), actor)
        return entry.file

    async def found(self, entry: Entry, actor: Actor, each: Each = ignore) -> str:
        """Hash the stored bytes of an entry; empty when they cannot be read, NotFoundError when they are gone."""
        assert entry.file is not None
        try:
            found = await asyncio.to_thread(self._hash, entry.file.sha256, each)
        except NotFoundError as error:
            await self.damaged(entry, str(error), actor)
            raise
        except DamagedError:
            return ""
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            return ""
        if found == entry.file.sha256:
            await self.store.custody.clear_damage(found)
        return found

    def _hash(self, sha256: str, each: Each) -> str:
        with self.blobs.open(sha256) as source:
            return hash_of(source, each)

    async def note(self, custody: Custody, actor: Actor) -> None:
        """Write a custody act to the log."""
        await self.journal.commit(Changes(actor=actor.name, at=self.clock.now(), custody=[custody], durable=True))

    async def damaged(self, entry: Entry, found: str, actor: Actor) -> DamagedError:
        """Log a damage, note a new one in each incident that holds these bytes, and return the error to raise."""
        assert entry.file is not None
        news = await self.store.custody.save_damage(Damage(sha256=entry.file.sha256, at=self.clock.now(), found=found))
        holders = await self.store.custody.holders(entry.file.sha256) if news else [entry]
        for holder in holders:
            said = _damage_said(holder, found)
            custody = custody_of(holder, Act.DAMAGED, door=actor.door, address=actor.address, reason=found)
            await self.tell(holder.incident, said if news else "", custody, actor)
        return DamagedError(_damage_said(entry, found))

    async def release(self, sha256: str) -> bool:
        """Remove bytes that no entry needs; returns whether they were removed.

        Bytes that were stored just now may belong to an entry that is not committed yet: their shelf is checked later.
        """
        if await self.store.custody.is_needed(sha256):
            return False
        if await self._removed(sha256):
            return True
        await self.store.custody.save_shelf(Shelf(name=sha256[:2], at=LONG_AGO))
        return False

    async def sweep(self) -> int:
        """Remove bytes that deleted and changed rows have left and that nothing needs; returns how many are gone.

        Those that were stored just now wait for the next time, and so do those that the disk does not let go.
        """
        now, gone = self.clock.now(), 0
        for sha256 in await self.store.custody.unneeded(now, now - GRACE, SWEPT):
            try:
                is_needed = await self.store.custody.is_needed(sha256)
                is_gone = not is_needed and await self._removed(sha256)
                if is_needed or is_gone or not await self._is_there(sha256):
                    await self.store.custody.forget_unneeded(sha256)
            except (DamagedError, NotFoundError, OSError) as error:  # of the disk, or of an entry that may need them
                log.warning("bytes that nothing needs cannot be removed", sha256=sha256, error=str(error))
                continue
            gone += is_gone
        return gone

    async def _removed(self, sha256: str) -> bool:
        if not await self.blobs.remove(sha256, self.clock.now() - GRACE):
            return False
        await self.store.custody.clear_damage(sha256)
        return True

    async def _is_there(self, sha256: str) -> bool:
        try:
            (await asyncio.to_thread(self.blobs.open, sha256)).close()
        except NotFoundError:
            return False
        except DamagedError:
            pass
        return True

    async def tell(
        self, incident: IncidentId, said: str, custody: Custody, actor: Actor, changed: Sequence[Entry] = ()
    ) -> None:
        """Write a custody act to the log; with `said`, also a line to the War Room in the same commit."""
        now, entries = self.clock.now(), [*changed]
        if said:
            type_ = EntryType.ERROR if custody.act is Act.DAMAGED else EntryType.NOTE
            line = Line(incident=incident, text=said, at=now, actor=actor.name, type=type_)
            entries.append(await line.entry(self.store))
        await self.journal.commit(Changes(actor=actor.name, at=now, entries=entries, custody=[custody], durable=True))


def found_said(sha256: str) -> str:
    """Say what was found in place of the stored bytes.

    >>> found_said("")
    'they cannot be read'
    """
    return f"they have the SHA-256 {sha256}" if sha256 else "they cannot be read"


def _damage_said(entry: Entry, found: str) -> str:
    assert entry.file is not None
    file = entry.file
    return (
        f"The stored bytes of {file.name!r} (entry {entry.id}, SHA-256 {file.sha256}) are damaged: {ended(found)} They "
        "cannot be downloaded. Restore them from a backup (`warroom evidence list --json` shows their path), "
        f"then run `warroom evidence verify {entry.id}`."
    )
