"""Deletes all of a context except some paths."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from warroom.context.dt import Deep, Filter, Index, Name, Range, Segment, Transform, parse
from warroom.context.path import between, keeps
from warroom.context.place import Key
from warroom.context.scripted import Scripts
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject

Place: TypeAlias = tuple[Key, ...]
Found: TypeAlias = tuple[Place, Json]
Tree: TypeAlias = dict[Key, "Tree | None"]  # None: everything


def keep(
    data: JsonObject, paths: Iterable[str], semantics: Semantics = STANDARD, scripts: Scripts | None = None
) -> JsonObject:
    """The data reduced to what is at the paths, at the same places; lists close up.

    >>> keep({"L": [{"a": 1, "b": 2}, {"a": 3}], "K": 4}, ["L.[0].a"])
    {'L': [{'a': 1}]}
    """
    tree: Tree = {}
    for path in paths:
        for place, _ in found_at(data, path, semantics, scripts):
            if not place:
                return data
            _plant(tree, place)
    return dict(_pruned(data, tree))


def found_at(data: Json, path: str, semantics: Semantics = STANDARD, scripts: Scripts | None = None) -> list[Found]:
    """Each value that a path leads to, with its place."""
    selection = _Selection([((), data)])
    for segment in parse(path).segments:
        selection = _step(selection, segment, semantics, scripts)
    return selection.found


@dataclass(frozen=True, slots=True)
class _Selection:
    """The values that a path selects so far; `is_many` once it went through a list: then they are its items."""

    found: list[Found]
    is_many: bool = False

    def items(self) -> list[Found]:
        return self.found if self.is_many else [item for one in self.found for item in _items(one)]


def _step(selection: _Selection, segment: Segment, semantics: Semantics, scripts: Scripts | None) -> _Selection:
    match segment:
        case Name(key="") | Deep(key=""):
            return selection
        case Name(key=key):
            return _named(selection, key, semantics)
        case Deep(key=key):
            return _Selection([item for one in selection.found for item in _deep(one, key)], is_many=True)
        case Index(index=index):
            return _Selection(_picked(selection.items(), index, semantics))
        case Range(start=start, stop=stop):
            return _Selection(between(selection.items(), start, stop), is_many=True)
        case Filter(expression=expression):
            nodes = selection.items()
            kept = keeps(expression, [value for _, value in nodes], semantics, scripts)
            return _Selection([one for one, is_kept in zip(nodes, kept, strict=True) if is_kept], is_many=True)
        case Transform():
            raise InvalidInputError(f"`{segment.source}` makes a new value; what is kept has to be named by a path.")
        case _:
            assert_never(segment)


def _named(selection: _Selection, key: str, semantics: Semantics) -> _Selection:
    if not selection.is_many and selection.found and isinstance(selection.found[0][1], dict):
        (place, value), *_ = selection.found
        return _Selection([((*place, key), value[key])] if key in value else [])
    if not selection.is_many and not any(isinstance(value, list) for _, value in selection.found):
        return _Selection([])
    found = list(_in_objects(selection.items(), key))
    if not found and key.isdecimal():
        return _Selection(_picked(selection.items(), int(key), semantics))
    return _Selection(found, is_many=True)


def _in_objects(nodes: Iterable[Found], key: str) -> Iterator[Found]:
    """The key's value in each object, lists flattened."""
    for place, value in nodes:
        if isinstance(value, list):
            yield from _in_objects(_items((place, value)), key)
        elif isinstance(value, dict) and key in value:
            yield from _items(((*place, key), value[key]))


def _deep(node: Found, key: str) -> Iterator[Found]:
    place, value = node
    if isinstance(value, dict):
        if key in value:
            yield from _items(((*place, key), value[key]))
        for name, inside in value.items():
            yield from _deep(((*place, name), inside), key)
    elif isinstance(value, list):
        for item in _items(node):
            yield from _deep(item, key)


def _items(node: Found) -> list[Found]:
    place, value = node
    return [((*place, at), item) for at, item in enumerate(value)] if isinstance(value, list) else [node]


def _picked(nodes: list[Found], index: int, semantics: Semantics) -> list[Found]:
    if index < 0 and semantics.negative_index_counts_from_end:
        index += len(nodes)
    return [nodes[index]] if 0 <= index < len(nodes) else []


def _plant(tree: Tree, place: Place) -> None:
    """Add a place to what is kept; what is kept as a whole already stays so."""
    *way, last = place
    for key in way:
        below = tree.setdefault(key, {})
        if below is None:
            return
        tree = below
    tree[last] = None


def _pruned(value: Json, tree: Tree | None) -> Json:
    if tree is None:
        return value
    if isinstance(value, list):
        return [_pruned(item, tree[at]) for at, item in enumerate(value) if at in tree]
    return {key: _pruned(inside, tree[key]) for key, inside in value.items() if key in tree}
