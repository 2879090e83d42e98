"""The twin's time: real, sped up, or moved by hand."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where the tenant looks up the time."""

    def now(self) -> datetime:
        """Return the tenant's time, aware and in UTC."""

    def advance(self, seconds: float) -> None:
        """Move the tenant's time forward at once."""


@dataclass(slots=True)
class ManualClock:
    """A clock that a test advances.

    >>> clock = ManualClock(datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC))
    >>> clock.advance(5)
    >>> clock.now().second
    11
    """

    current: datetime = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)

    def now(self) -> datetime:
        return self.current

    def advance(self, seconds: float) -> None:
        self.current += timedelta(seconds=seconds)


@dataclass(slots=True)
class SystemClock:
    """The machine's clock, `speed` tenant seconds for each real one."""

    speed: float = 1.0
    _start: datetime = field(default_factory=lambda: datetime.now(UTC))
    _monotonic_start: float = field(default_factory=time.monotonic)
    _advanced: float = 0.0

    def now(self) -> datetime:
        elapsed = (time.monotonic() - self._monotonic_start) * self.speed
        return self._start + timedelta(seconds=elapsed + self._advanced)

    def advance(self, seconds: float) -> None:
        self._advanced += seconds
