"""Changes one place in nested data: what changes is copied, everything else is shared with the old data."""

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from warroom.context.cast import MISSING
from warroom.context.dt import Index, Name, parse
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

Key: TypeAlias = str | int
Change: TypeAlias = Callable[[Json], Json]  # old value (or MISSING) -> new value (MISSING removes it)


@lru_cache(maxsize=8192)
def keys_of(path: str) -> tuple[Key, ...]:
    """The keys on the way to a place: names and indexes, nothing else.

    >>> keys_of("Account.[0].Name")
    ('Account', 0, 'Name')
    """
    keys: list[Key] = []
    for segment in parse(path).segments:
        match segment:
            case Name(key=""):
                continue
            case Name(key=key):
                keys.append(key)
            case Index(index=index):
                keys.append(index)
            case _:
                raise InvalidInputError(
                    f"`{path}` does not name one place to write to: `{segment.source}` has to be a name or an index."
                )
    return tuple(keys)


def change(data: JsonObject, keys: tuple[Key, ...], function: Change) -> JsonObject:
    """A copy of the object in which one place is changed; objects on the way are made when they are missing.

    There has to be at least one key.
    """
    return _in_object(data, str(keys[0]), keys[1:], function)


def _changed(node: Json, keys: tuple[Key, ...], function: Change) -> Json:
    if not keys:
        return function(node)
    key, rest = keys[0], keys[1:]
    if isinstance(node, list):
        return _in_list(node, key, rest, function)
    if isinstance(node, dict):
        return _in_object(node, str(key), rest, function)
    made = _in_object({}, str(key), rest, function)
    if node is MISSING or node is None:
        return made or node
    return [node, made] if made else node  # nothing that is there is lost: a plain value becomes an item


def _in_object(node: JsonObject, key: str, rest: tuple[Key, ...], function: Change) -> JsonObject:
    old = node.get(key, MISSING)
    new = _changed(old, rest, function)
    if new is MISSING:
        return {name: value for name, value in node.items() if name != key} if old is not MISSING else node
    return node if new is old else {**node, key: new}


def _in_list(node: list[Json], key: Key, rest: tuple[Key, ...], function: Change) -> list[Json]:
    """An index leads to its item; a name leads to the last object, where a new one is made when there is none."""
    index = _index(node, key)
    if index is None and isinstance(key, int):
        raise InvalidInputError(f"There is no item {key} in a list of {len(node)}; write to the list as a whole.")
    if index is None:
        made = _in_object({}, str(key), rest, function)
        return [*node, made] if made else node
    new = _changed(node[index], rest if _is_index(key) else (key, *rest), function)
    return [*node[:index], *(() if new is MISSING else (new,)), *node[index + 1 :]]


def _is_index(key: Key) -> bool:
    return isinstance(key, int) or key.isdecimal()


def _index(node: list[Json], key: Key) -> int | None:
    if _is_index(key):
        wanted = int(key)
        return wanted % len(node) if -len(node) <= wanted < len(node) else None
    return next((at for at in range(len(node) - 1, -1, -1) if isinstance(node[at], dict)), None)
