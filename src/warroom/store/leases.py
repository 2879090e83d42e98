"""The leases of workers as rows; their age is measured by the database's clock."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, Engine, bindparam, delete, exists, select, text

from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanState
from warroom.store.outage import Outages
from warroom.store.sql import run
from warroom.store.tables import WORK_PLAN, WORKER_LEASE

LEASE_SECONDS = 20.0  # the lease of a worker lapses this long after its renewal

_RENEW = text(
    "INSERT INTO worker_lease (worker, seen) VALUES (:worker, CURRENT_TIMESTAMP)"
    " ON CONFLICT (worker) DO UPDATE SET seen = CURRENT_TIMESTAMP"
)
_END = delete(WORKER_LEASE).where(WORKER_LEASE.c.worker == bindparam("of"))
_LAPSE = text("DELETE FROM worker_lease WHERE seen < CURRENT_TIMESTAMP - make_interval(secs => :seconds)")
_ONE = select(WORKER_LEASE.c.worker).where(WORKER_LEASE.c.worker == bindparam("of"))
_ALL = select(WORKER_LEASE.c.worker)
_ABANDONED = select(WORK_PLAN.c.id).where(
    WORK_PLAN.c.state == PlanState.IN_PROGRESS.value,
    WORK_PLAN.c.worker.is_not(None),
    ~exists().where(WORKER_LEASE.c.worker == WORK_PLAN.c.worker),
)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class SqlLeases:
    """Implements the Leases port. With SQLite a lease never lapses: there is one process, and others are forgotten."""

    engine: Engine
    seconds: float = LEASE_SECONDS

    async def renew(self, worker: WorkerId) -> None:
        await self._do(lambda connection: run(connection, _RENEW, worker=worker))

    async def end(self, worker: WorkerId) -> None:
        await self._do(lambda connection: run(connection, _END, of=worker))

    async def living(self) -> frozenset[WorkerId]:
        return await self._do(partial(_living, seconds=self.seconds))

    async def abandoned(self) -> list[PlanId]:
        await self.living()
        return [PlanId(plan) for (plan,) in await self._do(lambda connection: run(connection, _ABANDONED))]

    async def _do(self, work: Callable[[Connection], _T]) -> _T:
        def attempt() -> _T:
            with self.engine.begin() as connection:
                return work(connection)

        return await Outages(self.engine).wait_out(lambda: asyncio.to_thread(attempt))


def lives(connection: Connection, worker: WorkerId) -> bool:
    """Whether a worker has a lease."""
    _forget_lapsed(connection, LEASE_SECONDS)
    return bool(run(connection, _ONE, of=worker))


def forget_all(engine: Engine) -> None:
    """Forget every worker; for a process that has just opened a database exclusively."""
    with engine.begin() as connection:
        connection.execute(delete(WORKER_LEASE))


def _living(connection: Connection, seconds: float) -> frozenset[WorkerId]:
    _forget_lapsed(connection, seconds)
    return frozenset(WorkerId(worker) for (worker,) in run(connection, _ALL))


def _forget_lapsed(connection: Connection, seconds: float) -> None:
    if connection.dialect.name == "postgresql":
        run(connection, _LAPSE, seconds=seconds)
