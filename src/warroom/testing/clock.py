"""A clock that a test moves."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class ManualClock:
    """Stands still until it is advanced; that wakes sleepers that are due."""

    def __init__(self, now: datetime = START, *, speed: float = 1.0) -> None:
        self._now = now
        self._speed = speed
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._fell_asleep: list[asyncio.Future[None]] = []

    def now(self) -> datetime:
        return self._now

    def after(self, seconds: float) -> datetime:
        return self._now + timedelta(seconds=seconds / self._speed)

    async def sleep_until(self, moment: datetime) -> None:
        if moment <= self._now:
            await asyncio.sleep(0)
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (moment, next(self._order), sleeper))
        while self._fell_asleep:
            waiting = self._fell_asleep.pop()
            if not waiting.done():
                waiting.set_result(None)
        await sleeper

    @property
    def sleeping(self) -> int:
        """How many wait for the clock to move."""
        return sum(not sleeper.done() for _, _, sleeper in self._sleepers)

    async def next_wake(self, within: timedelta = timedelta.max) -> datetime:
        """Wait until somebody sleeps for no longer than this; returns when the first one is due to wake."""
        while True:
            sleeping = [moment for moment, _, sleeper in self._sleepers if not sleeper.done()]
            moments = [moment for moment in sleeping if moment - self._now <= within]
            if moments:
                return min(moments)
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._fell_asleep.append(waiting)
            await waiting

    def advance(self, seconds: float) -> None:
        """Move on by real seconds; the woken run as soon as the test awaits."""
        self.move_to(self._now + timedelta(seconds=seconds))

    def move_to(self, moment: datetime) -> None:
        """Move on to a moment; one in the past is refused, since time does not run backwards."""
        if moment < self._now:
            raise ValueError(f"The clock shows {self._now} and cannot go back to {moment}.")
        self._now = moment
        while self._sleepers and self._sleepers[0][0] <= moment:
            _, _, sleeper = heapq.heappop(self._sleepers)
            if not sleeper.done():
                sleeper.set_result(None)
