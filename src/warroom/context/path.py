"""Evaluates DT paths: maps over lists, flattens, drops what is missing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, assert_never

from warroom.context.cast import MISSING, items
from warroom.context.dt import Deep, Filter, Index, Name, Path, Range, Segment, Transform, parse
from warroom.context.expression import Expression
from warroom.context.javascript import EvaluationError, truthy
from warroom.context.scripted import Scripts, Thrown
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.json import Json

LAST = -1  # as the end of a range

Item = TypeVar("Item")


def get(data: Json, path: str | Path, semantics: Semantics = STANDARD) -> Json:
    """The value at a path, None where there is none.

    >>> files = {"File": [{"Name": "a.exe", "Size": 1}, {"Name": "b.txt", "Size": 9}]}
    >>> get(files, "File.Name"), get(files, "File(val.Size > 5).Name"), get(files, "File.Owner")
    (['a.exe', 'b.txt'], 'b.txt', None)
    """
    found = find(data, path, semantics)
    return None if found is MISSING else found


def find(data: Json, path: str | Path, semantics: Semantics = STANDARD, scripts: Scripts | None = None) -> Json:
    """The value at a path, `MISSING` where there is none.

    Without `scripts`, InvalidInputError is raised for an expression that needs JavaScript.
    """
    parsed = parse(path) if isinstance(path, str) else path
    if parsed.keys is not None:
        value = data
        for key in parsed.keys:
            if not isinstance(value, dict):
                break
            value = value.get(key, MISSING)
        else:
            return value
        if value is MISSING:
            return MISSING
    selection = _Selection((data,))
    for segment in parsed.segments:
        selection = _step(selection, segment, semantics, scripts)
        if not selection.nodes:
            return MISSING
    return selection.value(semantics)


@dataclass(frozen=True, slots=True)
class _Selection:
    """The values that a path selects so far; `is_many` once it went through a list: then they are its items."""

    nodes: tuple[Json, ...]
    is_many: bool = False
    is_filtered: bool = False

    def value(self, semantics: Semantics) -> Json:
        if not self.is_many:
            return self.nodes[0]
        unwrap = semantics.unwrap_single_after_filter if self.is_filtered else semantics.unwrap_single_on_plain_path
        return self.nodes[0] if unwrap and len(self.nodes) == 1 else list(self.nodes)

    def items(self) -> list[Json]:
        return list(self.nodes) if self.is_many else items(self.nodes[0])

    def only(self, found: Json) -> "_Selection":
        return _Selection(() if found is MISSING else (found,), is_filtered=self.is_filtered)

    def many(self, found: list[Json], *, is_filtered: bool = False) -> "_Selection":
        return _Selection(tuple(found), is_many=True, is_filtered=is_filtered or self.is_filtered)


def _step(  # noqa: PLR0911  # one return a case
    selection: _Selection, segment: Segment, semantics: Semantics, scripts: Scripts | None
) -> _Selection:
    match segment:
        case Name(key="") | Deep(key=""):
            return selection
        case Name(key=key):
            return _name(selection, key, semantics)
        case Deep(key=key):
            return selection.many([found for node in selection.nodes for found in _deep(node, key)])
        case Index(index=index):
            return selection.only(pick(selection.items(), index, semantics))
        case Range(start=start, stop=stop):
            return selection.many(between(selection.items(), start, stop))
        case Filter(expression=expression):
            return selection.many(_kept(expression, selection.items(), semantics, scripts), is_filtered=True)
        case Transform(expression=expression, is_whole=True):
            return selection.only(_evaluated(expression, [selection.value(semantics)], scripts)[0])
        case Transform(expression=expression) if selection.is_many or isinstance(selection.nodes[0], list):
            found = _evaluated(expression, selection.items(), scripts)
            return selection.many([item for item in found if item is not MISSING])
        case Transform(expression=expression):
            return selection.only(_evaluated(expression, [selection.nodes[0]], scripts)[0])
        case _:
            assert_never(segment)


def _name(selection: _Selection, key: str, semantics: Semantics) -> _Selection:
    first = selection.nodes[0]
    if not selection.is_many and isinstance(first, dict):
        return selection.only(first.get(key, MISSING))
    if not selection.is_many and not isinstance(first, list):
        return selection.only(MISSING)
    found = list(_values(selection.items(), key))
    if not found and key.isdecimal():
        return selection.only(pick(selection.items(), int(key), semantics))
    return selection.many(found)


def _values(nodes: list[Json], key: str) -> Iterator[Json]:
    """The key's value in each object, lists flattened."""
    for node in nodes:
        if isinstance(node, list):
            yield from _values(node, key)
        elif isinstance(node, dict) and key in node:
            value = node[key]
            yield from value if isinstance(value, list) else (value,)


def _deep(data: Json, key: str) -> Iterator[Json]:
    waiting = [data]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if key in node:
                yield from items(node[key])
            waiting.extend(reversed(node.values()))
        elif isinstance(node, list):
            waiting.extend(reversed(node))


def pick(nodes: list[Json], index: int, semantics: Semantics) -> Json:
    """The item at an index, `MISSING` when there is none."""
    if index < 0 and semantics.negative_index_counts_from_end:
        index += len(nodes)
    return nodes[index] if 0 <= index < len(nodes) else MISSING


def between(nodes: list[Item], start: int | None, stop: int | None) -> list[Item]:
    """The items from one to the other, both included."""
    return nodes[start : None if stop in {None, LAST} else stop + 1]


def _keeps(expression: Expression, item: Json, semantics: Semantics) -> bool:
    try:
        return truthy(expression.evaluate(item))
    except EvaluationError:
        return semantics.error_in_filter_keeps_item


def keeps(expression: Expression, nodes: Sequence[Json], semantics: Semantics, scripts: Scripts | None) -> list[bool]:
    """Whether a filter keeps an item, for each of them."""
    if expression.run is not None or scripts is None:
        return [_keeps(expression, item, semantics) for item in nodes]
    answers = scripts.evaluated(expression.source, zip(nodes)) if nodes else []
    return [semantics.error_in_filter_keeps_item if answer is Thrown.THROWN else truthy(answer) for answer in answers]


def _kept(expression: Expression, nodes: list[Json], semantics: Semantics, scripts: Scripts | None) -> list[Json]:
    return [item for item, is_kept in zip(nodes, keeps(expression, nodes, semantics, scripts), strict=True) if is_kept]


def _evaluated(expression: Expression, nodes: list[Json], scripts: Scripts | None) -> list[Json]:
    """The expression's value for each node, MISSING where it has none."""
    if expression.run is not None or scripts is None:
        return [_value(expression, node) for node in nodes]
    answers = scripts.evaluated(expression.source, zip(nodes)) if nodes else []
    return [MISSING if answer is Thrown.THROWN else answer for answer in answers]


def _value(expression: Expression, item: Json) -> Json:
    try:
        return expression.evaluate(item)
    except EvaluationError:
        return MISSING
