"""The custodian of files: nobody gets one that is not whole, and the log says who got it, when and from where."""

import asyncio
import errno
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from warroom.model.custody import Act, Custody, Damage, Shelf, custody_of
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.errors import DamagedError, ForbiddenError, NotFoundError
from warroom.model.ids import EntryId, IncidentId, entry_id
from warroom.model.sentence import ended
from warroom.model.user import SYSTEM, Actor
from warroom.services.access import Permission, may
from warroom.services.intact import guarded, hash_of
from warroom.services.journal import Journal
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Store

GRACE = timedelta(minutes=10)  # between storing bytes and the commit that needs them
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Custodian:
    """Looks after the files of incidents."""

    store: Store
    journal: Journal
    blobs: Blobs
    clock: Clock

    async def entry(self, wanted: EntryId) -> Entry:
        """Give an entry that holds a file; raises NotFoundError when it does not, or not any more."""
        entry = await self.store.entry(wanted)
        if entry.file is None:
            raise NotFoundError(f"Entry {wanted} holds no file. `warroom evidence list` shows those that do.")
        if gone := entry.deleted:
            raise NotFoundError(
                f"The file of entry {wanted} was deleted by {gone.by} at {gone.at:%Y-%m-%d %H:%M} UTC: {gone.reason}"
            )
        return entry

    async def open(
        self, entry: Entry, act: Act, actor: Actor, reason: str = "", *, why: str = ""
    ) -> tuple[StoredFile, BinaryIO]:
        """Open an entry's file once its bytes are known to be its own and the log says who has it.

        Raises DamagedError when they are not, ForbiddenError when it is for others; `why` opens it to an admin all the
        same. Whoever asks closes it.
        """
        await self.admit(entry, actor, why)
        file = await self.require_whole(entry, actor)
        await self.note(custody_of(entry, act, door=actor.door, address=actor.address, reason=reason), actor)
        return file, await asyncio.to_thread(guarded, self.blobs.open, file)

    async def link(self, entry: Entry, folder: Path, actor: Actor, reason: str, *, of: IncidentId) -> Path:
        """Put an entry's file where code can read it. A playbook reads what is of its own incident."""
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
        """Raise ForbiddenError when the incident's evidence is for named people, and the actor is none of them.

        An admin who says why is let in, and the War Room and the log say so.
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

    async def require_whole(self, entry: Entry, actor: Actor) -> StoredFile:
        """Give an entry's file; raises DamagedError, and tells the incident, when its bytes are not its own."""
        assert entry.file is not None
        found = await self.found(entry, actor)
        if found != entry.file.sha256:
            raise await self.damaged(entry, found_said(found), actor)
        return entry.file

    async def found(self, entry: Entry, actor: Actor) -> str:
        """Hash the stored bytes of an entry; empty when they cannot be read, NotFoundError when they are gone."""
        assert entry.file is not None
        try:
            found = await asyncio.to_thread(self._hash, entry.file.sha256)
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

    def _hash(self, sha256: str) -> str:
        with self.blobs.open(sha256) as source:
            return hash_of(source)

    async def note(self, custody: Custody, actor: Actor) -> None:
        """Write an act into the log."""
        await self.journal.commit(Changes(actor=actor.name, at=self.clock.now(), custody=[custody], durable=True))

    async def damaged(self, entry: Entry, found: str, actor: Actor) -> DamagedError:
        """Tell the log, and when it is news each incident that holds these bytes; gives what to raise."""
        assert entry.file is not None
        news = await self.store.custody.save_damage(Damage(sha256=entry.file.sha256, at=self.clock.now(), found=found))
        holders = await self.store.custody.holders(entry.file.sha256) if news else [entry]
        for holder in holders:
            said = _damage_said(holder, found)
            custody = custody_of(holder, Act.DAMAGED, door=actor.door, address=actor.address, reason=found)
            await self.tell(holder.incident, said if news else "", custody, actor)
        return DamagedError(_damage_said(entry, found))

    async def release(self, sha256: str) -> bool:
        """Remove bytes that nothing needs any more; says whether they are gone.

        Where they were stored just now, an entry that needs them may be on its way: their shelf is looked at again.
        """
        if await self.store.custody.is_needed(sha256):
            return False
        if await self.blobs.remove(sha256, self.clock.now() - GRACE):
            await self.store.custody.clear_damage(sha256)
            return True
        await self.store.custody.save_shelf(Shelf(name=sha256[:2], at=LONG_AGO))
        return False

    async def tell(
        self, incident: IncidentId, said: str, custody: Custody, actor: Actor, changed: Sequence[Entry] = ()
    ) -> None:
        """Write an act into the log and, in the same commit, with `said` a line into the War Room."""
        now, entries = self.clock.now(), [*changed]
        if said:
            number = await self.store.reserve_entries(incident, 1)
            type_ = EntryType.ERROR if custody.act is Act.DAMAGED else EntryType.NOTE
            line = entry_id(number, incident)
            entries.append(Entry(id=line, incident=incident, type=type_, contents=said, created=now, actor=actor.name))
        await self.journal.commit(Changes(actor=actor.name, at=now, entries=entries, custody=[custody], durable=True))


def found_said(sha256: str) -> str:
    """Say what lies there instead of what was stored.

    >>> found_said("")
    'they cannot be read'
    """
    return f"they have the SHA-256 {sha256}" if sha256 else "they cannot be read"


def _damage_said(entry: Entry, found: str) -> str:
    assert entry.file is not None
    file = entry.file
    return (
        f"The stored bytes of {file.name!r} (entry {entry.id}, SHA-256 {file.sha256}) are damaged: {ended(found)} They "
        "are handed to nobody. Bring them back from a backup (`warroom evidence list --json` says where they lie), "
        f"then run `warroom evidence verify {entry.id}`."
    )
