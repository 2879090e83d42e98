from random import Random

from visionone_sim.clock import ManualClock
from visionone_sim.tenant.estate import Estate


def test_two_estates_share_nothing() -> None:
    first, second = (Estate(clock=ManualClock(), rng=Random(1)) for _ in range(2))
    for name in ("inventory", "objects", "mail", "directory", "scripts"):
        assert getattr(first, name) is not getattr(second, name)
