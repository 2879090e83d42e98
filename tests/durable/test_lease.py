from collections.abc import Callable

from tests.services.world import until
from warroom.durable.lease import leased
from warroom.model.ids import WorkerId
from warroom.services.ports.outage import OutageError
from warroom.testing.clock import ManualClock
from warroom.testing.leases import MemoryLeases

ME = WorkerId("me")


class CountedLeases(MemoryLeases):
    """Counts how often a lease is renewed; its end can fail."""

    def __init__(self) -> None:
        super().__init__({})
        self.renewed = 0
        self.is_away = False

    async def renew(self, worker: WorkerId) -> None:
        await super().renew(worker)
        self.renewed += 1

    async def end(self, worker: WorkerId) -> None:
        if self.is_away:
            raise OutageError("The database is away.", unwritten=True)
        await super().end(worker)


def asleep(clock: ManualClock) -> Callable[[], bool]:
    return lambda: clock.sleeping == 1


async def test_a_worker_has_its_lease_while_it_works_and_renews_it() -> None:
    clock, leases = ManualClock(), CountedLeases()
    async with leased(leases, ME, clock, seconds=5):
        assert await leases.living() == {ME}
        for renewed in (1, 2, 3):
            assert leases.renewed == renewed
            await until(asleep(clock))
            clock.advance(5)
            await until(lambda renewed=renewed: leases.renewed > renewed)  # type: ignore[misc]
    assert await leases.living() == frozenset()


async def test_a_lease_that_cannot_be_ended_is_left_to_lapse() -> None:
    leases = CountedLeases()
    async with leased(leases, ME, ManualClock()):
        leases.is_away = True
    assert await leases.living() == {ME}
