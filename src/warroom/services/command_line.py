"""Reads what is typed in the War Room: `!command arg=value "bare value" using=instance`."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warroom.content.integration import Argument
from warroom.content.playbook import Playbook
from warroom.model.errors import InvalidInputError
from warroom.model.json import JsonObject

ARGUMENT = re.compile(r"^([A-Za-z_][A-Za-z0-9_.\- ]*?)=(.*)$", re.DOTALL)


QUOTES = frozenset("\"'`")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A typed command; `bare` are values without a name."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    bare: tuple[str, ...] = ()


def parse(text: str) -> CommandLine:
    r"""Read a typed command; values with spaces stand in double quotes, single quotes or backticks.

    >>> parse("!isolate endpoint='FIN LT' note=`it is`").args
    {'endpoint': 'FIN LT', 'note': 'it is'}
    """
    line = text.strip().removeprefix("!").strip()
    if not line:
        raise InvalidInputError("There is no command in the text. Type `!name argument=value`.")
    words = _words(line)
    args: dict[str, str] = {}
    bare: list[str] = []
    for word in words[1:]:
        match = ARGUMENT.match(word)
        if match is None:
            bare.append(word)
        elif match[1] in args:
            raise InvalidInputError(f"The argument {match[1]!r} is given twice. Keep one of them.")
        else:
            args[match[1]] = match[2]
    return CommandLine(name=words[0], args=args, bare=tuple(bare))


def place_bare(line: CommandLine, declared: Sequence[Argument]) -> dict[str, str]:
    """Give the bare value to the command's default argument."""
    if not line.bare:
        return dict(line.args)
    default = next((argument.name for argument in declared if argument.default), None)
    if default is None or default in line.args or len(line.bare) > 1:
        known = ", ".join(argument.name for argument in declared) or "none"
        raise InvalidInputError(
            f"{line.name} does not know what {line.bare[0]!r} is. Write argument=value; its arguments are: {known}."
        )
    return {**line.args, default: line.bare[0]}


def _words(line: str) -> list[str]:
    """Split into words. A backslash is itself (Windows paths), unless it precedes a quote in double quotes."""
    words: list[str] = []
    word, quote, started = "", "", False
    characters = iter(enumerate(line))
    for position, character in characters:
        following = line[position + 1 : position + 2]
        if quote == '"' and character == "\\" and following in {'"', "\\"}:
            word += following
            next(characters)
        elif quote and character == quote:
            quote = ""
        elif quote or not (character.isspace() or character in QUOTES):
            word, started = word + character, True
        elif character in QUOTES:
            quote, started = character, True
        elif started:
            words.append(word)
            word, started = "", False
    if quote:
        raise InvalidInputError(
            f"A quote ({quote}) is not closed. Close it, or put the text in another kind of quotes."
        )
    return [*words, word] if started else words


def is_typed(playbook: Playbook) -> bool:
    """Whether a playbook is a typed command, which leaves the incident's own playbook as it is."""
    return playbook.name.startswith("!")


def as_playbook(name: str, args: Mapping[str, str], brand: str = "") -> str:
    """Write a typed command as a playbook of one task, so that it waits, polls and survives as one."""
    task: JsonObject = {
        "id": "1",
        "taskid": "1",
        "type": "regular",
        "task": {
            "id": "1",
            "version": -1,
            "name": f"!{name}",
            "iscommand": bool(brand),
            "script": f"{brand}|||{name}",
            "brand": brand,
        },
        "scriptarguments": {key: {"simple": value} for key, value in args.items()},
        "nexttasks": {},
    }
    start = {"id": "0", "taskid": "0", "type": "start", "task": {"id": "0", "name": ""}, "nexttasks": {"#none#": ["1"]}}
    body: JsonObject = {
        "id": f"!{name}",
        "version": -1,
        "name": f"!{name}",
        "starttaskid": "0",
        "tasks": {"0": start, "1": task},
    }
    return json.dumps(body, ensure_ascii=False, sort_keys=True)
