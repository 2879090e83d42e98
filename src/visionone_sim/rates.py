"""How often each key may ask: a fixed number in each window, as the headers of a refusal say."""

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from visionone_sim.errors import TooManyRequestsError
from visionone_sim.settings import Settings


@dataclass(slots=True)
class _Window:
    began: datetime
    count: int = 0


@dataclass(slots=True)
class RateMeter:
    """Counts requests by key."""

    _windows: dict[str, _Window] = field(default_factory=dict)

    def count(self, token: str, settings: Settings, now: datetime) -> dict[str, str]:
        """Count a request; returns the headers that its answer carries, or refuses it."""
        if settings.rate_limit <= 0:
            return {}
        length = timedelta(seconds=settings.rate_window_seconds)
        window = self._windows.get(token)
        if window is None or now - window.began >= length:
            window = self._windows[token] = _Window(now)
        window.count += 1
        reset = math.ceil((window.began + length - now).total_seconds())
        headers = {
            "RateLimit-Limit": str(settings.rate_limit),
            "RateLimit-Window": f"{settings.rate_window_seconds:g}",
            "RateLimit-Remaining": str(max(settings.rate_limit - window.count, 0)),
            "RateLimit-Reset": str(reset),
        }
        if window.count > settings.rate_limit:
            retry = {"Retry-After": str(reset)} if settings.retry_after else {}
            raise TooManyRequestsError("Too many API requests; wait until the window ends.", headers=headers | retry)
        return headers if settings.rate_headers_always else {}
