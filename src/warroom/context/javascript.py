"""The parts of JavaScript's semantics that comparisons need: truth, loose equality, order, members."""

import math
import re

from warroom.context.cast import MISSING, Missing, number_text
from warroom.model.json import Json

NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?Infinity")
WHOLE = re.compile(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+")  # with a base
NUMERIC = (int, float)
INDEX = re.compile(r"0|[1-9][0-9]*")


class EvaluationError(Exception):
    """What JavaScript would have thrown; a filter takes it as "does not match"."""


def truthy(value: Json) -> bool:
    """Empty lists and objects are true, unlike in Python."""
    if value is True or value is False:  # mostly it is what a comparison came to
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    return isinstance(value, list | dict) or bool(value)


def to_number(value: Json) -> float:
    match value:
        case Missing.MISSING:
            return math.nan
        case None:
            return 0
        case bool() | int() | float():
            return value
        case str():
            return _number_in(value.strip())
        case _:
            return _number_in(to_text(value))


def _number_in(text: str) -> float:
    if not text:
        return 0
    if WHOLE.fullmatch(text):
        return int(text, 0)
    return float(text) if NUMBER.fullmatch(text) else math.nan


def to_text(value: Json) -> str:  # noqa: PLR0911  # one return a case
    match value:
        case str():
            return value
        case Missing.MISSING:
            return "undefined"
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return number_text(value)
        case list():
            return ",".join("" if item is None else to_text(item) for item in value)
        case _:
            return "[object Object]"


def strictly_equal(left: Json, right: Json) -> bool:
    """`===`; objects and lists are never equal to anything but themselves."""
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return left is right
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def loosely_equal(left: Json, right: Json) -> bool:
    """`==`: null is undefined, and text is compared with a number as a number."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    empty = (None, MISSING)
    if left in empty or right in empty:
        return left in empty and right in empty
    if isinstance(left, list | dict) and isinstance(right, list | dict):
        return left is right
    if isinstance(left, list | dict) and isinstance(right, str):
        return to_text(left) == right
    if isinstance(right, list | dict) and isinstance(left, str):
        return to_text(right) == left
    return to_number(left) == to_number(right)


def less(left: Json, right: Json) -> bool:
    if isinstance(left, NUMERIC) and isinstance(right, NUMERIC):
        return left < right
    first, second = _primitive(left), _primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return first < second
    return to_number(first) < to_number(second)


def at_most(left: Json, right: Json) -> bool:
    if isinstance(left, NUMERIC) and isinstance(right, NUMERIC):
        return left <= right
    first, second = _primitive(left), _primitive(right)
    if isinstance(first, str) and isinstance(second, str):
        return first <= second
    return to_number(first) <= to_number(second)


def _primitive(value: Json) -> Json:
    return to_text(value) if isinstance(value, list | dict) else value


def member(value: Json, name: Json) -> Json:
    """`value.name` and `value[name]`; of nothing it raises, of anything else it is undefined at worst."""
    if isinstance(value, dict):
        return value.get(name if isinstance(name, str) else to_text(name), MISSING)
    if value is None or value is MISSING:
        raise EvaluationError(f"{to_text(value)} has no member {to_text(name)}")
    if name == "length" and isinstance(value, str | list):
        return len(value)
    text = to_text(name)
    if isinstance(value, str | list) and INDEX.fullmatch(text) and int(text) < len(value):
        return value[int(text)]
    return MISSING
