"""Opaque cursors for paging: places in a list, as an answer returns them."""

import base64
import binascii
import json
from collections.abc import Callable
from typing import TypeVar

from warroom.model.errors import InvalidInputError

OTHER_CURSOR = "This cursor is of another list. Use the one of the last answer."
T = TypeVar("T")


def written(*parts: str | int) -> str:
    """Encode the parts of a place.

    >>> written("p1", 2)
    'WyJwMSIsIDJd'
    """
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


def read(cursor: str, place: Callable[..., T]) -> T:
    """Decode a place from the parts that `written` encoded, all of them as text.

    >>> read(written("p1", 2), lambda plan, number: (plan, int(number)))
    ('p1', 2)
    """
    try:
        return place(*(str(part) for part in json.loads(base64.urlsafe_b64decode(cursor))))
    except (ValueError, TypeError, binascii.Error, InvalidInputError):
        raise InvalidInputError(OTHER_CURSOR) from None
