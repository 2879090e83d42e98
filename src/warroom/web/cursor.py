"""Places in a list, as words that only we need to understand: what an answer gives, to page on with."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import TypeVar

from warroom.model.errors import InvalidInputError

T = TypeVar("T")


def written(*parts: str | int) -> str:
    """Write what makes a place.

    >>> written("p1", 2)
    'WyJwMSIsIDJd'
    """
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def read(cursor: str, place: Callable[..., T]) -> T:
    """Make a place of the parts that `written` was given, all of them as text.

    >>> read(written("p1", 2), lambda plan, number: (plan, int(number)))
    ('p1', 2)
    """
    try:
        return place(*(str(part) for part in json.loads(base64.urlsafe_b64decode(cursor))))
    except (ValueError, TypeError, binascii.Error, InvalidInputError):
        raise InvalidInputError("This cursor is none of this list's. Take the one that the last answer gave.") from None
