"""The incident queue: what it shows, and the counts beside it."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator, Field

from warroom.doors.asked import Asked
from warroom.doors.words import severity_named, status_named
from warroom.model.ids import IncidentId
from warroom.model.incident import Severity, Status
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort

LONGEST_TEXT = 1000
FACETS: Mapping[str, Callable[[IncidentGroup], Hashable]] = {
    "severity": lambda group: group.severity,
    "status": lambda group: group.status,
    "owner": lambda group: group.owner,
    "type": lambda group: group.type,
}


def _listed(said: Any) -> Any:
    """Take one word for a list of one."""
    return [str(said)] if isinstance(said, (str, int, float)) else said


Words: TypeAlias = Annotated[list[str], BeforeValidator(_listed)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """The number of incidents, in total and by the values of each filter."""

    total: int
    severity: Mapping[str, int]
    status: Mapping[str, int]
    owner: Mapping[str, int]
    type: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the queue shows. An empty `owner` finds incidents without one."""

    severities: Sequence[Severity] = ()
    statuses: Sequence[Status] = ()
    owner: str | None = None
    type: str | None = None
    text: str = ""
    sort: IncidentSort = IncidentSort.NEWEST

    def query(self, limit: int, behind: IncidentId | None = None, offset: int = 0) -> IncidentQuery:
        """Return the store's query for a page."""
        return IncidentQuery(
            severities=self.severities,
            statuses=self.statuses,
            owner=self.owner,
            type=self.type,
            but_type=PLAYGROUND,  # commands without an incident have one that the queue does not show
            text=self.text or None,
            sort=self.sort,
            limit=limit,
            before=behind,
            offset=offset,
        )

    def wants(self, group: IncidentGroup, but: str = "") -> bool:
        """Whether incidents of a group are shown, without the filter `but`."""
        return (
            (but == "severity" or not self.severities or group.severity in self.severities)
            and (but == "status" or not self.statuses or group.status in self.statuses)
            and (but == "owner" or self.owner in {None, group.owner})
            and (but == "type" or self.type in {None, group.type})
        )

    def counts(self, groups: Sequence[IncidentGroup], facet: str) -> Counter[Any]:
        """Count for each choice of a filter the incidents that it would leave, given the other filters."""
        counts: Counter[Any] = Counter()
        for group in groups:
            if self.wants(group, facet):
                counts[FACETS[facet](group)] += group.count
        return counts


class QueueFilter(Asked):
    """The queue's filters; what is no severity or status is refused."""

    status: Words = Field(default=[], description="Any of these; repeatable.")
    severity: Words = Field(default=[], description="Any of these; repeatable.")
    owner: str | None = Field(default=None, max_length=64)
    type: str | None = Field(default=None, max_length=200)
    text: str | None = Field(default=None, max_length=LONGEST_TEXT, description="Words, or how they begin.")
    sort: IncidentSort = IncidentSort.NEWEST

    def wanted(self) -> Wanted:
        return Wanted(
            statuses=[status_named(text) for text in self.status],
            severities=[severity_named(text) for text in self.severity],
            owner=self.owner,
            type=self.type or None,
            text=self.text or "",
            sort=self.sort,
        )


async def groups_of(app: App, wanted: Wanted, actor: Actor) -> list[IncidentGroup]:
    """Count the results of the search, without the filters."""
    return await app.incidents.groups(IncidentQuery(text=wanted.text or None, but_type=PLAYGROUND), actor)


async def facets_of(app: App, wanted: Wanted, actor: Actor) -> Facets:
    """Count the queue in total and by the values of each filter."""
    groups = await groups_of(app, wanted, actor)
    counts = {name: wanted.counts(groups, name).most_common() for name in FACETS}
    return Facets(
        total=sum(group.count for group in groups if wanted.wants(group)),
        **{name: {_named(value): count for value, count in found} for name, found in counts.items()},
    )


def _named(value: Severity | Status | str) -> str:
    return value if isinstance(value, str) else value.name.lower()
