"""The state that a group of commits is checked against: read once, then kept up to date in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from sqlalchemy import Connection

from warroom.model.errors import ConflictError, NotFoundError, StaleEpochError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.services.ports.events import NewEvent, ReportedFields, face_of, new_events
from warroom.services.ports.fetches import SETTLED
from warroom.services.ports.store import Changes, Fence
from warroom.store.body import incident_number, plain
from warroom.store.sql import Lookup

_PLANS = Lookup(start="SELECT id, incident, epoch, signal FROM work_plan WHERE id")
_FACES = Lookup(start="SELECT number, name, type, severity, status FROM incident WHERE number")
_ANSWERS = Lookup(start="SELECT work_plan, key, attempt FROM answer WHERE work_plan")
_MIRRORS = Lookup(start="SELECT mirror_id, number FROM incident WHERE mirror_source = ? AND mirror_id")
_ASIDES = Lookup(start="SELECT id FROM set_aside WHERE id")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMark:
    """The checked part of a work plan."""

    epoch: int
    signal: int


@dataclass(slots=True, kw_only=True)
class CommitState:
    """The database's state as the next commit of a group finds it."""

    homes: dict[PlanId, IncidentId] = field(default_factory=dict)
    marks: dict[PlanId, PlanMark] = field(default_factory=dict)
    faces: dict[IncidentId, ReportedFields] = field(default_factory=dict)
    mirrors: dict[tuple[str, str], IncidentId] = field(default_factory=dict)
    answered: set[tuple[PlanId, TaskKey, int]] = field(default_factory=set)
    asides: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, connection: Connection, group: Sequence[Changes]) -> Self:
        """Read the rows that the commits of a group refer to."""
        state = cls()
        state._find_plans(connection, group)
        state._find_incidents(connection, group)
        asked = list(dict.fromkeys(answer.plan for changes in group for answer in changes.answers))
        rows = _ANSWERS.rows(connection, asked)
        state.answered.update((PlanId(plan), TaskKey(key), attempt) for plan, key, attempt in rows)
        settled = {aside.id for changes in group if changes.fetch for aside in changes.fetch.settled}
        state.asides.update(aside for (aside,) in _ASIDES.rows(connection, list(settled)))
        return state

    def _find_plans(self, connection: Connection, group: Sequence[Changes]) -> None:
        named = {plan for changes in group for plan in _plans_named_by(changes)}
        for plan, incident, epoch, signal in _PLANS.rows(connection, list(named)):
            self.homes[plan] = IncidentId(str(incident))
            self.marks[plan] = PlanMark(epoch=epoch, signal=signal)

    def _find_incidents(self, connection: Connection, group: Sequence[Changes]) -> None:
        incidents = {incident.id: incident for changes in group for incident in changes.incidents}
        numbers = [incident_number(incident) for incident in incidents]
        for number, name, type_, severity, status in _FACES.rows(connection, numbers):
            face = ReportedFields(name=name, type=type_, severity=severity, status=status)
            self.faces[IncidentId(str(number))] = face
        remotes: dict[str, list[str]] = {}
        for incident in incidents.values():
            if incident.mirror:
                remotes.setdefault(plain(incident.mirror_source), []).append(plain(incident.mirror.id))
        for source, ids in remotes.items():
            for remote, number in _MIRRORS.rows(connection, ids, source):
                self.mirrors[source, remote] = IncidentId(str(number))

    def judge(self, changes: Changes) -> None:
        """Raise the error that refuses a commit, if any."""
        if changes.fence:
            self._check_fence(changes.fence)
        for answer in changes.answers:
            if answer.plan not in self.marks:
                raise NotFoundError(f"There is no work plan {answer.plan}.")
            if (answer.plan, answer.key, answer.attempt) in self.answered:
                raise ConflictError(f"Task {answer.key} of work plan {answer.plan} was answered already.")
        for aside in changes.fetch.settled if changes.fetch else ():
            if aside.id not in self.asides:
                raise ConflictError(SETTLED.format(aside.id))
        taken: dict[tuple[str, str], IncidentId] = {}
        for incident in changes.incidents:
            if not incident.mirror:
                continue
            mirror = (plain(incident.mirror_source), plain(incident.mirror.id))
            holder = self.mirrors.get(mirror) or taken.setdefault(mirror, incident.id)
            if holder != incident.id:
                raise ConflictError(f"{mirror[1]} of {incident.mirror.instance} is incident {holder} already.")

    def _check_fence(self, fence: Fence) -> None:
        plan = self.marks.get(fence.plan)
        if plan is None or plan.epoch != fence.epoch:
            raise StaleEpochError(f"Work plan {fence.plan} has another driver now; this one must stop.")
        if fence.park_at_signal is not None and plan.signal != fence.park_at_signal:
            raise ConflictError(f"Work plan {fence.plan} was answered meanwhile; look at the answers first.")

    def take_in(self, changes: Changes) -> list[NewEvent]:
        """Apply an accepted commit to this state, and return its changes."""
        for plan in changes.plans:
            self.homes.setdefault(plan.id, plan.incident)
            self.marks.setdefault(plan.id, PlanMark(epoch=plan.epoch, signal=plan.signal))
        changed = list(new_events(changes, self.faces, self.homes))
        for incident in changes.incidents:
            self.faces[incident.id] = face_of(incident)
            if incident.mirror:
                self.mirrors[plain(incident.mirror_source), plain(incident.mirror.id)] = incident.id
        for answer in changes.answers:
            self.answered.add((answer.plan, answer.key, answer.attempt))
            mark = self.marks[answer.plan]
            self.marks[answer.plan] = replace(mark, signal=mark.signal + 1)
        if fetch := changes.fetch:
            self.asides |= {untaken.aside.id for untaken in fetch.untaken}
            self.asides -= {aside.id for aside in fetch.settled}
        return changed


def _plans_named_by(changes: Changes) -> Iterator[PlanId]:
    if changes.fence:
        yield changes.fence.plan
    for plan in changes.plans:
        yield plan.id
    yield from (task.plan for task in changes.tasks)
    yield from (intent.plan for intent in changes.intents)
    yield from (answer.plan for answer in changes.answers)
