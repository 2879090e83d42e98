"""Waiting until the store takes something again: what has been done is not thrown away because it cannot be written."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import chain, repeat
from typing import TypeVar

import structlog

from warroom.services.ports.clock import Clock
from warroom.services.ports.outage import OutageError

PAUSES = (0.5, 1, 2, 5, 10, 30)  # real seconds; the last one again and again

_T = TypeVar("_T")

log = structlog.get_logger(__name__)


def pauses() -> Iterator[timedelta]:
    """Give how long to wait before each next try, without end."""
    return (timedelta(seconds=seconds) for seconds in chain(PAUSES, repeat(PAUSES[-1])))


async def written(commit: Callable[[], Awaitable[_T]], clock: Clock) -> _T:
    """Commit, once more after each outage that has left nothing behind.

    Raises OutageError when nobody knows whether it was written: then the store has to be asked first.
    """
    waits: Iterator[timedelta] | None = None
    while True:
        try:
            return await commit()
        except OutageError as outage:
            if not outage.unwritten:
                raise
            waits = waits or pauses()
            pause = next(waits)
            log.warning("a commit waits for the database", seconds=pause.total_seconds(), error=str(outage))
        await clock.sleep_until(clock.now() + pause)
