"""The wall clock."""

import asyncio
from datetime import UTC, datetime, timedelta

from warroom.model.errors import InvalidInputError

LONGEST_NAP = 60.0  # the machine's clock can be set during a wait


class SystemClock:
    """Aware UTC time; with a speed of 10, a wait of ten seconds that content asks for takes one."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise InvalidInputError(f"The speed {speed} is not above zero; 1 is real time, 10 is ten times as fast.")
        self._speed = speed

    def now(self) -> datetime:
        return datetime.now(UTC)

    def after(self, seconds: float) -> datetime:
        return self.now() + timedelta(seconds=seconds / self._speed)

    async def sleep_until(self, moment: datetime) -> None:
        await asyncio.sleep(0)
        while (left := (moment - self.now()).total_seconds()) > 0:  # noqa: ASYNC110  # only time ends this wait
            await asyncio.sleep(min(left, LONGEST_NAP))
