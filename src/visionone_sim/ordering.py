"""`orderBy`: which fields, which way."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from visionone_sim.errors import BadRequestError

T = TypeVar("T")
Order: TypeAlias = tuple[tuple[str, bool], ...]


def read_order(text: str | None, fields: Iterable[str], default: Order, *, descending: bool = True) -> Order:
    """Read a comma list of fields, each with `asc` or `desc` or the list's own direction.

    >>> read_order("severity, createdDateTime asc", ("severity", "createdDateTime"), ())
    (('severity', True), ('createdDateTime', False))
    """
    if text is None:
        return default
    return tuple(_read_term(term.split(), tuple(fields), descending=descending) for term in text.split(","))


def _read_term(words: list[str], fields: tuple[str, ...], *, descending: bool) -> tuple[str, bool]:
    match words:
        case [field] if field in fields:
            return field, descending
        case [field, ("asc" | "desc" | "ASC" | "DESC") as direction] if field in fields:
            return field, direction.lower() == "desc"
        case _:
            raise BadRequestError(f"The value of orderBy cannot be read at {' '.join(words)!r}.", target="orderBy")


def ordered(records: Iterable[T], order: Order, keys: Mapping[str, Callable[[T], Any]]) -> list[T]:
    """Sort by the last field first, so that the first one decides."""
    result = list(records)
    for field, descending in reversed(order):
        result.sort(key=keys[field], reverse=descending)
    return result
