"""The single values in a command's arguments: what a list holds, however it was written."""

import re
from collections.abc import Iterator, Mapping, Sequence

from warroom.content.integration import Argument
from warroom.model.border import BOM, parsed, written
from warroom.model.json import Json

SEPARATORS = re.compile("[,;\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
BLANKS = re.compile(rf"{SEPARATORS.pattern}|\s")
DEEPEST = 20
# Arguments that say why or how, and name no target.
FREE_TEXT = frozenset({"comment", "comments", "content", "description", "message", "note", "notes", "reason"})
CODE = frozenset({"script_content", "script_contents"})  # one value, whatever it contains
# Arguments and keys that say on what something is done; others, such as a file's path, say how.
TARGET = re.compile(
    r"endpoint|host|computer|machine|device|agent|asset|sensor|server|client|workstation|identifier|target|account|user"
    r"|u?guid|uuid|object|domain|url|address|value|(?:message|unique)_?ids?$|(?:^|_)(?:ips?|macs?|e?mails?)(?:$|_)|^ids?$",
    re.IGNORECASE,
)
# Names of arguments and keys whose values hold no blanks: two with only a blank between are two.
SINGLE_WORDS = re.compile(
    r".*?(endpoint|host|computer|machine|device|agent|asset|sensor|server|client|workstation"
    r"|guid|uuid|ip|mac|e?mail|domain|url|address)(e?s|[_-]?(names?|identifiers?|ids?|guids?|uuids?|list|address(es)?))*",
    re.IGNORECASE,
)
SWITCHES = frozenset({"yes", "no", "true", "false"})
OWN = frozenset({"idempotency_key", "idempotency_since"})  # filled by the runtime


def count_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> int:
    """Say how many targets an action has: the values of the arguments that name targets, all together.

    An argument that does not sound like a target counts by itself, if it holds more than those. A comma counts as one
    between values, in a URL, too: foreign commands may split there, and asking once too often is safe. So does a
    blank between names that hold none.

    >>> count_of({"endpoint": "A,B,C", "agent_guid": "G", "file_path": "x,y", "description": "one, two, and more"}, {})
    4
    >>> count_of({"endpoint": "A B C"}, {}), count_of({"file_path": "A B C"}, {})
    (3, 1)
    """
    return _together({name: value for name, value in args.items() if _may_name(name, value, declared)}, 0)


def pieces_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> Iterator[str]:
    """Yield every value that may name a target; prose, choices that the command offers, and secrets do not.

    >>> list(pieces_of({"endpoint": '[{"name": "A"}, "B, C"]', "wait": "yes", "description": "D"}, {}))
    ['A', 'B', 'C', 'yes']
    """
    for name, value in args.items():
        if _may_name(name, value, declared):
            yield from _pieces(value, 0)


def names_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> Iterator[str]:
    """Yield every value that may name a target, and each word of those that hold no blanks.

    >>> list(names_of({"endpoint": "A B, C", "file_path": "D E"}, {}))
    ['A B', 'A', 'B', 'C', 'D E']
    """
    for name, value in args.items():
        for piece in pieces_of({name: value}, declared):
            words = piece.split() if SINGLE_WORDS.fullmatch(name) else []
            yield from dict.fromkeys([piece, *words])


def targets_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> list[str]:
    """Return the values that name targets: all but switches, numbers, and the command's own defaults.

    >>> targets_of({"endpoint": ["A", "B"], "wait": "yes", "days": 30}, {})
    ['A', 'B']
    """
    given = {name: value for name, value in args.items() if not _is_default(value, declared.get(name))}
    return [piece for name, value in given.items() for piece in _targets(list(pieces_of({name: value}, declared)))]


def items_of(value: Json) -> list[str]:
    r"""Read the items of a list that a person wrote: a JSON list, or text with commas, semicolons or lines.

    >>> items_of("a, b\nc"), items_of('["a,b"]'), items_of("a;b")
    (['a', 'b', 'c'], ['a,b'], ['a', 'b'])
    """
    return [text for item in _items(value) if item is not None and (text := str(item).strip())]


def single_words_of(value: Json) -> list[str]:
    r"""Return the items of a list that names hosts or commands; none of them can hold a separator.

    >>> single_words_of("dc-*\nfin 7, 10.0.0.1")
    ['dc-*', 'fin 7', '10.0.0.1']
    """
    return [word for item in _items(value) for word in _pieces(item, 0)]


def _items(value: Json) -> list[Json]:
    if isinstance(value, str):
        read = _read(value, 0) if value.strip()[:1] == "[" else None
        value = read if isinstance(read, list) else SEPARATORS.split(value)
    return value if isinstance(value, list) else [value]


def _targets(pieces: Sequence[str]) -> Sequence[str]:
    """Leave an argument out that holds switches and numbers alone; beside a name, a number may be one, too."""
    return () if all(map(_is_switch, pieces)) else pieces


def _is_switch(piece: str) -> bool:
    return piece.casefold() in SWITCHES or piece.isdecimal()


def _may_name(name: str, value: Json, declared: Mapping[str, Argument]) -> bool:
    argument = declared.get(name)
    is_choice = argument is not None and value in argument.predefined
    is_secret = argument is not None and argument.secret
    return name.casefold() not in FREE_TEXT | OWN and not is_choice and not is_secret


def _is_default(value: Json, argument: Argument | None) -> bool:
    return argument is not None and argument.default_value is not None and value == argument.default_value


def _count(value: Json, depth: int, between: re.Pattern[str]) -> int:
    value = _read(value, depth)
    if isinstance(value, str):
        return sum(1 for part in between.split(value) if part.strip())
    if isinstance(value, list):
        return sum(max(_count(item, depth + 1, between), 1) for item in value)
    if isinstance(value, dict):
        return _together(value, depth + 1) or int(not value)
    return 0 if value is None else 1


def _together(values: Mapping[str, Json], depth: int) -> int:
    counts = {name: _counted(name, value, depth) for name, value in values.items()}
    targets = [count for name, count in counts.items() if TARGET.search(name)]
    several = sum(count for count in targets if count > 1)
    single = sum(count for count in targets if count == 1)
    # In one record a name and a GUID, one of each, are one host.
    return max([several + (min(single, 1) if depth else single), *counts.values()])


def _counted(name: str, value: Json, depth: int) -> int:
    if name.casefold() in FREE_TEXT:
        return 0
    count = _count(value, depth, BLANKS if SINGLE_WORDS.fullmatch(name) else SEPARATORS)
    return min(count, 1) if name.casefold() in CODE else count


def _pieces(value: Json, depth: int) -> Iterator[str]:
    value = _read(value, depth)
    if isinstance(value, str):
        yield from (part.strip() for part in SEPARATORS.split(value) if part.strip())
    elif isinstance(value, list | dict):
        for key, item in value.items() if isinstance(value, dict) else (("", item) for item in value):
            if str(key).casefold() not in FREE_TEXT:
                yield from _pieces(item, depth + 1)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _read(value: Json, depth: int) -> Json:
    """Read text that is JSON; other text stays, and deep nesting becomes text, so that no name in it is missed."""
    read = value
    for _ in range(DEEPEST):  # JSON may be a text that is JSON again
        if not isinstance(read, str) or read.removeprefix(BOM).strip()[:1] not in {"[", "{", '"'}:
            break
        try:
            read = parsed(read)
        except ValueError:
            break
    return written(read) if depth >= DEEPEST and isinstance(read, list | dict) else read
