"""Words of requests that name a value of ours."""

from datetime import datetime

from warroom.mapping.severity import read_severity
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Severity, Status


def severity_named(text: str) -> Severity:
    """Read a severity.

    >>> severity_named("high").label
    'High'
    """
    severity = read_severity(text)
    if severity is None:
        raise InvalidInputError(f"{text!r} is no severity. Use unknown, low, medium, high, critical or 0 to 4.")
    return severity


def status_named(text: str) -> Status:
    """Read a status.

    >>> status_named("done").value
    2
    """
    try:
        return Status[text.upper()]
    except KeyError:
        names = ", ".join(status.name.lower() for status in Status)
        raise InvalidInputError(f"{text!r} is no status. Use one of {names}.") from None


def moment_named(text: str) -> datetime:
    """Read a moment; it needs its distance from UTC.

    >>> moment_named("2026-11-24T10:00:00Z").hour
    10
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidInputError(f"{text!r} is no moment. Write it like 2026-11-24T10:00:00Z.")
    return moment
