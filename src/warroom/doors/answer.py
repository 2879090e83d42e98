"""Answers of operations: parts of a list, and how an answer is made from a value with the same fields."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, Generic, TypeVar

from warroom.model.codec import to_json
from warroom.model.json import Json

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Items(Generic[T]):
    """A whole list, as an object."""

    items: Sequence[T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Items[T]):
    """Some items of a list; `cursor` asks for the next ones, where there may be more."""

    cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window(Items[T]):
    """Items in the order of a list that is read in both directions; `full` says that there may be more of them."""

    full: bool


def json_of(answer: Any) -> Json:
    """Write an answer as JSON; the items of a list, and what an object has by name, are written one by one.

    >>> json_of(Page(items=["a"], cursor=None))
    {'items': ['a'], 'cursor': None}
    """
    if isinstance(answer, dict):
        return {name: to_json(value) if is_dataclass(value) else value for name, value in answer.items()}
    if not isinstance(answer, Items):
        return to_json(answer)
    beside = {field.name: getattr(answer, field.name) for field in fields(answer) if field.name != "items"}
    return {"items": to_json(list(answer.items)), **beside}


def shaped(kind: type[T], source: object, /, **more: Any) -> T:
    """Make an answer from a value with the same fields, except for those that are given.

    >>> from warroom.model.incident import Label
    >>> shaped(Page, Label(type="Brand", value="Vision One"), items=["a"], cursor=None)
    Page(items=['a'], cursor=None)
    """
    names = {field.name for field in fields(kind)} - set(more)  # type: ignore[arg-type]  # answers are dataclasses
    return kind(**{name: getattr(source, name) for name in names}, **more)
