"""Halts in memory."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from warroom.model.halt import Halt
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import PlanRecord, PlanState, TaskRecord, WaitKind
from warroom.services.ports.events import NewEvent
from warroom.services.ports.halts import HaltChange, HaltQuery, new_event_of


class MemoryHalts:
    """Implements the Halts port."""

    def __init__(
        self,
        note: Callable[[NewEvent, str, datetime], None],
        plans: Mapping[PlanId, PlanRecord],
        tasks: Mapping[PlanId, Mapping[TaskKey, TaskRecord]],
    ) -> None:
        self._note, self._plans, self._tasks = note, plans, tasks
        self._held: dict[str, Halt] = {}
        self._past: list[HaltChange] = []

    async def all(self) -> Sequence[Halt]:
        return sorted(self._held.values(), key=lambda halt: (halt.since, halt.instance))

    async def start(self, halt: Halt) -> bool:
        if halt.instance in self._held:
            return False
        self._held[halt.instance] = halt
        self._log(halt, "paused", halt.reason, halt.actor, halt.since)
        return True

    async def end(self, halt: Halt, reason: str, actor: str, at: datetime) -> bool:
        if self._held.pop(halt.instance, None) is None:
            return False
        self._log(halt, "resumed", reason, actor, at)
        return True

    def _log(self, halt: Halt, change: str, reason: str, actor: str, at: datetime) -> None:
        self._note(new_event_of(halt, change, reason), actor, at)
        self._past.append(HaltChange(change=change, instance=halt.instance, reason=reason, actor=actor, at=at))

    async def tell(self, changes: Sequence[HaltChange]) -> None:
        for change in changes:
            self._note(change.new_event, change.actor, change.at)
        self._past += changes

    async def past(self, query: HaltQuery) -> Sequence[HaltChange]:
        wanted = [
            one
            for one in reversed(self._past)
            if query.actor in {None, one.actor}
            and (query.since is None or one.at >= query.since)
            and (query.until is None or one.at < query.until)
        ]
        return wanted[: query.limit]

    async def held(self) -> Sequence[PlanId]:
        return [
            plan.id
            for plan in self._plans.values()
            if plan.state is PlanState.WAITING
            and any(task.wait and task.wait.kind is WaitKind.PAUSED for task in self._tasks.get(plan.id, {}).values())
        ]
