"""Pages: an opaque token, and a link to the next page on the host that the client used."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from visionone_sim.errors import BadRequestError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in a list that is read page by page, and the time when the reading started."""

    offset: int
    as_of: datetime

    def token(self) -> str:
        text = json.dumps([self.offset, self.as_of.isoformat()], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list, and the cursor of the next one, if there is any."""

    items: Sequence[T]
    total: int
    next: Cursor | None


def read_cursor(token: str | None, now: datetime, *, name: str = "skipToken") -> Cursor:
    """Return the cursor in a token; without a token a walk begins now."""
    if token is None:
        return Cursor(0, now)
    try:
        padded = token + "=" * (-len(token) % 4)
        offset, as_of = json.loads(base64.urlsafe_b64decode(padded.encode()))
        cursor = Cursor(int(offset), datetime.fromisoformat(as_of).astimezone(UTC))
    except (binascii.Error, ValueError, TypeError) as error:
        raise BadRequestError(f"The value of {name} is not valid.", target=name) from error
    if cursor.offset < 0:
        raise BadRequestError(f"The value of {name} is not valid.", target=name)
    return cursor


def cut(records: Sequence[T], cursor: Cursor, size: int) -> Page[T]:
    """Cut the page at the cursor out of all records."""
    end = cursor.offset + size
    following = Cursor(end, cursor.as_of) if end < len(records) else None
    return Page(records[cursor.offset : end], len(records), following)


def page_size_between(parameters: Mapping[str, str], least: int, most: int, default: int) -> int:
    """Read `top`, which is any number of a range, written without leading zeros."""
    text = parameters.get("top")
    if text is None:
        return default
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text) or not least <= int(text) <= most:
        raise BadRequestError(f"The value of top is not valid; it is a number from {least} to {most}.", target="top")
    return int(text)


def page_size(parameters: Mapping[str, str], allowed: tuple[int, ...], default: int) -> int:
    """Read `top`, which is one of a few numbers and nothing between."""
    text = parameters.get("top")
    if text is None:
        return default
    if text not in map(str, allowed):
        choices = ", ".join(map(str, allowed))
        raise BadRequestError(f"The value of top is not valid; it is one of {choices}.", target="top")
    return int(text)
