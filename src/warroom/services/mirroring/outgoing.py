"""Outgoing changes: fields that changed here, entries with the mirror's tag, and that an incident was closed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.model.entry import Entry
from warroom.model.errors import ConflictError, ForbiddenError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import JsonObject
from warroom.model.mirror import MirrorRecord
from warroom.services.mirroring.commands import UPDATE, Remote, remote_id
from warroom.services.mirroring.tie import Maps, Tie, tie_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.runner import Ran
from warroom.services.ports.store import Changes, Memory, Store
from warroom.services.writing.journal import NO_EDITS, Edit, Journal
from warroom.services.writing.lines import Line

PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """Sends one incident's changes.

    That sending begins is committed before, and what was sent after it. A process that is killed between, and one that
    got no good answer, sends these fields and entries once more, as they are by then: fields end with the values that
    they have here, and an integration knows an entry that it has written by the entry's id.
    """

    store: Store
    journal: Journal
    clock: Clock
    remote: Remote
    maps: Maps

    async def push(self, record: MirrorRecord) -> bool:
        """Send the changes of an incident, if any; raises the command's error, after which all of them stay unsent.

        Raises ConflictError while the instance is paused: the changes are sent after that.
        """
        incident = await self.journal.incident(record.incident)
        tie = await self.remote.mapped(incident, self.maps, lambda maps: tie_of(incident, record, maps))
        entries = await self._new_entries(tie) if tie.goes_out else []
        is_changed = tie.goes_out and (bool(tie.delta) or tie.is_closed != record.is_closed)
        if not (is_changed or entries):
            if record.owes:
                await self._commit(_settled(record, tie))
            return False
        if held := await self.remote.held():
            raise ConflictError(held.refusal)
        if self.remote.held_by:
            await self._hold(record)
        if tie.delta:
            await self._commit(replace(record, unsure=tuple(tie.delta)))
        async with self.remote.update(tie.incident, _args(tie, entries, is_changed=is_changed)) as ran:
            sent = replace(
                _settled(record, tie),
                fields=dict(tie.outgoing.values),
                unsure=(),
                entries=(*record.entries, *(_number(entry) for entry in entries)),
                is_closed=tie.is_closed,
            )
            await self._commit(sent, ran, _renamed(tie, remote_id(ran)))
        return True

    async def _hold(self, record: MirrorRecord) -> None:
        """Send nothing, and say so: once in the War Room, and in every round in the instance's error."""
        instance = self.remote.instance.name
        text = (
            f"Nothing of this incident is sent to {instance}: `{self.remote.held_by}` in approve_commands names"
            f" {UPDATE}, and what mirroring sends cannot wait for a person. Change it there by a command, which asks"
            " for approval, let the instance mirror in only, or write a pattern that does not name it."
        )
        if not record.owes:
            line = Line(incident=record.incident, text=text, at=self.clock.now(), actor=self.remote.actor)
            entries = [await line.entry(self.store)]
            await self.journal.commit(Changes(actor=self.remote.actor, at=self.clock.now(), entries=entries))
        raise ForbiddenError(text)

    async def _new_entries(self, tie: Tie) -> list[Entry]:
        """Return the entries with the mirror's tag that were not sent yet and were not mirrored in."""
        tags = set(tie.incident.mirror.tags) if tie.incident.mirror else set()
        there = set(tie.record.entries)
        if not tags:
            return []
        found: list[Entry] = []
        after = 0
        while page := await self.store.entries(tie.incident.id, after, PAGE):
            found += [entry for entry in page if tags & set(entry.tags) and _number(entry) not in there]
            after = _number(page[-1])
        return found

    async def _commit(
        self, record: MirrorRecord, ran: Ran | None = None, edits: Mapping[IncidentId, Edit] = NO_EDITS
    ) -> None:
        instance = self.remote.instance.id
        memory = ran.integration_context if ran else None
        changes = Changes(
            actor=self.remote.actor,
            at=self.clock.now(),
            mirrors=[record],
            memory=Memory(instance=instance, value=memory) if memory is not None else None,
        )
        await self.journal.commit(changes, edits)
        self.remote.executor.forget_memory(instance)


def entry_as_xsoar(entry: Entry) -> JsonObject:
    """An entry in the keys that integrations read when they mirror it; its text is what a person reads."""
    contents = entry.readable or entry.contents
    return {
        "id": entry.id,
        "investigationId": entry.incident,
        "type": entry.type.value,
        "format": entry.format.value,
        "contents": contents if isinstance(contents, str) else json.dumps(contents),
        "user": entry.actor,
        "tags": list(entry.tags),
        "note": entry.note,
        "created": entry.created.isoformat(),
        "file": entry.file.name if entry.file else "",
    }


def _args(tie: Tie, entries: Sequence[Entry], *, is_changed: bool) -> JsonObject:
    return {
        "remoteId": tie.remote_id,
        "data": dict(tie.outgoing.values),
        "delta": tie.delta,
        "incidentChanged": is_changed,
        "status": tie.incident.status.value,
        "entries": [entry_as_xsoar(entry) for entry in entries],
    }


def _settled(record: MirrorRecord, tie: Tie) -> MirrorRecord:
    return replace(record, owes=False, due=record.behind and not tie.is_closed)


def _renamed(tie: Tie, remote: str) -> Mapping[IncidentId, Edit]:
    """Store the record's new id when the other side returns another one."""
    if remote in {"", tie.remote_id}:
        return NO_EDITS

    def rename(current: Incident) -> Incident:
        return replace(current, mirror=current.mirror and replace(current.mirror, id=remote))

    return {tie.incident.id: rename}


def _number(entry: Entry) -> int:
    return int(entry.id.partition("@")[0])
