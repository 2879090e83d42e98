"""Time, as the runtime sees it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Aware UTC time; `speed` shortens the waits that content asks for (the demo), never the timestamps."""

    def now(self) -> datetime: ...

    def after(self, seconds: float) -> datetime:
        """Return the end of a wait of content seconds that starts now."""
        ...

    async def sleep_until(self, moment: datetime) -> None: ...
