"""Time, as the runtime sees it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Aware UTC time; `speed` shortens the waits that content asks for (the demo), never the timestamps."""

    def now(self) -> datetime: ...

    def after(self, seconds: float) -> datetime:
        """When a wait of so many content seconds ends."""
        ...

    async def sleep_until(self, moment: datetime) -> None: ...
