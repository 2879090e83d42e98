"""How soon incidents should be closed, by severity, and how much of that time one has used."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from warroom.model.incident import Incident, Severity

SeverityName: TypeAlias = Literal["unknown", "informational", "low", "medium", "high", "critical"]
Targets: TypeAlias = Mapping[Severity, timedelta]

USUAL_TARGETS: Targets = {
    Severity.CRITICAL: timedelta(hours=4),
    Severity.HIGH: timedelta(hours=8),
    Severity.MEDIUM: timedelta(days=1),
    Severity.LOW: timedelta(days=3),
    Severity.INFORMATIONAL: timedelta(days=7),
    Severity.UNKNOWN: timedelta(days=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """The time from an incident's creation to its closing, or to now, against its target."""

    used: timedelta
    target: timedelta

    @property
    def left(self) -> timedelta:
        """What is left of the target; negative when the incident is late."""
        return self.target - self.used

    @property
    def percent(self) -> int:
        return min(100, max(0, round(100 * self.used / self.target)))


def targets(hours: Mapping[SeverityName, float]) -> Targets:
    """Return the targets with other hours for some severities, named in lower case.

    >>> targets({"critical": 1.5})[Severity.CRITICAL], targets({})[Severity.LOW]
    (datetime.timedelta(seconds=5400), datetime.timedelta(days=3))
    """
    return {**USUAL_TARGETS, **{Severity[name.upper()]: timedelta(hours=each) for name, each in hours.items()}}


def age_of(incident: Incident, targets: Targets, now: datetime) -> Age:
    return Age(used=(incident.closed or now) - incident.created, target=targets[incident.severity])
