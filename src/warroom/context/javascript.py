"""The parts of JavaScript's semantics that filters in DT paths need: truth, loose equality, members."""

import math
from collections.abc import Callable

from warroom.context.cast import MISSING, Missing, json_text, number_text
from warroom.model.json import Json


class EvaluationError(Exception):
    """What JavaScript would have thrown; a filter takes it as "does not match"."""


def truthy(value: Json) -> bool:
    """Empty lists and objects are true, unlike in Python."""
    return isinstance(value, list | dict) or bool(value)


def to_number(value: Json) -> float:  # noqa: PLR0911  # one return a case
    match value:
        case Missing.MISSING:
            return math.nan
        case None:
            return 0
        case bool() | int() | float():
            return value
        case str():
            try:
                return float(value) if value.strip() else 0
            except ValueError:
                return math.nan
        case [single]:
            return to_number(single)
        case _:
            return math.nan


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
            return json_text(value)


def strictly_equal(left: Json, right: Json) -> bool:
    """`===`; objects and lists are never equal to anything but themselves."""
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return left is right
    if isinstance(left, bool) != isinstance(right, bool):
        return False
    return bool(left == right)


def loosely_equal(left: Json, right: Json) -> bool:
    """`==`: null is undefined, and text is compared with a number as a number."""
    empty = (None, MISSING)
    if left in empty or right in empty:
        return left in empty and right in empty
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, list | dict) and isinstance(right, list | dict):
        return left is right
    if isinstance(left, list | dict) and isinstance(right, str):
        return to_text(left) == right
    if isinstance(right, list | dict) and isinstance(left, str):
        return to_text(right) == left
    return to_number(left) == to_number(right)


def less(left: Json, right: Json) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    return to_number(left) < to_number(right)


def at_most(left: Json, right: Json) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left <= right
    return to_number(left) <= to_number(right)


def plus(left: Json, right: Json) -> Json:
    if isinstance(left, str | list | dict) or isinstance(right, str | list | dict):
        return to_text(left) + to_text(right)
    return to_number(left) + to_number(right)


def member(value: Json, name: Json) -> Json:
    """`value.name` and `value[name]`; of nothing it raises, of anything else it is undefined at worst."""
    if value is None or value is MISSING:
        raise EvaluationError(f"{to_text(value)} has no member {to_text(name)}")
    if name == "length" and isinstance(value, str | list):
        return len(value)
    if isinstance(value, dict):
        return value.get(to_text(name), MISSING)
    index = to_number(name)
    if isinstance(value, str | list) and index in range(len(value)):
        return value[int(index)]
    return MISSING


def _position(value: Json, wanted: Json) -> int:
    if isinstance(value, list):
        return next((index for index, item in enumerate(value) if strictly_equal(item, wanted)), -1)
    return _as_text(value).find(to_text(wanted))


def _as_text(value: Json) -> str:
    if not isinstance(value, str):
        raise EvaluationError(f"{to_text(value)} is no text")
    return value


METHODS: dict[str, Callable[..., Json]] = {
    "indexOf": _position,
    "includes": lambda value, wanted: _position(value, wanted) >= 0,
    "startsWith": lambda value, wanted: _as_text(value).startswith(to_text(wanted)),
    "endsWith": lambda value, wanted: _as_text(value).endswith(to_text(wanted)),
    "toLowerCase": lambda value: _as_text(value).lower(),
    "toUpperCase": lambda value: _as_text(value).upper(),
    "trim": lambda value: _as_text(value).strip(),
    "toString": to_text,
}


def call(value: Json, method: str, arguments: list[Json]) -> Json:
    """`value.method(arguments)` for the methods of `METHODS`."""
    if value is None or value is MISSING:
        raise EvaluationError(f"{to_text(value)} has no method {method}")
    try:
        return METHODS[method](value, *arguments)
    except TypeError as error:
        raise EvaluationError(f"{method} takes other arguments") from error
