"""The leases of workers, in memory."""

from collections.abc import Mapping

from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanRecord, PlanState


class MemoryLeases:
    """Implements the Leases port over a store's plans. No lease lapses: the end of one is told."""

    def __init__(self, plans: Mapping[PlanId, PlanRecord]) -> None:
        self._plans = plans
        self._workers: set[WorkerId] = set()

    async def renew(self, worker: WorkerId) -> None:
        self._workers.add(worker)

    async def end(self, worker: WorkerId) -> None:
        self._workers.discard(worker)

    async def living(self) -> frozenset[WorkerId]:
        return frozenset(self._workers)

    async def abandoned(self) -> list[PlanId]:
        driven = [plan for plan in self._plans.values() if plan.state is PlanState.IN_PROGRESS and plan.worker]
        return [plan.id for plan in driven if plan.worker not in self._workers]
