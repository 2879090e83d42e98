"""Retry policy for commits: results that cannot be written during an outage are kept and written after it."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import TypeVar

import structlog

from warroom.model.retry_policy import RetryPolicy
from warroom.services.ports.clock import Clock
from warroom.services.ports.outage import OutageError

COMMIT_RETRIES = RetryPolicy((0.5, 1, 2, 5, 10, 30), repeats=True)  # in real seconds

_T = TypeVar("_T")

log = structlog.get_logger(__name__)


async def written(commit: Callable[[], Awaitable[_T]], clock: Clock) -> _T:
    """Commit, and retry after each outage that is known to have written nothing.

    Raises OutageError when it is unknown whether it was written: then the caller has to read the store first.
    """
    waits: Iterator[timedelta] | None = None
    while True:
        try:
            return await commit()
        except OutageError as outage:
            if not outage.unwritten:
                raise
            waits = waits or iter(COMMIT_RETRIES)
            pause = next(waits)
            log.warning("a commit waits for the database", seconds=pause.total_seconds(), error=str(outage))
        await clock.sleep_until(clock.now() + pause)
