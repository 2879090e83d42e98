"""Names in requests: severities, statuses, moments."""

from datetime import datetime
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator

from warroom.mapping.severity import read_severity
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Severity, Status

Named: TypeAlias = Annotated[str, BeforeValidator(lambda said: str(said) if isinstance(said, (int, float)) else said)]


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

    >>> status_named("done").value, status_named("1").name
    (2, 'ACTIVE')
    """
    try:
        return Status(int(text)) if text.isascii() and text.isdigit() and len(text) == 1 else Status[text.upper()]
    except (KeyError, ValueError):
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
