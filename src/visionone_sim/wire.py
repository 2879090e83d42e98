"""What travels: JSON, and times as the API reads and writes them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, Union

from starlette.responses import JSONResponse

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]  # noqa: UP007  # text cannot be joined by |
JsonObject: TypeAlias = Mapping[str, Json]


class AsciiResponse(JSONResponse):
    """An answer in plain ASCII, since a seeded record may hold half of a surrogate pair."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


def wire_time(moment: datetime) -> str:
    """Write a time as the API does: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def precise_time(moment: datetime) -> str:
    """Write a time for people who measure: with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def after(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)


def read_wire_time(text: str) -> datetime:
    """Read the API's one form of time; anything else is a ValueError.

    >>> read_wire_time("2031-02-03T04:05:06Z").minute
    5
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
