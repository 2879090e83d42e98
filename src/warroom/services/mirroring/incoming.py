"""Incoming changes: fields, notes, and that the case was closed or reopened."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom.mapping.map_fields import MappedFields
from warroom.mapping.take_in import TakenIn
from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json
from warroom.model.mirror import MirrorRecord
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.entries import EntryWriter
from warroom.services.execution.outputs import Outputs
from warroom.services.mirroring.commands import Closing, Remote, RemoteData
from warroom.services.mirroring.tie import Maps, Tie, tie_of
from warroom.services.people.users import folded
from warroom.services.ports.blobs import Blobs
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, Memory, Store
from warroom.services.ports.users import UserStore
from warroom.services.secrecy.masking import Mask
from warroom.services.writing.journal import Edit, Journal
from warroom.services.writing.lines import entries_of

TRIES = 5
LONGEST_VALUE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntries:
    """The entries that came with a record, numbered, and what they write to the context."""

    entries: Sequence[Entry] = ()
    patches: Sequence[ContextPatch] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The incident after the merge, what that changed, and the War Room lines that say so."""

    incident: Incident
    record: MirrorRecord
    said: Sequence[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """Takes in one incident's record."""

    store: Store
    journal: Journal
    blobs: Blobs
    users: UserStore
    clock: Clock
    remote: Remote
    maps: Maps

    async def pull(self, record: MirrorRecord) -> bool:
        """Get the record and merge what is new, in one commit with the integration's memory.

        Returns whether anything changed. A closed incident that stays closed takes nothing in; later changes are
        fetched when it is reopened.
        """
        incident = await self.journal.incident(record.incident)
        tie = await self._tie(incident, record)
        if not tie.goes_in:
            return False
        heard = replace(record, synced=self.clock.now())  # later changes belong to the next round
        async with self.remote.data(incident, record.synced) as data:
            came: NewEntries | None = None
            for _ in range(TRIES):
                tie = await self._tie(await self.journal.incident(incident.id), heard)
                if tie.is_closed and not _opens(tie, data.closing):
                    await self._wait(replace(tie, record=record), data)
                    return False
                came = came or await self._numbered(tie.incident, data)
                if (changed := await self._taken(tie, data, came)) is not None:
                    return changed
        raise ConflictError(
            f"Incident {incident.id} was changed {TRIES} times while it was mirrored. The next round tries again."
        )

    async def _tie(self, incident: Incident, record: MirrorRecord) -> Tie:
        return await self.remote.mapped(incident, self.maps, lambda maps: tie_of(incident, record, maps))

    async def _wait(self, tie: Tie, data: RemoteData) -> None:
        """Note that something is left to take in, and drop the integration's new memory: it has to report it again."""
        record = replace(_heard(tie.record, data.closing), behind=True, due=tie.record.owes)
        if record != tie.record:
            await self.journal.commit(Changes(actor=self.remote.actor, at=self.clock.now(), mirrors=[record]))

    async def _taken(self, tie: Tie, data: RemoteData, came: NewEntries) -> bool | None:
        """Commit what a record changes; None when the incident has changed meanwhile."""
        merged = await self._merged(tie, data.closing, await self._mapped(tie.incident, data))
        lines = await entries_of(self.store, tie.incident.id, merged.said, self.clock.now(), self.remote.actor)
        numbers = [int(entry.id.partition("@")[0]) for entry in (*came.entries, *lines)]
        record = replace(merged.record, entries=(*tie.record.entries, *numbers))
        memory = data.ran.integration_context
        if record == tie.record and not came.patches and memory is None:
            return False  # otherwise each round could leave an event for each incident
        instance = self.remote.instance.id
        changes = Changes(
            actor=self.remote.actor,
            at=self.clock.now(),
            entries=[*came.entries, *lines],
            patches=came.patches,
            mirrors=[record],
            memory=Memory(instance=instance, value=memory) if memory is not None else None,
            durable=bool(numbers),
        )
        try:
            await self.journal.commit(changes, {tie.incident.id: _unless_changed(tie.incident, merged.incident)})
        except ConflictError:
            return None
        self.remote.executor.forget_memory(instance)
        return bool(numbers)

    async def _merged(self, tie: Tie, closing: Closing | None, mapped: MappedFields) -> Merged:
        taken = tie.taken_in(mapped)
        after, said = self._told(taken.incident, tie, closing)
        if taken.changed:
            said = [f"{self.remote.instance.name} changed {self._words(taken)}.", *said]
        if said:
            after = replace(after, modified=self.clock.now())
        outgoing = await self.remote.mapped(after, self.maps, lambda maps: maps.out(after))
        record = replace(
            _heard(tie.after(taken, outgoing), closing),
            is_closed=after.status is Status.DONE if after.status is not tie.incident.status else tie.record.is_closed,
            behind=False,
            due=tie.record.owes,
        )
        return Merged(incident=after, record=record, said=said)

    def _told(self, incident: Incident, tie: Tie, closing: Closing | None) -> tuple[Incident, list[str]]:
        """Close or reopen the incident when the other side has done so since its last report."""
        now, name = self.clock.now(), self.remote.instance.name
        if _opens(tie, closing):
            opened = replace(incident, status=Status.ACTIVE, closed=None, close_reason="", close_notes="")
            return opened, [f"{name} opened the case again, and so the incident."]
        if closing is None or not closing.is_closed or tie.is_closed or tie.record.said_closed:
            return incident, []
        closed = replace(
            incident, status=Status.DONE, closed=now, close_reason=closing.reason, close_notes=closing.notes
        )
        why = f": {closing.reason}" if closing.reason else ""
        return closed, [f"{name} closed the case, and so the incident{why}. {closing.notes}".strip()]

    async def _mapped(self, incident: Incident, data: RemoteData) -> MappedFields:
        """Map the record; an owner without a user of that name is left out, as in XSOAR."""
        mapped = await self.remote.mapped(incident, self.maps, lambda maps: maps.mapped(incident, data.record))
        owner = str(mapped.system.get("owner") or "")
        system = {name: value for name, value in mapped.system.items() if name != "owner"}
        try:
            known = (await self.users.user(folded(owner))).name if owner else ""
        except NotFoundError:
            known = ""
        return replace(mapped, system={**system, "owner": known} if known else system)

    async def _numbered(self, incident: Incident, data: RemoteData) -> NewEntries:
        call = Call(incident=incident, resolved=Resolved(name=""), origin=Origin(actor=self.remote.actor))
        outputs = Outputs(self.journal, self.remote.executor.scripts)
        entries, patches = await EntryWriter(self.store, self.blobs, self.clock, outputs).write(
            call,
            data.entries,
            scratch=data.ran.scratch,
            instance=self.remote.instance.name,
            mask=Mask(self.remote.instance.secrets.values()),
        )
        return NewEntries(entries=entries, patches=patches)

    def _words(self, taken: TakenIn) -> str:
        return ", ".join(f"{self._label(name)}{_value(value)}" for name, value in taken.changed.items())

    def _label(self, name: str) -> str:
        declared = self.maps.catalogue.find_field(name)
        return declared.name if declared else name


def _opens(tie: Tie, closing: Closing | None) -> bool:
    """Whether the other side has reopened the case; a closing here that was not sent there yet stays."""
    is_unsent = tie.goes_out and not tie.record.is_closed
    return bool(closing and not closing.is_closed and tie.record.said_closed and tie.is_closed and not is_unsent)


def _heard(record: MirrorRecord, closing: Closing | None) -> MirrorRecord:
    return record if closing is None else replace(record, said_closed=closing.is_closed)


def _unless_changed(before: Incident, after: Incident) -> Edit:
    def edit(current: Incident) -> Incident:
        if current != before:
            raise ConflictError(f"Incident {before.id} was changed while it was mirrored.")
        return after if after != before else current

    return edit


def _value(value: Json) -> str:
    text = value.label if isinstance(value, Severity) else str(value)
    return f" to {text}" if len(text) <= LONGEST_VALUE else ""
