"""Detects a `lastRun` that names a time in the future: alerts before then would not be fetched."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from warroom.context.moment import moment
from warroom.mapping.map_fields import UNREADABLE
from warroom.model.json import Json

AHEAD = timedelta(days=1)  # less may be another zone, or another clock
FARTHEST = datetime(2300, 1, 1, tzinfo=UTC)  # a number beyond is no time
DEEPEST = 8
LONGEST = 40
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMELY = re.compile(r"time|date|since|stamp", re.IGNORECASE)
_MILLISECONDS = 100_000_000_000  # from here on a number counts those


def ahead(last_run: Json, now: datetime) -> str:
    """Return the value in the future, and its path; empty when there is none.

    >>> ahead({"cursor": {"last_time": "2099-01-01T00:00:00Z"}}, datetime(2026, 1, 1, tzinfo=UTC))
    'cursor.last_time is 2099-01-01T00:00:00Z'
    """
    return next((f"{path} is {text}" for path, text, at in _times(last_run, "", 0) if at > now + AHEAD), "")


def _times(value: Json, path: str, depth: int) -> Iterator[tuple[str, str, datetime]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _times(item, f"{path}.{key}".removeprefix("."), depth + 1)
    elif (at := _read(value, path)) is not None:
        yield path[:LONGEST], str(value)[:LONGEST], at


def _read(value: Json, path: str) -> datetime | None:
    """A text that begins with a date; a number only under a name that means a time: ids are numbers, too."""
    try:
        if isinstance(value, str) and _DATE.match(value):
            found = moment(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool) and _TIMELY.search(path):
            found = datetime.fromtimestamp(value / 1000 if abs(value) >= _MILLISECONDS else value, UTC)
            return found if found < FARTHEST else None
    except (*UNREADABLE, OSError):
        return None
    return None
