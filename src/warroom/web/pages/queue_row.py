"""One line of the queue: an incident's summary, and how late it is."""

from dataclasses import dataclass
from datetime import datetime

from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json
from warroom.services.incidents.sla import Targets, age_of
from warroom.web.pages.page import span
from warroom.web.pages.queue_filter import STATUS_NAMES
from warroom.web.pages.text import one_line

SOON = 0.75  # of the time; from here on it is marked
HOST_FIELD = "visiononeendpoints"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sla:
    """How much of its time an incident has used. `appearance` is good, wait, bad or done."""

    percent: int
    says: str
    appearance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the queue; its texts have no control characters, and are not yet escaped."""

    id: str
    name: str
    severity: Severity
    status: str
    is_closed: bool
    host: str
    owner: str
    source: str  # the instance
    source_id: str
    sla: Sla


def row_of(incident: Incident, targets: Targets, now: datetime) -> Row:
    return Row(
        id=incident.id,
        name=one_line(incident.name, 160) or "(no name)",
        severity=incident.severity,
        status=STATUS_NAMES[incident.status],
        is_closed=incident.status in {Status.DONE, Status.ARCHIVE},
        host=_host(incident.custom_fields.get(HOST_FIELD)),
        owner=one_line(incident.owner, 40),
        source=one_line(incident.source_instance, 40),
        source_id=one_line(incident.mirror.id, 60) if incident.mirror else "",
        sla=sla_of(incident, targets, now),
    )


def sla_of(incident: Incident, targets: Targets, now: datetime) -> Sla:
    """Say how late an incident is, from its creation to its closing or to now."""
    age = age_of(incident, targets, now)
    left = age.left.total_seconds()
    if incident.status in {Status.DONE, Status.ARCHIVE}:
        return Sla(percent=age.percent, says="met" if left >= 0 else "missed", appearance="done")
    if left < 0:
        return Sla(percent=100, says=f"{span(-left)} late", appearance="bad")
    return Sla(
        percent=age.percent, says=f"{span(left)} left", appearance="wait" if age.percent >= 100 * SOON else "good"
    )


def _host(value: Json) -> str:
    """Name the first endpoint, and say how many more there are.

    >>> _host(["FIN-LT-543", "FIN-SRV-2", "FIN-SRV-3"]), _host("ONE"), _host(None)
    ('FIN-LT-543 +2', 'ONE', '')
    """
    names = [one_line(str(name), 40) for name in (value if isinstance(value, list) else [value]) if name]
    return f"{names[0]} +{len(names) - 1}" if len(names) > 1 else "".join(names)
