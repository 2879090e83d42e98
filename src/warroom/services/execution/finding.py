"""Finds incidents as XSOAR's getIncidents does: by its arguments, page by page."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from warroom.context import cast
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.services.commands.word_list import words_of
from warroom.services.execution.query import (
    FIELDS,
    Wanted,
    compared,
    read_query,
    severities_of,
    statuses_of,
    time_of,
)
from warroom.services.ports.store import IncidentQuery, Store

PLAYGROUND = "Playground"  # the type of the incident that commands without an incident run on
PAGE = 1000
LONGEST_PAGE = 1000
MOST = 100_000  # incidents that one search reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search; `ids` (None: any) and `query` say among which incidents. `page` counts from 0."""

    wanted: Wanted
    query: IncidentQuery
    ids: Sequence[str] | None = None
    is_everything: bool = False
    page: int = 0
    size: int = 100
    key: str = "created"
    newest_first: bool = True


def read_search(args: Mapping[str, Json]) -> Search:
    """Read the arguments of getIncidents; what cannot be read is refused in one sentence."""
    given = {name: args[name] for name in TESTS if args.get(name) not in (None, "", [])}
    tests = [TESTS[name](value) for name, value in given.items()]
    key, _, order = str(args.get("sort") or "created.desc").partition(".")
    if key not in SORTS or order not in {"", "asc", "desc"}:
        raise InvalidInputError(f"sort takes one of {', '.join(SORTS)} with .asc or .desc, not {args['sort']!r}.")
    return Search(
        wanted=lambda incident: all(test(incident) for test in tests),
        ids=words_of(given["id"]) if "id" in given else None,
        query=IncidentQuery(
            but_type=PLAYGROUND,
            statuses=statuses_of(given["status"]) if "status" in given else (),
            severities=severities_of(given["level"]) if "level" in given else (),
        ),
        is_everything=not given and not args.get("sort"),
        page=_count("page", args.get("page"), 0, 0),
        size=min(_count("size", args.get("size"), 100, 1), LONGEST_PAGE),
        key=key,
        newest_first=order != "asc",
    )


async def find_incidents(store: Store, search: Search, instead: Incident) -> tuple[list[Incident], int]:
    """Return a page of the incidents found, and their total number.

    `instead` is an incident with changes of the caller that are not stored yet.
    """
    start = search.page * search.size
    if search.is_everything:
        page = await store.incidents(replace(search.query, limit=search.size, offset=start))
        return _as_changed(page, instead), await store.count_incidents(search.query)
    found = [one async for one in _looked_at(store, search, instead) if search.wanted(one)]
    found.sort(key=SORTS[search.key], reverse=search.newest_first)
    return found[start : start + search.size], len(found)


async def _looked_at(store: Store, search: Search, instead: Incident) -> AsyncIterator[Incident]:
    """Yield the candidates: the incidents named by ID, or those that the store's own query finds."""
    if search.ids is not None:
        numbers = [one for one in dict.fromkeys(search.ids) if one.isdecimal()]
        for incident in _as_changed([one for number in numbers if (one := await _incident(store, number))], instead):
            yield incident
        return
    before, seen = None, 0
    while seen < MOST:
        page = await store.incidents(replace(search.query, limit=PAGE, before=before))
        for incident in _as_changed(page, instead):
            yield incident
        if len(page) < PAGE:
            return
        before, seen = page[-1].id, seen + len(page)


async def _incident(store: Store, number: str) -> Incident | None:
    try:
        return await store.incident(IncidentId(number))
    except NotFoundError:
        return None


def _as_changed(page: Sequence[Incident], instead: Incident) -> list[Incident]:
    return [instead if one.id == instead.id else one for one in page]


SORTS: Mapping[str, Callable[[Incident], Json]] = {
    "created": lambda incident: (incident.created, int(incident.id)),
    "severity": lambda incident: (incident.severity.value, int(incident.id)),
    "id": lambda incident: int(incident.id),
    "occurred": lambda incident: (incident.occurred, int(incident.id)),
    "modified": lambda incident: (incident.modified, int(incident.id)),
    "name": lambda incident: (incident.name.casefold(), int(incident.id)),
    "status": lambda incident: (incident.status.value, int(incident.id)),
    "type": lambda incident: (incident.type.casefold(), int(incident.id)),
    "owner": lambda incident: (incident.owner.casefold(), int(incident.id)),
}


def _count(name: str, value: Json, otherwise: int, least: int) -> int:
    if value in (None, ""):
        return otherwise
    try:
        number = cast.whole(value)
    except InvalidInputError:
        number = least - 1
    if number < least:
        raise InvalidInputError(f"{name} takes a whole number from {least} on, not {value!r}.")
    return number


def _among(read: Callable[[Incident], str]) -> Callable[[Json], Wanted]:
    def test(value: Json) -> Wanted:
        words = {word.casefold() for word in words_of(value)}
        return lambda incident: read(incident).casefold() in words

    return test


def _containing(read: Callable[[Incident], str]) -> Callable[[Json], Wanted]:
    def test(value: Json) -> Wanted:
        words = cast.written(value).casefold()
        return lambda incident: words in read(incident).casefold()

    return test


def _since(name: str, sign: str, field: str) -> Callable[[Json], Wanted]:
    return lambda value: compared(FIELDS[field], sign, time_of(name, value))


def _with_status(value: Json) -> Wanted:
    statuses = statuses_of(value)
    return lambda incident: incident.status in statuses


def _without_status(value: Json) -> Wanted:
    statuses = statuses_of(value)
    return lambda incident: incident.status not in statuses


def _with_severity(value: Json) -> Wanted:
    severities = severities_of(value)
    return lambda incident: incident.severity in severities


TESTS: Mapping[str, Callable[[Json], Wanted]] = {
    "id": _among(lambda incident: incident.id),
    "query": lambda value: read_query(cast.written(value)),
    "name": _containing(lambda incident: incident.name),
    "status": _with_status,
    "notstatus": _without_status,
    "type": _among(lambda incident: incident.type),
    "level": _with_severity,
    "owner": _among(lambda incident: incident.owner),
    "details": _containing(lambda incident: incident.details),
    "reason": _among(lambda incident: incident.close_reason),
    "fromdate": _since("fromdate", ">=", "created"),
    "todate": _since("todate", "<=", "created"),
    "fromclosedate": _since("fromclosedate", ">=", "closed"),
    "toclosedate": _since("toclosedate", "<=", "closed"),
}
