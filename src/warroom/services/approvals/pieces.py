"""The single values in a command's arguments: what a list holds, however it was written."""

import re
from collections.abc import Iterator, Mapping

from warroom.content.integration import Argument
from warroom.model.border import parsed, written
from warroom.model.json import Json

SEPARATORS = re.compile(r"[,;\n]")
DEEPEST = 20
# Arguments that say why or how, and name no target.
FREE_TEXT = frozenset({"comment", "comments", "content", "description", "message", "note", "notes", "reason"})
SWITCHES = frozenset({"yes", "no", "true", "false"})
OWN = frozenset({"idempotency_key", "idempotency_since"})  # filled by the runtime


def count_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> int:
    """Say how many targets an action has: the most values that one of its arguments holds.

    A comma counts as one between values, in a URL, too: other people's commands cut there, and it is better to ask once
    too often.

    >>> count_of({"endpoint": "A,B,C", "description": "one, two, and more"}, {})
    3
    """
    return max((_count(value, 0) for name, value in args.items() if _may_name(name, value, declared)), default=0)


def pieces_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> Iterator[str]:
    """Give every value that may name a target; prose, choices that the command offers, and secrets name none.

    >>> list(pieces_of({"endpoint": '[{"name": "A"}, "B, C"]', "wait": "yes", "description": "D"}, {}))
    ['A', 'B', 'C', 'yes']
    """
    for name, value in args.items():
        if _may_name(name, value, declared):
            yield from _pieces(value, 0)


def targets_of(args: Mapping[str, Json], declared: Mapping[str, Argument]) -> list[str]:
    """Give the values that name targets: all but switches, numbers, and what the command takes by itself.

    >>> targets_of({"endpoint": ["A", "B"], "wait": "yes", "days": 30}, {})
    ['A', 'B']
    """
    given = {name: value for name, value in args.items() if not _is_default(value, declared.get(name))}
    return [piece for piece in pieces_of(given, declared) if not _is_switch(piece)]


def single_words_of(value: Json) -> list[str]:
    r"""Give the values of a list that a person wrote: a JSON list, or text with commas, semicolons or lines.

    >>> single_words_of("dc-*\nfin 7, 10.0.0.1")
    ['dc-*', 'fin 7', '10.0.0.1']
    """
    return list(_pieces(value, 0))


def _is_switch(piece: str) -> bool:
    return piece.casefold() in SWITCHES or piece.isdecimal()


def _may_name(name: str, value: Json, declared: Mapping[str, Argument]) -> bool:
    argument = declared.get(name)
    is_choice = argument is not None and value in argument.predefined
    is_secret = argument is not None and argument.secret
    return name.casefold() not in FREE_TEXT | OWN and not is_choice and not is_secret


def _is_default(value: Json, argument: Argument | None) -> bool:
    return argument is not None and argument.default_value is not None and value == argument.default_value


def _count(value: Json, depth: int) -> int:
    value = _read(value, depth)
    if isinstance(value, str):
        parts = [part.strip() for part in SEPARATORS.split(value) if part.strip()]
        is_list = all(len(part.split()) == 1 for part in parts)  # else it is prose
        return len(parts) if is_list else 1
    if isinstance(value, list):
        return sum(max(_count(item, depth + 1), 1) for item in value)
    if isinstance(value, dict):
        counts = (_count(item, depth + 1) for key, item in value.items() if str(key).casefold() not in FREE_TEXT)
        return max(counts, default=1)
    return 0 if value is None else 1


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
    """Read text that is JSON; other text stays, and what lies too deep becomes text: no name in it may be missed."""
    read = value
    if isinstance(value, str) and value.strip()[:1] in {"[", "{"}:
        try:
            read = parsed(value)
        except ValueError:
            return value
    return written(read) if depth >= DEEPEST and isinstance(read, list | dict) else read
