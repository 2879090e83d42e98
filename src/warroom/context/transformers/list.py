"""Transformers of lists, and of the objects in them."""

from warroom.context import cast
from warroom.context.cast import MISSING
from warroom.context.path import find, pick
from warroom.context.semantics import STANDARD, Semantics
from warroom.context.transformers.registry import transformer
from warroom.model.json import Json

ESCAPES = {r"\n": "\n", r"\t": "\t", r"\r": "\r"}


@transformer("uniq", category="general", scope="list")
def uniq(value: Json, *, semantics: Semantics = STANDARD) -> Json:
    """Each item once, in the order of first occurrence.

    >>> uniq(["b", "a", "b"])
    ['b', 'a']
    """
    if not isinstance(value, list):
        return value
    first: dict[object, Json] = {}
    for item in value:
        first.setdefault(cast.identity(item), item)
    found = [*first.values()]
    return found[0] if len(found) == 1 and semantics.uniq_unwraps_single else found


@transformer("join", category="general", scope="list")
def join(value: Json, *, separator: str = ",", semantics: Semantics = STANDARD) -> Json:
    """One text from all items.

    >>> join(["a", "b", 3], separator="; ")
    'a; b; 3'
    """
    if not isinstance(value, list):
        return value
    for written, meant in ESCAPES.items() if semantics.join_reads_escapes else ():
        separator = separator.replace(written, meant)
    return separator.join(cast.written(item) for item in value)


@transformer("append", category="general", scope="list", takes_null=True)
def append(value: Json, *, item: Json = None) -> Json:
    """Add an item, or the items of a list, at the end.

    >>> append("a", item=["b", "c"])
    ['a', 'b', 'c']
    """
    return [*cast.items(value), *cast.items(item)]


@transformer("atIndex", category="general", scope="list")
def at_index(value: Json, *, index: int, semantics: Semantics = STANDARD) -> Json:
    """The item at a position, counted from 0; null when there is none.

    >>> at_index(["a", "b"], index=1)
    'b'
    """
    return pick(cast.items(value), index, semantics)


@transformer("count", category="general", scope="list", takes_null=True)
def count(value: Json) -> Json:
    """The number of items.

    >>> count(["a", "b"]), count("a"), count(None)
    (2, 1, 0)
    """
    return len(cast.items(value))


@transformer("slice", category="general", scope="list")
def slice_(value: Json, *, from_: int = 0, to: int | None = None, semantics: Semantics = STANDARD) -> Json:
    """The items from one position up to, but not including, another; without `to`, up to the end.

    >>> slice_(["a", "b", "c", "d"], from_=1, to=3)
    ['b', 'c']
    """
    end = to + 1 if to is not None and semantics.slice_includes_end else to
    return cast.items(value)[from_:end]


@transformer("splice", category="general", scope="list")
def splice(value: Json, *, index: int = 0, delete_count: int = 0, item: Json = None) -> Json:
    """Remove items at a position, and insert others there.

    >>> splice(["a", "b", "c"], index=1, delete_count=1, item="x")
    ['a', 'x', 'c']
    """
    values = cast.items(value)
    return [*values[:index], *cast.items(item), *values[index + delete_count :]]


@transformer("sort", category="general", scope="list")
def sort(value: Json, *, descending: bool = False) -> Json:
    """Sort: by value when all items are numbers, otherwise as text.

    >>> sort([10, 9, 1]), sort(["b", "a"], descending=True)
    ([1, 9, 10], ['b', 'a'])
    """
    if not isinstance(value, list):
        return value
    if all(isinstance(item, int | float) and not isinstance(item, bool) for item in value):
        return sorted(value, reverse=descending)
    return sorted(value, key=cast.written, reverse=descending)


@transformer("reverse", category="general", scope="list")
def reverse(value: Json) -> Json:
    """The items in reverse order.

    >>> reverse(["a", "b"])
    ['b', 'a']
    """
    return value[::-1] if isinstance(value, list) else value


@transformer("getField", category="general")
def get_field(value: Json, *, field: str, semantics: Semantics = STANDARD) -> Json:
    """The value at a path in each object; objects without it are left out.

    >>> get_field({"file": {"name": "a.exe"}}, field="file.name")
    'a.exe'
    """
    return find(value, field, semantics) if isinstance(value, dict) else MISSING
