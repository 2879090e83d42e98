"""The mirroring commands of an instance: what they are asked, and how their answers are read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from warroom.model.errors import CommandFailedError
from warroom.model.halt import Held
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.services.approvals.policy import naming
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.masking import Mask
from warroom.services.execution.results import RawEntry, error_of, normalise
from warroom.services.execution.targets import Resolved
from warroom.services.ports.runner import Ran

UPDATE = "update-remote-system"
RATE_LIMIT = "API rate limit"  # what an integration says when the rest is to be asked in a later round
NOT_THERE = ("NotImplemented", "is not implemented")
MIRROR_ERROR = "in_mirror_error"  # a key of a record that could not be read


@dataclass(frozen=True, slots=True, kw_only=True)
class Modified:
    """What has changed in the other system; `ids` None: the integration cannot tell."""

    ids: Sequence[str] | None
    last_mirror_run: JsonObject | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What the other system says of the case being closed."""

    is_closed: bool
    reason: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteData:
    """A record as it is there, new entries, and its last word on being closed, if it says one."""

    record: JsonObject
    entries: Sequence[RawEntry]
    closing: Closing | None
    ran: Ran


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The other side of an instance."""

    executor: Executor
    instance: IntegrationInstance
    actor: str

    async def held(self) -> Held | None:
        """Give what holds changes to the other side: the instance is paused."""
        return await self.executor.gate.halting.over_named(UPDATE, (self.instance.name,), (self.instance.id,))

    async def modified(self, nowhere: Incident, since: datetime, last_mirror_run: Mapping[str, Json]) -> Modified:
        """Ask what has changed; raises CommandFailedError."""
        args = {"lastUpdate": since.isoformat()}
        call = self._call(nowhere, "get-modified-remote-data", args)
        async with self.executor.asked_by_server(self.instance, call, last_mirror_run=last_mirror_run) as ran:
            if any(word in error_of(ran) for word in NOT_THERE):
                return Modified(ids=None)
            self._check(ran, call.name)
            if ran.integration_context is not None:
                await self.executor.save_memory(self.instance.id, ran.integration_context, None)
            return Modified(ids=_ids(ran), last_mirror_run=ran.last_mirror_run)

    @asynccontextmanager
    async def data(self, incident: Incident, since: datetime) -> AsyncIterator[RemoteData]:
        """Ask for an incident's record; files that came with it live as long as this context."""
        args = {"id": incident.mirror.id if incident.mirror else "", "lastUpdate": since.isoformat()}
        call = self._call(incident, "get-remote-data", args)
        async with self.executor.asked_by_server(self.instance, call) as ran:
            self._check(ran, call.name)
            yield _data(ran)

    @property
    def held_by(self) -> str:
        """Give the admin's pattern for which nothing is sent without approval; "" without one."""
        return naming(self.executor.gate.approvals.judge.rules, UPDATE, [self.instance.name])

    @asynccontextmanager
    async def update(self, incident: Incident, args: Mapping[str, Json]) -> AsyncIterator[Ran]:
        """Send changes and entries of an incident."""
        call = self._call(incident, UPDATE, args)
        async with self.executor.asked_by_server(self.instance, call) as ran:
            self._check(ran, call.name)
            yield ran

    def _call(self, incident: Incident, name: str, args: Mapping[str, Json]) -> Call:
        return Call(incident=incident, resolved=Resolved(name=name), args=dict(args), origin=Origin(actor=self.actor))

    def _check(self, ran: Ran, command: str) -> None:
        if error := error_of(ran):
            told = error if error.startswith(command) else f"{command}: {error}"
            raise CommandFailedError(Mask(self.instance.secrets.values()).text(told))


def remote_id(ran: Ran) -> str:
    """The record's id as the integration gives it back; nothing when it gives none."""
    return next((str(entry.contents) for entry in normalise(ran.results) if isinstance(entry.contents, str | int)), "")


def _ids(ran: Ran) -> list[str]:
    found: list[str] = []
    for entry in normalise(ran.results):
        for item in entry.contents if isinstance(entry.contents, list) else []:
            if isinstance(item, dict | list):
                raise CommandFailedError(
                    "get-modified-remote-data gave whole records, which are not taken yet: it must give their ids."
                )
            found.append(str(item))
    return list(dict.fromkeys(found))


def _data(ran: Ran) -> RemoteData:
    first, *rest = _flat(ran.results) or [{}]
    if isinstance(first, dict) and "Type" in first and "ContentsFormat" in first:  # no record, only entries
        first, rest = {}, [first, *rest]
    record = first if isinstance(first, dict) else {}
    if error := record.get(MIRROR_ERROR):
        raise CommandFailedError(f"get-remote-data: {error}")
    entries = normalise(rest)
    words = [closing for entry in entries if (closing := _closing(entry))]
    said = [entry for entry in entries if _closing(entry) is None and not entry.is_silent]
    return RemoteData(record=record, entries=said, closing=words[-1] if words else None, ran=ran)


def _closing(entry: RawEntry) -> Closing | None:
    contents = entry.contents
    if not isinstance(contents, dict):
        return None
    if contents.get("dbotIncidentClose"):
        reason, notes = str(contents.get("closeReason") or ""), str(contents.get("closeNotes") or "")
        return Closing(is_closed=True, reason=reason, notes=notes)
    return Closing(is_closed=False) if contents.get("dbotIncidentReopen") else None


def _flat(results: Sequence[Json]) -> list[Json]:
    return [item for result in results for item in (_flat(result) if isinstance(result, list) else [result])]
