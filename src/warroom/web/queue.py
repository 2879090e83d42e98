"""The incident queue: its filters as they stand in an address, its rows, and the counts beside them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Query

from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort
from warroom.services.war_room import PLAYGROUND
from warroom.web.words import severity_named, status_named

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Filters of the queue, as the parameters of a request. `owner` empty finds incidents that nobody has."""

    status: Annotated[list[str], Query(description="Any of these; repeatable.")] = ()  # type: ignore[assignment]  # FastAPI gives a list
    severity: Annotated[list[str], Query(description="Any of these; repeatable.")] = ()  # type: ignore[assignment]  # FastAPI gives a list
    owner: Annotated[str | None, Query(max_length=64)] = None
    type: Annotated[str | None, Query(max_length=200)] = None
    text: Annotated[str | None, Query(max_length=LONGEST_TEXT, description="Words, or how they begin.")] = None
    sort: IncidentSort = IncidentSort.NEWEST

    def query(self) -> IncidentQuery:
        """Give what the store is asked; commands without an incident have one that the queue does not show."""
        return IncidentQuery(
            statuses=[status_named(text) for text in self.status],
            severities=[severity_named(text) for text in self.severity],
            owner=self.owner,
            type=self.type or None,
            but_type=PLAYGROUND,
            text=self.text or None,
            sort=self.sort,
        )


async def facets_of(app: App, asked: QueueFilter, actor: Actor) -> JsonObject:
    """Count the queue by each thing that it can be narrowed by, and in all."""
    query = asked.query()
    everything = replace(query, statuses=(), severities=(), owner=None, type=None)
    groups = await app.incidents.groups(everything, actor)
    return {
        "total": sum(group.count for group in groups if _fits(group, query)),
        "severity": _counted(groups, replace(query, severities=()), lambda group: group.severity.name.lower()),
        "status": _counted(groups, replace(query, statuses=()), lambda group: group.status.name.lower()),
        "owner": _counted(groups, replace(query, owner=None), lambda group: group.owner),
        "type": _counted(groups, replace(query, type=None), lambda group: group.type),
    }


def _counted(
    groups: Sequence[IncidentGroup], query: IncidentQuery, name: Callable[[IncidentGroup], str]
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for group in groups:
        if _fits(group, query):
            counts[name(group)] += group.count
    return dict(counts.most_common())


def _fits(group: IncidentGroup, query: IncidentQuery) -> bool:
    return (
        (not query.statuses or group.status in query.statuses)
        and (not query.severities or group.severity in query.severities)
        and query.owner in {None, group.owner}
        and query.type in {None, group.type}
    )
