"""A store that fails now and then, as one on a full or remote disk."""

from datetime import datetime
from random import Random

from warroom.model.ids import IncidentId, InstanceId, PlanId, WorkerId
from warroom.model.json import JsonObject
from warroom.model.plan import PlanRecord
from warroom.services.ports.outage import OutageError
from warroom.services.ports.store import Changes, Committed
from warroom.testing.store import MemoryStore


class UnsteadyStore(MemoryStore):
    """Keeps things in memory, and is away for a while now and then.

    `rate` of the commits fail: half of these are not written, of a quarter nobody knows and they are not, of the last
    quarter nobody knows and they are. Claims and other small steps fail as often.
    """

    def __init__(self, seed: int, rate: float = 0.0) -> None:
        super().__init__()
        self._random = Random(seed)  # noqa: S311  # no secret
        self.rate = rate
        self.away = 0  # so many commits fail from now on, and are not written
        self.outages = 0

    async def commit(self, changes: Changes) -> Committed:
        if self.away:
            self.away -= 1
            raise self._error(unwritten=True)
        fate = self._random.random() / self.rate if self.rate else 1.0
        if fate >= 1:
            return await super().commit(changes)
        if fate >= 0.75:
            await super().commit(changes)
        raise self._error(unwritten=fate < 0.5)

    async def claim(self, plan: PlanId, worker: WorkerId, now: datetime) -> PlanRecord | None:
        self._pass_or_fail()
        return await super().claim(plan, worker, now)

    async def reserve_entries(self, incident: IncidentId, count: int) -> int:
        self._pass_or_fail()
        return await super().reserve_entries(incident, count)

    async def save_integration_context(self, instance: InstanceId, value: JsonObject, version: int | None) -> int:
        self._pass_or_fail()
        return await super().save_integration_context(instance, value, version)

    async def plan(self, plan: PlanId) -> PlanRecord:
        self._pass_or_fail()
        return await super().plan(plan)

    def _pass_or_fail(self) -> None:
        if self._random.random() < self.rate:
            raise self._error(unwritten=True)

    def _error(self, *, unwritten: bool) -> OutageError:
        self.outages += 1
        return OutageError("The database is locked.", unwritten=unwritten)
