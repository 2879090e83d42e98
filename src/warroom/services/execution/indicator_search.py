"""Searches for indicators as XSOAR's code makes them, and the answers that it expects."""

from collections.abc import Mapping
from datetime import datetime

from warroom.context import cast
from warroom.context.moment import moment
from warroom.model.errors import InvalidInputError
from warroom.model.ids import IndicatorId
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.indicators.indicators import Indicators, IndicatorSearch
from warroom.services.ports.indicators import IndicatorMark

LONGEST_PAGE = 10_000
ABSENT: tuple[Json, ...] = (None, "", [])


def read_search(args: Mapping[str, Json]) -> IndicatorSearch:
    """Read the arguments of findIndicators and of demisto.searchIndicators."""
    after, total = _after(args.get("searchAfter"))
    return IndicatorSearch(
        query=cast.written(args.get("query")),
        value=cast.written(args.get("value")),
        since=_time(args.get("fromDate")),
        until=_time(args.get("toDate")),
        size=min(_count("size", args.get("size"), 100, 1), LONGEST_PAGE),
        page=0 if after else _count("page", args.get("page"), 0, 0),
        after=after,
        total=total,
    )


async def found_json(indicators: Indicators, search: IndicatorSearch, actor: Actor, now: datetime) -> JsonObject:
    """Search, and return what demisto.searchIndicators returns; `searchAfter` is null on the last page."""
    found = await indicators.search(search, actor)
    mark = found.next
    return {
        "iocs": [one.as_xsoar(now) for one in found.indicators],
        "total": found.total,
        "searchAfter": [mark.at.isoformat(), mark.id, found.total] if mark else None,
    }


def _after(value: Json) -> tuple[IndicatorMark | None, int]:
    if value in ABSENT:
        return None, 0
    match value:
        case [str() as at, str() as name, int() as total]:
            return IndicatorMark(at=moment(at), id=IndicatorId(name)), total
        case _:
            raise InvalidInputError("searchAfter takes what the page before returned as `searchAfter`, unchanged.")


def _time(value: Json) -> datetime | None:
    return None if value in ABSENT else moment(value)


def _count(name: str, value: Json, otherwise: int, least: int) -> int:
    if value in ABSENT:
        return otherwise
    try:
        number = cast.whole(value)
    except InvalidInputError:
        number = least - 1
    if number < least:
        raise InvalidInputError(f"{name} takes a whole number from {least} on, not {value!r}.")
    return number
