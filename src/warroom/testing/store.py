"""A store in memory with every promise of the real one except durability."""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, replace
from datetime import datetime
from functools import cached_property
from typing import TypeVar

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.errors import ConflictError, NotFoundError, StaleEpochError
from warroom.model.event import Event
from warroom.model.ids import EntryId, IncidentId, InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.plan import ENDED, FOR_PEOPLE, Answer, Intent, PlanRecord, PlanState, QueueJob, TaskRecord, TaskState
from warroom.services.ports.events import NewEvent, ReportedFields, face_of, new_events
from warroom.services.ports.leases import NOBODY
from warroom.services.ports.lists import ListEdit
from warroom.services.ports.store import (
    ALL_ASKED,
    Action,
    ActionQuery,
    AskedMark,
    AskedQuery,
    Changes,
    Committed,
    ContextLog,
    EntryQuery,
    IncidentGroup,
    IncidentQuery,
    IntegrationContext,
    MirrorQuery,
    Snapshot,
)
from warroom.testing.custody import MemoryCustody
from warroom.testing.deliveries import MemoryDeliveries
from warroom.testing.fetches import MemoryFetches
from warroom.testing.halts import MemoryHalts
from warroom.testing.incidents import groups, matching
from warroom.testing.indicators import MemoryIndicators
from warroom.testing.leases import MemoryLeases
from warroom.testing.locks import MemoryLocks
from warroom.testing.mirrors import MemoryMirrors
from warroom.testing.plans import kept, wanted_actions
from warroom.testing.replies import MemoryReplies
from warroom.testing.seals import MemorySeals
from warroom.testing.stored import as_json, as_json_object, as_stored
from warroom.testing.tries import MemoryTries
from warroom.testing.users import MemoryUsers

_Id = TypeVar("_Id", bound=str)
_Value = TypeVar("_Value")


class MemoryStore(MemoryFetches):
    """Implements the Store port; `jobs` holds what was enqueued, `enqueue` is also called with it."""

    exclusive = True

    def __init__(self, enqueue: Callable[[Sequence[QueueJob]], None] | None = None) -> None:
        super().__init__()
        self.jobs: list[QueueJob] = []
        self._enqueue = enqueue
        self._incidents: dict[IncidentId, Incident] = {}
        self._entries: dict[IncidentId, dict[int, Entry]] = defaultdict(dict)
        self._patches: list[tuple[int, ContextPatch]] = []
        self._snapshots: dict[IncidentId, Snapshot] = {}
        self._plans: dict[PlanId, PlanRecord] = {}
        self._tasks: dict[PlanId, dict[TaskKey, TaskRecord]] = defaultdict(dict)
        self._intents: dict[PlanId, dict[tuple[TaskKey, int], Intent]] = defaultdict(dict)
        self._sealed: list[Json] = []
        self.replies = MemoryReplies()
        self.locks = MemoryLocks()
        self.leases = MemoryLeases(self._plans)
        self._answers: dict[PlanId, dict[tuple[TaskKey, int], Answer]] = defaultdict(dict)
        self._instances: dict[InstanceId, IntegrationInstance] = {}
        self._last_runs: dict[InstanceId, JsonObject] = {}
        self._memories: dict[InstanceId, IntegrationContext] = {}
        self._mirrors = MemoryMirrors()
        self._contents: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._events: list[Event] = []
        self._incident_numbers = 0
        self._entry_numbers: dict[IncidentId, int] = defaultdict(int)
        self.users = MemoryUsers(self._note)
        self.tries = MemoryTries()
        self.deliveries = MemoryDeliveries()
        self.halts = MemoryHalts(self._note, self._plans, self._tasks)
        self.seals = MemorySeals(lambda: self._events)
        self.custody = MemoryCustody(lambda: self._events, self._every_entry, self._note)

    @cached_property
    def indicators(self) -> MemoryIndicators:
        return MemoryIndicators(self._note)

    async def flaws(self) -> str:
        return ""

    # What changes state

    async def commit(self, changes: Changes) -> Committed:
        self._judge(changes)
        changes = as_stored(changes)
        self._log(changes)
        patches = self._apply(changes)
        if changes.jobs:
            self.jobs.extend(changes.jobs)
            if self._enqueue:
                self._enqueue(changes.jobs)
        return Committed(patches=patches, event=len(self._events))

    def _judge(self, changes: Changes) -> None:
        if fence := changes.fence:
            plan = self._plans.get(fence.plan)
            if plan is None or plan.epoch != fence.epoch:
                raise StaleEpochError(f"Work plan {fence.plan} has another driver now; this one must stop.")
            if fence.park_at_signal is not None and plan.signal != fence.park_at_signal:
                raise ConflictError(f"Work plan {fence.plan} was answered meanwhile; look at the answers first.")
        for answer in changes.answers:
            if answer.plan not in self._plans:
                raise NotFoundError(f"There is no work plan {answer.plan}.")
            if (answer.key, answer.attempt) in self._answers[answer.plan]:
                raise ConflictError(f"Task {answer.key} of work plan {answer.plan} was answered already.")
        self.judge_fetch(changes)
        taken = {(one.mirror_source, m.id): one.id for one in self._incidents.values() if (m := one.mirror)}
        for one in changes.incidents:
            if (m := one.mirror) and (holder := taken.setdefault((one.mirror_source, m.id), one.id)) != one.id:
                raise ConflictError(f"{m.id} of {m.instance} is incident {holder} already.")

    def _log(self, changes: Changes) -> None:
        faces: dict[IncidentId, ReportedFields] = {
            incident.id: face_of(self._incidents[incident.id])
            for incident in changes.incidents
            if incident.id in self._incidents
        }
        homes = {plan.id: plan.incident for plan in (*self._plans.values(), *changes.plans)}
        for new_event in new_events(changes, faces, homes):
            self._events.append(new_event.numbered(len(self._events) + 1, changes))

    def _apply(self, changes: Changes) -> tuple[int, ...]:
        for incident in changes.incidents:
            self._incidents[incident.id] = incident
            self._incident_numbers = max(int(incident.id), self._incident_numbers)
        for entry in changes.entries:
            number = _number(entry.id)
            self._entries[entry.incident][number] = entry
            self._entry_numbers[entry.incident] = max(number, self._entry_numbers[entry.incident])
        for plan in changes.plans:
            self._plans[plan.id] = kept(self._plans.get(plan.id), plan)
        for task in changes.tasks:
            self._tasks[task.plan][task.key] = task
        for intent in changes.intents:
            self._intents[intent.plan][intent.key, intent.attempt] = intent
        for answer in changes.answers:
            self._answers[answer.plan][answer.key, answer.attempt] = answer
            plan = self._plans[answer.plan]
            self._plans[answer.plan] = replace(plan, signal=plan.signal + 1)
        if changes.last_run:
            self._last_runs[changes.last_run.instance] = changes.last_run.value
        self._mirrors.take(changes)
        self.take_fetch(changes)
        if memory := changes.memory:
            version = self._memories.get(memory.instance, IntegrationContext()).version + 1
            self._memories[memory.instance] = IntegrationContext(value=as_json(memory.value), version=version)
        if new := changes.snapshot:
            old = self._snapshots.get(new.incident)
            self._snapshots[new.incident] = old if old and old.sequence > new.sequence else new
        first = len(self._patches) + 1
        self._patches.extend(enumerate(changes.patches, start=first))
        return tuple(range(first, first + len(changes.patches)))

    async def reserve_incidents(self, count: int) -> int:
        self._incident_numbers += count
        return self._incident_numbers - count + 1

    async def reserve_entries(self, incident: IncidentId, count: int) -> int:
        self._entry_numbers[incident] += count
        return self._entry_numbers[incident] - count + 1

    async def claim(self, plan: PlanId, worker: WorkerId, now: datetime) -> PlanRecord | None:
        found = self._plans.get(plan)
        if found is None or found.state in ENDED:
            return None
        if found.worker not in {None, worker} and found.worker in await self.leases.living():
            return None
        if found.state is not PlanState.IN_PROGRESS:
            payload = {"id": plan, "state": PlanState.IN_PROGRESS.value}
            self._note(NewEvent(incident=found.incident, kind="plan", payload=payload), worker, now)
        state = PlanState.IN_PROGRESS
        self._plans[plan] = replace(found, epoch=found.epoch + 1, worker=worker, state=state)
        return self._plans[plan]

    def _note(self, new_event: NewEvent, actor: str, at: datetime) -> None:
        self._events.append(new_event.numbered(len(self._events) + 1, Changes(actor=actor, at=at)))

    async def release(self, plan: PlanId, worker: WorkerId) -> None:
        driven = self._plans.get(plan)
        if driven and driven.worker == worker and driven.state is PlanState.IN_PROGRESS:
            self._plans[plan] = replace(driven, epoch=driven.epoch + 1, worker=NOBODY)

    async def save_instance(self, instance: IntegrationInstance, actor: str, at: datetime) -> None:
        self._instances[instance.id] = replace(instance, params=as_json(instance.params))
        payload = {"id": instance.id, "name": instance.name, "change": "saved"}
        self._note(NewEvent(incident=None, kind="instance", payload=payload), actor, at)

    async def remove_instance(self, instance: InstanceId, actor: str, at: datetime) -> None:
        gone = self._instances.pop(instance, None)
        if gone is None:
            raise NotFoundError(f"There is no integration instance {instance}.")
        self._last_runs.pop(instance, None)
        self._memories.pop(instance, None)
        self._mirrors.runs.pop(instance, None)
        self.states.pop(instance, None)
        payload = {"id": instance, "name": gone.name, "change": "removed"}
        self._note(NewEvent(incident=None, kind="instance", payload=payload), actor, at)

    async def save_integration_context(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        known = self._memories.get(instance, IntegrationContext()).version
        if version is not None and version != known:
            raise ConflictError(
                f"The integration context of {instance} is at version {known}, not {version}; read it again."
            )
        self._memories[instance] = IntegrationContext(value=as_json(value), version=known + 1)
        return known + 1

    async def change_list(self, name: str, edit: ListEdit, actor: str, at: datetime) -> str:
        await self.save_list(name, edit(self._lists.get(name)), actor, at)
        return self._lists[name]

    async def save_list(self, name: str, text: str, actor: str, at: datetime) -> None:
        self._lists[name] = text
        self._note(NewEvent(incident=None, kind="list", payload={"name": name}), actor, at)

    async def save_content(self, sha256: str, text: str) -> None:
        self._contents.setdefault(sha256, text)

    # What can be asked

    async def incident(self, incident: IncidentId) -> Incident:
        return _found(self._incidents, incident, "incident")

    async def incidents(self, query: IncidentQuery) -> list[Incident]:
        return matching(self._incidents, query)[query.offset :][: query.limit]

    async def count_incidents(self, query: IncidentQuery) -> int:
        return len(matching(self._incidents, query))

    async def incident_groups(self, query: IncidentQuery) -> list[IncidentGroup]:
        return groups(matching(self._incidents, replace(query, before=None)))

    async def known_mirrors(self, instance: IntegrationInstance, ids: Sequence[str]) -> Mapping[str, IncidentId]:
        wanted = set(ids)
        return {
            mirror.id: incident.id
            for incident in self._incidents.values()
            if (mirror := incident.mirror) and mirror.id in wanted
            if incident.mirror_source in {instance.id, instance.name}
        }

    async def entry(self, entry: EntryId) -> Entry:
        return _found({each.id: each for each in self._every_entry()}, entry, "entry")

    def _every_entry(self) -> list[Entry]:
        return [entry for of in self._entries.values() for entry in of.values()]

    async def entries(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Entry]:
        held = self._entries.get(incident, {})
        return [held[number] for number in sorted(held) if number > after][:limit]

    async def find_entries(self, query: EntryQuery) -> list[Entry]:
        held = self._entries.get(query.incident, {})
        numbers = [
            number
            for number in sorted(held)
            if number > (query.after or 0)
            and (query.before is None or number < query.before)
            and query.wants(held[number])
        ]
        chosen = numbers[-query.limit :] if query.after is None else numbers[: query.limit]
        return [held[number] for number in chosen]

    async def files(self, incident: IncidentId | None = None) -> list[Entry]:
        of = sorted(self._entries, key=int) if incident is None else [incident]
        return [entry for each in of for entry in await self.entries(each, limit=sys.maxsize) if entry.file]

    async def context_log(self, incident: IncidentId, after: int = 0) -> ContextLog:
        snapshot = self._snapshots.get(incident)
        if snapshot and snapshot.sequence <= after:
            snapshot = None
        start = snapshot.sequence if snapshot else after
        patches = tuple((n, patch) for n, patch in self._patches if n > start and patch.incident == incident)
        return ContextLog(snapshot=snapshot, patches=patches)

    async def plan(self, plan: PlanId) -> PlanRecord:
        return _found(self._plans, plan, "work plan")

    async def plans(self, incident: IncidentId) -> list[PlanRecord]:
        return sorted((p for p in self._plans.values() if p.incident == incident), key=lambda plan: plan.created)

    async def open_plans(self) -> list[PlanRecord]:
        return [plan for plan in self._plans.values() if plan.state not in ENDED]

    async def tasks(self, plan: PlanId) -> list[TaskRecord]:
        return sorted(self._tasks.get(plan, {}).values(), key=lambda task: task.key)

    async def tasks_for_people(self, query: AskedQuery = ALL_ASKED) -> list[tuple[PlanRecord, TaskRecord]]:
        waiting = [
            (AskedMark(since=wait.since, plan=plan.id, key=task.key), plan, task)
            for plan in await self.open_plans()
            for task in await self.tasks(plan.id)
            if task.state is TaskState.WAITING and (wait := task.wait) and wait.kind in FOR_PEOPLE
            if (task.key, task.attempts) not in self._answers.get(plan.id, {})
        ]
        return [
            (plan, task)
            for mark, plan, task in sorted(waiting, key=lambda found: astuple(found[0]))
            if query.incident in {None, plan.incident}
            if query.after is None or astuple(mark) > astuple(query.after)
        ][: query.limit]

    def seal(self, value: Json) -> str:
        self._sealed.append(value)
        return f"sealed-{len(self._sealed)}"

    def unseal(self, sealed: str) -> Json:
        return self._sealed[int(sealed.removeprefix("sealed-")) - 1]

    async def answers(self, plan: PlanId) -> list[Answer]:
        return sorted(self._answers.get(plan, {}).values(), key=lambda answer: answer.at)

    async def intents(self, plan: PlanId) -> list[Intent]:
        started = (intent for intent in self._intents.get(plan, {}).values() if not intent.refused)
        return sorted(started, key=lambda intent: intent.started)

    async def actions(self, query: ActionQuery) -> list[Action]:
        every = [
            Action(intent=intent, plan=self._plans[plan])
            for plan, of in self._intents.items()
            for intent in of.values()
        ]
        return wanted_actions(every, query)

    async def instances(self) -> list[IntegrationInstance]:
        return sorted(self._instances.values(), key=lambda instance: instance.name)

    async def last_run(self, instance: InstanceId) -> JsonObject:
        return as_json_object(self._last_runs.get(instance, {}))

    async def mirror_run(self, instance: InstanceId) -> MirrorRun:
        return self._mirrors.run(instance)

    async def mirror_record(self, incident: IncidentId) -> MirrorRecord | None:
        return self._mirrors.records.get(incident)

    async def mirror_records(self, query: MirrorQuery) -> list[MirrorRecord]:
        return self._mirrors.wanted(query, self._events)

    async def integration_context(self, instance: InstanceId) -> IntegrationContext:
        held = self._memories.get(instance, IntegrationContext())
        return replace(held, value=as_json_object(held.value))

    async def content(self, sha256: str) -> str:
        return _found(self._contents, sha256, "content")

    async def lists(self) -> Mapping[str, str]:
        return {name: self._lists[name] for name in sorted(self._lists)}

    async def events(self, after: int = 0, limit: int = 1000) -> list[Event]:
        return self._events[after : after + limit]

    async def last_event(self) -> int:
        return len(self._events)


def _number(entry: EntryId) -> int:
    return int(entry.partition("@")[0])


def _found(held: Mapping[_Id, _Value], wanted: _Id, noun: str) -> _Value:
    try:
        return held[wanted]
    except KeyError:
        raise NotFoundError(f"There is no {noun} {wanted}.") from None
