"""What the event log tells of a commit; every store writes it the same way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warroom.model.custody import KIND, Act, Custody, custody_of
from warroom.model.event import Event
from warroom.model.ids import IncidentId, PlanId
from warroom.model.incident import Incident
from warroom.model.json import JsonObject
from warroom.services.ports.store import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """The fields of an incident whose change is worth an event's words."""

    name: str
    type: str
    severity: float
    status: int

    def as_json(self) -> JsonObject:
        return {"name": self.name, "type": self.type, "severity": self.severity, "status": self.status}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
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


def face_of(incident: Incident) -> Face:
    return Face(name=incident.name, type=incident.type, severity=incident.severity.value, status=incident.status.value)


def happenings(
    changes: Changes, faces: Mapping[IncidentId, Face], homes: Mapping[PlanId, IncidentId]
) -> Iterator[Happening]:
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
    yield from map(custody_happening, changes.custody)
    if changes.last_run:
        payload = {"instance": changes.last_run.instance, "incidents": len(changes.incidents)}
        yield Happening(incident=None, kind="fetch", payload=payload)


def _incidents(changes: Changes, faces: Mapping[IncidentId, Face]) -> Iterator[Happening]:
    for incident in changes.incidents:
        now = face_of(incident).as_json()
        before = faces.get(incident.id)
        if before is None:
            payload = {"change": "created", **now}
        else:
            was = before.as_json()
            payload = {"change": "updated", **{field: value for field, value in now.items() if was[field] != value}}
        yield Happening(incident=incident.id, kind="incident", payload=payload)


def _entries(changes: Changes) -> Iterator[Happening]:
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
        yield Happening(incident=entry.incident, kind="entry", payload=payload)
        if entry.file and not entry.deleted and entry.id not in told:
            saved = custody_of(entry, Act.SAVED, door="runtime", address=entry.instance, reason=entry.command)
            yield custody_happening(saved)


def custody_happening(custody: Custody) -> Happening:
    """Give what the event log tells of an act."""
    return Happening(incident=custody.incident, kind=KIND, payload=custody.as_json())


def _plans(changes: Changes) -> Iterator[Happening]:
    for plan in changes.plans:
        yield Happening(incident=plan.incident, kind="plan", payload={"id": plan.id, "state": plan.state.value})


def _tasks(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[Happening]:
    for task in changes.tasks:
        payload = {
            "plan": task.plan,
            "key": task.key,
            "name": task.name,
            "state": task.state.value,
            "branch": task.branch,
            "error": task.error,
        }
        yield Happening(incident=homes.get(task.plan), kind="task", payload=payload)


def _intents(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[Happening]:
    for intent in changes.intents:
        payload = {
            "plan": intent.plan,
            "key": intent.key,
            "command": intent.command,
            "state": intent.refused or ("done" if intent.done else "began"),
        }
        yield Happening(incident=homes.get(intent.plan), kind="intent", payload=payload)


def _answers(changes: Changes, homes: Mapping[PlanId, IncidentId]) -> Iterator[Happening]:
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
        yield Happening(incident=homes.get(answer.plan), kind="answer", payload=payload)


def _mirrors(changes: Changes) -> Iterator[Happening]:
    for record in changes.mirrors:
        payload = {"instance": record.instance, "behind": record.behind, "due": record.due}
        yield Happening(incident=record.incident, kind="mirror", payload=payload)
    if changes.mirror_run and changes.mirror_run.begun is None:  # that a round begins is nothing to tell
        yield Happening(incident=None, kind="mirror", payload={"instance": changes.mirror_run.instance})


def _fetch(changes: Changes) -> Iterator[Happening]:
    """Tell what was set aside or settled, and that an instance's fetches have begun to fail."""
    fetch = changes.fetch
    if fetch is None:
        return
    for change, asides in (("set aside", [one.aside for one in fetch.untaken]), ("settled", fetch.settled)):
        for aside in asides:
            payload = {"id": aside.id, "instance": aside.instance, "change": change, "what": aside.what}
            yield Happening(incident=None, kind="set aside", payload=payload)
    if fetch.state and fetch.state.failures == 1:
        payload = {"instance": fetch.state.instance, "error": fetch.state.error}
        yield Happening(incident=None, kind="fetch state", payload=payload)
