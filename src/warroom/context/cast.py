"""Casts JSON to what an operator or transformer needs, or says in one sentence why it cannot."""

import json
import math
from enum import Enum
from typing import Final

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


class Missing(Enum):
    """The result of a path that leads nowhere; unlike null, which is a value."""

    MISSING = "missing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing.MISSING

LONGEST_SHOWN = 80
WORDS = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def shown(value: Json) -> str:
    """A value as an error message quotes it."""
    text = json_text(value) if value is not MISSING else "nothing"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def json_text(value: Json, *, sort_keys: bool = False) -> str:
    """JSON without spaces, other letters as they are.

    >>> json_text({"name": "Zoë", "ids": [1, 2]})
    '{"name":"Zoë","ids":[1,2]}'
    """
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str, sort_keys=sort_keys)


def number_text(value: float) -> str:
    """A number as XSOAR prints it: whole numbers without a point.

    >>> number_text(3.0), number_text(0.5), number_text(1785000000000)
    ('3', '0.5', '1785000000000')
    """
    return str(tidy(value))


def tidy(value: float) -> int | float:
    """A whole number as int, others as they are."""
    return int(value) if abs(value) < 1e21 and value == int(value) else value


def plain_text(value: Json) -> str | None:
    """The text of a plain value (text, number, boolean, null); None for lists and objects."""
    match value:
        case str():
            return value
        case None | Missing.MISSING:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case _:
            return None


def written(value: Json) -> str:
    """Any value as text: plain values as they are, lists and objects as JSON."""
    found = plain_text(value)
    return json_text(value) if found is None else found


def text(value: Json) -> str:
    """Plain values and lists of one as text; an object or a longer list is not text."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    found = plain_text(value)
    if found is None:
        raise InvalidInputError(f"{shown(value)} is not text.")
    return found


def number(value: Json) -> float:
    """Numbers, and text that reads as one; an int stays an int."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        read = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        read = math.nan
    if not math.isfinite(read):
        raise InvalidInputError(f"{shown(value)} is not a number.")
    return tidy(read)


def whole(value: Json) -> int:
    found = number(value)
    if not isinstance(found, int):
        raise InvalidInputError(f"{shown(value)} is not a whole number.")
    return found


def boolean(value: Json) -> bool:
    """Booleans, and the words for them."""
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return value
    found = WORDS.get((plain_text(value) or "").strip().lower())
    if found is None:
        raise InvalidInputError(f"{shown(value)} is neither true nor false.")
    return found


def items(value: Json) -> list[Json]:
    """A list as it is, nothing as an empty list, anything else as a list of one."""
    if isinstance(value, list):
        return value
    return [] if value is None or value is MISSING else [value]


def identity(value: Json) -> object:
    """Something hashable that is equal exactly when two values are equal as JSON (1 is 1.0, but not true).

    >>> identity([1, {"a": None}]) == identity([1.0, {"a": None}]), identity(1) == identity(True)
    (True, False)
    """
    match value:
        case dict():
            return ("object", frozenset((key, identity(item)) for key, item in value.items()))
        case list():
            return ("list", tuple(identity(item) for item in value))
        case bool():
            return ("boolean", value)
        case _:
            return value


def same(left: Json, right: Json) -> bool:
    """Equal as JSON, or plain values with the same text: 5 and "5"."""
    left_text, right_text = plain_text(left), plain_text(right)
    if left_text is not None and right_text is not None:
        return left_text == right_text and (left is None) == (right is None)
    return identity(left) == identity(right)
