"""The lease of this process, renewed while it works."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from warroom.durable.periodic_task import PeriodicTask
from warroom.model.ids import WorkerId
from warroom.services.ports.clock import Clock
from warroom.services.ports.leases import Leases
from warroom.services.ports.outage import OutageError

RENEW_SECONDS = 5.0

log = structlog.get_logger(__name__)


@asynccontextmanager
async def leased(leases: Leases, worker: WorkerId, clock: Clock, seconds: float = RENEW_SECONDS) -> AsyncIterator[None]:
    """Hold the lease of a worker while the context lasts."""
    await leases.renew(worker)
    try:
        async with PeriodicTask("lease", clock, seconds, partial(leases.renew, worker)):
            yield
    finally:
        try:
            await leases.end(worker)
        except OutageError as error:
            log.warning("a lease is left to lapse", worker=worker, error=str(error))
