"""From when an instance without a `lastRun` fetches: its setting for the first fetch, as XSOAR's authors write it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from warroom.content.integration import Param
from warroom.content.time_unit import UNITS
from warroom.context.moment import moment
from warroom.mapping.map_fields import UNREADABLE
from warroom.model.json import Json

# XSOAR has no name for it; these are what its integrations call it, without underscores and case.
NAMES = frozenset({"firstfetch", "firstfetchtime", "firstfetchtimestamp", "firstfetchtimerange", "fetchtime"})
LONGEST = 40
_SPAN = re.compile(rf"(\d{{1,6}})\s*({'|'.join(UNITS)})s?(?:\s+ago)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstFetch:
    """The setting's name, its value as it was written, and the time that it means where we can read it."""

    name: str = ""
    value: str = ""
    at: datetime | None = None


def first_fetch(declared: Iterable[Param], given: Mapping[str, Json], now: datetime) -> FirstFetch:
    """Return an instance's setting, or the default that its integration declares; empty when it has none.

    >>> first_fetch([Param(name="first_fetch", kind=0)], {"first_fetch": "3 days"}, datetime(2026, 1, 4)).at
    datetime.datetime(2026, 1, 1, 0, 0)
    """
    for param in declared:
        if param.name.replace("_", "").casefold() in NAMES:
            value = str(given.get(param.name) or param.default_value or "").strip()
            return FirstFetch(name=param.name, value=value[:LONGEST], at=_read(value, now))
    return FirstFetch()


def _read(value: Json, now: datetime) -> datetime | None:
    try:
        if span := _SPAN.fullmatch(str(value)):
            return now - int(span[1]) * UNITS[span[2].casefold()]
        return moment(value)
    except UNREADABLE:
        return None
