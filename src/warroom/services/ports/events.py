"""The events that a commit appends to the log; every store writes them the same way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warroom.model.custody import KIND, Act, Custody, custody_of
from warroom.model.event import Event
from warroom.model.ids import IncidentId, PlanId
from warroom.model.incident import Incident
from warroom.model.json import JsonObject
from warroom.services.ports.store import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFields:
    """The fields of an incident whose change an event reports."""

    name: str
    type: str
    severity: float
    status: int

    def as_json(self) -> JsonObject:
        return {"name": self.name, "type": self.type, "severity": self.severity, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event before it has its number, time and actor."""

    incident: IncidentId | None
    kind: str
    payload: JsonObject

    def numbered(self, sequence: int, changes: Changes) -> Event:
        return Event(
            sequence=sequence,
            at=changes.at,
            incident=self.incident,
            kind=self.kind,
            actor=changes.actor,
            payload=self.payload,
        )


def face_of(incident: Incident) -> ReportedFields:
    return ReportedFields(
        name=incident.name, type=incident.type, severity=incident.severity.value, status=incident.status.value
    )


def new_events(
    changes: Changes, faces: Mapping[IncidentId, ReportedFields], homes: Mapping[PlanId, IncidentId]
) -> Iterator[NewEvent]:
    """Everything that a commit changes, in a fixed order.

    `faces` are the incidents as they were (a missing one is new), `homes` says which incident a plan works on.
    """
    yield from _incidents(changes, faces)
    yield from _entries(changes)
    yield from _plans(changes)
    yield from _tasks(changes, homes)
    yield from _intents(changes, homes)
    yield from _answers(changes, homes)
    yield from _mirrors(changes)
    yield from _fetch(changes)
    yield from map(new_custody_event, changes.custody)
    yield from _packs(changes)
    if changes.last_run and not (changes.fetch and changes.fetch.reset):
        payload = {"instance": changes.last_run.instance, "incidents": len(changes.incidents)}
        yield NewEvent(incident=None, kind="fetch", payload=payload)


def _incidents(changes: Changes, faces: Mapping[IncidentId, ReportedFields]) -> Iterator[NewEvent]:
    for incident in changes.incidents:
        now = face_of(incident).as_json()
        before = faces.get(incident.id)
        if before is None:
            payload = {"change": "created", **now}
        else:
            was = before.as_json()
            payload = {"change": "updated", **{field: value for field, value in now.items() if was[field] != value}}
        yield NewEvent(incident=incident.id, kind="incident", payload=payload)


def _entries(changes: Changes) -> Iterator[NewEvent]:
    told = {custody.entry for custody in changes.custody if custody.act is Act.SAVED}
    for entry in changes.entries:
        payload = {
            "id": entry.id,
            "change": "updated" if entry.modified else "created",
            "type": entry.type.value,
            "command": entry.command,
            "plan": entry.plan,
            "task": entry.task,
        }
        yield NewEvent(incident=entry.incident, kind="entry", payload=payload)
        if entry.file and not entry.deleted and entry.id not in told:
            saved = custody_of(entry, Act.SAVED, door="runtime", address=entry.instance, reason=entry.command)
            yield new_custody_event(saved)


def new_custody_event(custody: Custody) -> NewEvent:
    """Return the event that the log keeps of a custody act."""
    return NewEvent(incident=custody.incident, kind=KIND, payload=custody.as_json())


def _plans(changes: Changes) -> Iterator[NewEvent]:
    for plan in changes.plans:
        yield NewEvent(incident=plan.incident, kind="plan", payload={"id": plan.id, "state": plan.state.value})


def _tasks(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[NewEvent]:
    for task in changes.tasks:
        payload = {
            "plan": task.plan,
            "key": task.key,
            "name": task.name,
            "state": task.state.value,
            "branch": task.branch,
            "error": task.error,
        }
        yield NewEvent(incident=homes.get(task.plan), kind="task", payload=payload)


def _intents(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[NewEvent]:
    for intent in changes.intents:
        payload = {
            "plan": intent.plan,
            "key": intent.key,
            "command": intent.command,
            "state": intent.refused or ("done" if intent.ended else "began"),
        }
        yield NewEvent(incident=homes.get(intent.plan), kind="intent", payload=payload)


def _answers(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[NewEvent]:
    for answer in changes.answers:
        payload = {
            "plan": answer.plan,
            "key": answer.key,
            "choice": answer.choice,
            "comment": answer.comment,
            "form": dict(answer.form),
        }
        if answer.approves:
            payload["approves"] = {name: value for name, value in answer.approves.items() if name != "digest"}
        yield NewEvent(incident=homes.get(answer.plan), kind="answer", payload=payload)


def _mirrors(changes: Changes) -> Iterator[NewEvent]:
    for record in changes.mirrors:
        payload = {"instance": record.instance, "behind": record.behind, "due": record.due}
        yield NewEvent(incident=record.incident, kind="mirror", payload=payload)
    if changes.mirror_run and changes.mirror_run.started is None:  # the start of a round is no event
        yield NewEvent(incident=None, kind="mirror", payload={"instance": changes.mirror_run.instance})


def _packs(changes: Changes) -> Iterator[NewEvent]:
    for one in changes.packs:
        payload = {"pack": one.pack, "version": one.version, "change": one.change}
        yield NewEvent(incident=None, kind="pack", payload=payload)


def _fetch(changes: Changes) -> Iterator[NewEvent]:
    """Yield the events of set-aside and settled records, of fetches that begin to fail, and of a reset `lastRun`."""
    fetch = changes.fetch
    if fetch is None:
        return
    for change, asides in (("set aside", [one.aside for one in fetch.untaken]), ("settled", fetch.settled)):
        for aside in asides:
            payload = {"id": aside.id, "instance": aside.instance, "change": change, "what": aside.what}
            if aside.rule:
                payload |= {"rule": aside.rule} | ({"change": "dropped"} if change == "set aside" else {})
            yield NewEvent(incident=None, kind="set aside", payload=payload)
    if fetch.state and fetch.state.failures == 1:
        payload = {"instance": fetch.state.instance, "error": fetch.state.error}
        yield NewEvent(incident=None, kind="fetch state", payload=payload)
    if fetch.reset:
        payload = {"instance": fetch.reset.instance, "reason": fetch.reset.reason, "was": fetch.reset.was}
        yield NewEvent(incident=None, kind="fetch", payload={"change": "reset", **payload})
