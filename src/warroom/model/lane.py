"""Priorities of work, for when there is not room for all of it (design D14)."""

from enum import IntEnum
from types import MappingProxyType

from warroom.model.incident import Severity


class Lane(IntEnum):
    """The lower, the earlier."""

    PEOPLE = 0  # a command that a person typed
    ANSWERED = 1  # a playbook that goes on because a person answered or approved
    CRITICAL = 2  # playbooks, by the severity of their incident
    HIGH = 3
    MEDIUM = 4
    LOW = 5
    ROUTINE = 6  # fetches and mirroring


_BY_SEVERITY = MappingProxyType(
    {
        Severity.CRITICAL: Lane.CRITICAL,
        Severity.HIGH: Lane.HIGH,
        Severity.MEDIUM: Lane.MEDIUM,
        Severity.LOW: Lane.LOW,
        Severity.INFORMATIONAL: Lane.LOW,
        Severity.UNKNOWN: Lane.MEDIUM,  # it may turn out to be anything
    }
)


def lane_of(severity: Severity) -> Lane:
    """Return the lane of a playbook on an incident of this severity.

    >>> lane_of(Severity.INFORMATIONAL)
    <Lane.LOW: 5>
    """
    return _BY_SEVERITY[severity]
