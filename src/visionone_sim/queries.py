"""What every list reads from a request: the time window, and text that a header carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import overload

from visionone_sim.errors import BadRequestError
from visionone_sim.wire import read_wire_time

OLDEST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time, both ends inclusive, and the field that it is for."""

    start: datetime
    end: datetime
    target: str

    def holds(self, moment: datetime | None) -> bool:
        return moment is not None and self.start <= moment <= self.end


def read_window(parameters: Mapping[str, str], *, start: datetime, end: datetime, targets: tuple[str, ...]) -> Window:
    """Read startDateTime, endDateTime and dateTimeTarget; the first target is the default."""
    target = parameters.get("dateTimeTarget", targets[0])
    if target not in targets:
        raise BadRequestError("The value of dateTimeTarget is not valid.", target="dateTimeTarget")
    window = Window(
        read_moment(parameters, "startDateTime", start), read_moment(parameters, "endDateTime", end), target
    )
    if "endDateTime" in parameters and window.end < window.start:
        raise BadRequestError("endDateTime is earlier than startDateTime.", target="endDateTime")
    return window


@overload
def read_moment(parameters: Mapping[str, str], name: str, default: datetime) -> datetime: ...
@overload
def read_moment(parameters: Mapping[str, str], name: str, default: None) -> datetime | None: ...
def read_moment(parameters: Mapping[str, str], name: str, default: datetime | None) -> datetime | None:
    """Read a parameter that is a time."""
    text = parameters.get(name)
    if text is None:
        return default
    try:
        return read_wire_time(text)
    except ValueError as error:
        raise BadRequestError(
            f"The value of {name} is not a time such as 2031-02-03T04:05:06Z.", target=name
        ) from error


def header_text(headers: Mapping[str, str], name: str) -> str | None:
    """Return a header as text; names of users and hosts arrive as UTF-8, which HTTP libraries read as Latin-1."""
    value = headers.get(name)
    if value is None:
        return None
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
