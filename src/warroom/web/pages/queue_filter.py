"""The queue's filters: read from the address, counted over all incidents."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.datastructures import QueryParams

from warroom.doors.queue import FACETS, Wanted
from warroom.model.incident import Severity, Status
from warroom.services.ports.store import IncidentGroup, IncidentSort
from warroom.web.pages.text import one_line

T = TypeVar("T")

OPEN = (Status.PENDING, Status.ACTIVE)
ANY = "any"
NOBODY = "-"  # no user can have this name
STATUS_NAMES: Mapping[Status, str] = {
    Status.PENDING: "New",
    Status.ACTIVE: "In progress",
    Status.DONE: "Closed",
    Status.ARCHIVE: "Archived",
}
MOST_NAMES = 8  # owners and types that the filter offers
SEVERITIES = tuple(sorted(Severity, reverse=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of a filter."""

    value: str
    says: str
    count: int
    chosen: bool
    appearance: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One filter; of several choices at once, or of one."""

    name: str
    says: str
    several: bool
    choices: Sequence[Choice]


def wanted_from(params: QueryParams) -> Wanted:
    """Read an address; what it says wrongly is left out, so that an old link still opens.

    >>> wanted_from(QueryParams("severity=high&severity=nonsense&status=any&owner=-")).severities[0].label
    'High'
    """
    owner = params.get("owner", "")
    statuses = tuple(_known(params.getlist("status"), Status.__members__))
    return Wanted(
        severities=tuple(_known(params.getlist("severity"), Severity.__members__)),
        statuses=() if ANY in params.getlist("status") else statuses or OPEN,
        owner=None if not owner else owner.removeprefix(NOBODY),
        type=params.get("type") or None,
        text=params.get("text", "").strip()[:400],
        sort=next(_known([params.get("sort", "")], IncidentSort.__members__), IncidentSort.NEWEST),
    )


def facets(groups: Sequence[IncidentGroup], wanted: Wanted, me: str) -> list[Facet]:
    """Count for each choice of each filter the incidents that it would leave, given the other filters."""
    severity, status, owner, kind = (wanted.counts(groups, name) for name in FACETS)
    found = [
        Facet(name="severity", says="Severity", several=True, choices=list(_severities(severity, wanted))),
        Facet(name="status", says="Status", several=True, choices=list(_statuses(status, wanted))),
        Facet(name="owner", says="Owner", several=False, choices=list(_owners(owner, wanted, me))),
    ]
    if len(kind) > 1 or wanted.type is not None:
        found.append(Facet(name="type", says="Type", several=False, choices=list(_types(kind, wanted))))
    return found


def _known(names: Iterable[str], members: Mapping[str, T]) -> Iterator[T]:
    yield from (members[name.upper()] for name in names if name.upper() in members)


def _severities(counts: Counter[Severity], wanted: Wanted) -> Iterator[Choice]:
    for severity in SEVERITIES:
        chosen = severity in wanted.severities
        if counts[severity] or chosen or severity is not Severity.INFORMATIONAL:
            name = severity.name.lower()
            yield Choice(
                value=name,
                says=severity.label,
                count=counts[severity],
                chosen=chosen,
                appearance=f"dot dot-{int(severity)}",
            )


def _statuses(counts: Counter[Status], wanted: Wanted) -> Iterator[Choice]:
    for status, says in STATUS_NAMES.items():
        chosen = status in wanted.statuses
        if counts[status] or chosen or status is not Status.ARCHIVE:
            yield Choice(value=status.name.lower(), says=says, count=counts[status], chosen=chosen)


def _owners(counts: Counter[str], wanted: Wanted, me: str) -> Iterator[Choice]:
    yield Choice(value="", says="Anybody", count=counts.total(), chosen=wanted.owner is None)
    yield Choice(value=NOBODY, says="No owner", count=counts[""], chosen=wanted.owner == "")
    yield Choice(value=me, says="Me", count=counts[me], chosen=wanted.owner == me)
    others = [name for name, _ in counts.most_common(MOST_NAMES + 2) if name not in {"", me}][:MOST_NAMES]
    if wanted.owner not in {None, "", me, *others}:
        others.append(str(wanted.owner))
    for name in sorted(others):
        yield Choice(value=name, says=one_line(name, 64), count=counts[name], chosen=wanted.owner == name)


def _types(counts: Counter[str], wanted: Wanted) -> Iterator[Choice]:
    yield Choice(value="", says="Any", count=counts.total(), chosen=wanted.type is None)
    names = [name for name, _ in counts.most_common(MOST_NAMES)]
    if wanted.type not in {None, *names}:
        names.append(str(wanted.type))
    for name in sorted(names):
        yield Choice(value=name, says=one_line(name, 80), count=counts[name], chosen=wanted.type == name)
