"""The incident queue: what it shows, and the counts beside it."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query

from warroom.model.ids import IncidentId
from warroom.model.incident import Severity, Status
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort
from warroom.web.words import severity_named, status_named

LONGEST_TEXT = 1000
FACETS: Mapping[str, Callable[[IncidentGroup], Hashable]] = {
    "severity": lambda group: group.severity,
    "status": lambda group: group.status,
    "owner": lambda group: group.owner,
    "type": lambda group: group.type,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the queue shows. `owner` empty finds incidents that nobody has."""

    severities: Sequence[Severity] = ()
    statuses: Sequence[Status] = ()
    owner: str | None = None
    type: str | None = None
    text: str = ""
    sort: IncidentSort = IncidentSort.NEWEST

    def query(self, limit: int, behind: IncidentId | None = None, offset: int = 0) -> IncidentQuery:
        """Give what the store is asked for a page."""
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
        """Whether incidents of a group are shown, whatever the filter named `but` says."""
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


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """The queue's filters as the parameters of a request; what is no severity or status is refused."""

    status: Annotated[list[str], Query(description="Any of these; repeatable.")] = ()  # type: ignore[assignment]  # FastAPI gives a list
    severity: Annotated[list[str], Query(description="Any of these; repeatable.")] = ()  # type: ignore[assignment]  # FastAPI gives a list
    owner: Annotated[str | None, Query(max_length=64)] = None
    type: Annotated[str | None, Query(max_length=200)] = None
    text: Annotated[str | None, Query(max_length=LONGEST_TEXT, description="Words, or how they begin.")] = None
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
    """Count all that the search finds, whatever the filters say."""
    return await app.incidents.groups(IncidentQuery(text=wanted.text or None, but_type=PLAYGROUND), actor)


async def facets_of(app: App, wanted: Wanted, actor: Actor) -> JsonObject:
    """Count the queue by each thing that it can be narrowed by, and in all."""
    groups = await groups_of(app, wanted, actor)
    counts = {name: wanted.counts(groups, name).most_common() for name in FACETS}
    return {
        "total": sum(group.count for group in groups if wanted.wants(group)),
        **{name: {_named(value): count for value, count in found} for name, found in counts.items()},
    }


def _named(value: Severity | Status | str) -> str:
    return value if isinstance(value, str) else value.name.lower()
