"""The mirroring commands of an instance: what they are asked, and how their answers are read."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from warroom.model.errors import CommandFailedError
from warroom.model.halt import HeldAction
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role
from warroom.services.approvals.policy import naming
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.executor import Executor
from warroom.services.execution.results import RawEntry, error_of, normalise
from warroom.services.mirroring.tie import Maps
from warroom.services.ports.runner import Ran
from warroom.services.ports.value_scripts import Reader
from warroom.services.secrecy.masking import Mask

UPDATE = "update-remote-system"
RATE_LIMIT = "API rate limit"  # what an integration says when the rest is to be asked in a later round
NOT_THERE = ("NotImplemented", "is not implemented")
MIRROR_ERROR = "in_mirror_error"  # a key of a record that could not be read

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Modified:
    """What has changed in the other system; `ids` is None where the integration cannot say."""

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
    """A record as it is there, its new entries, and whether it was closed or reopened, if it says so."""

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

    async def held(self) -> HeldAction | None:
        """Return the pause that holds changes to the other side: the instance is paused."""
        return await self.executor.gate.halting.over_named(UPDATE, (self.instance.name,), (self.instance.id,))

    async def modified(self, nowhere: Incident, since: datetime, last_mirror_run: Mapping[str, Json]) -> Modified:
        """Get the ids of changed records; raises CommandFailedError."""
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
        """Get an incident's record; its files exist as long as this context."""
        args = {"id": incident.remote, "lastUpdate": since.isoformat()}
        call = self._call(incident, "get-remote-data", args)
        async with self.executor.asked_by_server(self.instance, call) as ran:
            self._check(ran, call.name)
            yield _data(ran)

    async def mapped(self, incident: Incident, maps: Maps, evaluate: Callable[[Maps], Found]) -> Found:
        """Evaluate what an incident's mappers may need scripts for."""
        reader = Reader(incident=incident, rights=Role.ANALYST)
        [found] = await self.executor.scripts.each(
            [maps], reader, lambda one, scripts: evaluate(replace(one, scripts=scripts))
        )
        return found

    @property
    def held_by(self) -> str:
        """Return the admin's pattern for which nothing is sent without approval; "" without one."""
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
    """Return the record's id that the integration returns; empty when it returns none."""
    return next((str(entry.contents) for entry in normalise(ran.results) if isinstance(entry.contents, str | int)), "")


def _ids(ran: Ran) -> list[str]:
    found: list[str] = []
    for entry in normalise(ran.results):
        for item in entry.contents if isinstance(entry.contents, list) else []:
            if isinstance(item, dict | list):
                raise CommandFailedError(
                    "get-modified-remote-data gave whole records, which are not taken yet: it must return their ids."
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
    said = [entry for entry in entries if _closing(entry) is None and not entry.is_empty]
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
