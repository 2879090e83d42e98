"""Which incidents a query wants, of those that a store in memory holds."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from warroom.model.ids import IncidentId
from warroom.model.incident import Incident
from warroom.services.ports.search import needles, searched_text
from warroom.services.ports.store import IncidentGroup, IncidentQuery, IncidentSort

PLACES: Mapping[IncidentSort, Callable[[Incident], tuple[float, ...]]] = {
    IncidentSort.NEWEST: lambda incident: (int(incident.id),),
    IncidentSort.SEVERITY: lambda incident: (incident.severity.value, int(incident.id)),
}


def matching(held: Mapping[IncidentId, Incident], query: IncidentQuery) -> list[Incident]:
    """All that a query wants in its order, on all pages."""
    place = PLACES[query.sort]
    first = sorted(held.values(), key=place, reverse=True)
    mark = held.get(query.before) if query.before else None
    if mark:
        first = [incident for incident in first if place(incident) < place(mark)]
    elif query.before:
        first = [incident for incident in first if int(incident.id) < int(query.before)]
    return [incident for incident in first if _matches(incident, query)]


def groups(incidents: Iterable[Incident]) -> list[IncidentGroup]:
    """Count those that are alike."""
    counts = Counter((incident.type, incident.status, incident.severity, incident.owner) for incident in incidents)
    return [
        IncidentGroup(type=kind, status=status, severity=severity, owner=owner, count=count)
        for (kind, status, severity, owner), count in counts.items()
    ]


def _matches(incident: Incident, query: IncidentQuery) -> bool:
    wanted = (
        query.type in {None, incident.type},
        query.status in {None, incident.status},
        query.severity in {None, incident.severity},
        query.mirror_instance in {None, incident.mirror.instance if incident.mirror else None},
        not query.statuses or incident.status in query.statuses,
        not query.severities or incident.severity in query.severities,
        query.owner in {None, incident.owner},
        query.but_type != incident.type,
        query.text is None or all(needle in searched_text(incident) for needle in needles(query.text)),
    )
    return all(wanted)
