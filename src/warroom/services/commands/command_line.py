"""Reads what is typed in the War Room: `!command arg=value "bare value" using=instance`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from json import JSONDecoder

from warroom.content.integration import Argument
from warroom.content.playbook import NO_LABEL, Playbook, Task, TaskKind
from warroom.content.read_task import CONTROLS
from warroom.content.value import Simple
from warroom.model.errors import InvalidInputError
from warroom.model.plan import TypedCommand

ARGUMENT = re.compile(r"^([A-Za-z_][A-Za-z0-9_.\- ]*?)=(.*)$", re.DOTALL)
QUOTES = frozenset("\"'`")
OPENING = frozenset("[{")
_JSON = JSONDecoder()
SLASHES_AND_QUOTE = re.compile(r'\\+"')
SLASHES_OR_ONE = re.compile(r"\\+|.", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """A typed command; `bare` are values without a name."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)
    bare: tuple[str, ...] = ()


def parse(text: str) -> CommandLine:
    r"""Read a typed command; values with spaces are in double quotes, single quotes or backticks, or are JSON.

    >>> parse("!isolate endpoint='FIN LT' note=`it is`").args
    {'endpoint': 'FIN LT', 'note': 'it is'}
    """
    line = text.strip().removeprefix("!").strip()
    if not line:
        raise InvalidInputError("There is no command in the text. Type `!name argument=value`.")
    name, *words = _words(line)
    args: dict[str, str] = {}
    bare: list[str] = []
    for word in words:
        match = None if word.is_quoted else ARGUMENT.match(word.text)
        if match is None:
            bare.append(word.text)
        elif match[1] in args:
            raise InvalidInputError(f"The argument {match[1]!r} is given twice. Keep one of them.")
        else:
            args[match[1]] = match[2]
    return CommandLine(name=name.text, args=args, bare=tuple(bare))


def place_bare(line: CommandLine, declared: Sequence[Argument]) -> dict[str, str]:
    """Assign the bare value to the command's default argument."""
    if not line.bare:
        return dict(line.args)
    default = next((argument.name for argument in declared if argument.default), None)
    if default is None or default in line.args or len(line.bare) > 1:
        known = ", ".join(argument.name for argument in declared) or "none"
        raise InvalidInputError(
            f"{line.name} does not know what {line.bare[0]!r} is. Write argument=value; its arguments are: {known}."
        )
    return {**line.args, default: line.bare[0]}


@dataclass(frozen=True, slots=True)
class Word:
    """A word without its quotes; one that began with a quote is always a value."""

    text: str
    is_quoted: bool


def _words(line: str) -> list[Word]:
    """Split into words, at white space outside of quotes."""
    words: list[Word] = []
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        text, end = _word(line, position)
        words.append(Word(text, line[position] in QUOTES))
        position = end
    return words


def _word(line: str, start: int) -> tuple[str, int]:
    """Read one word; returns it and its end. Quotes count at its beginning and behind `=`: it's stays it's.

    So does JSON, which is one value with all its spaces.
    """
    parts: list[str] = []
    position = start
    while position < len(line) and not line[position].isspace():
        begins_value = position == start or line[position - 1] == "="
        if begins_value and line[position] in QUOTES:
            text, position = _quoted(line, position)
            parts.append(text)
        elif begins_value and (end := _end_of_json(line, position)):
            parts.append(line[position:end])
            position = end
        else:
            parts.append(line[position])
            position += 1
    return "".join(parts), position


def _end_of_json(line: str, start: int) -> int:
    """Return the end of the object or list that begins here; 0 when none does."""
    if line[start] not in OPENING:
        return 0
    try:
        _, end = _JSON.raw_decode(line, start)
    except (ValueError, RecursionError):
        return 0
    return end if end == len(line) or line[end].isspace() else 0


def _quoted(line: str, start: int) -> tuple[str, int]:
    """Read a text in quotes; returns it and its end.

    A backslash is itself (Windows paths). In double quotes, one before a quote makes the quote part of the text, and
    two before the closing quote are one backslash.
    """
    quote = line[start]
    parts: list[str] = []
    position = start + 1
    while position < len(line):
        if quote == '"' and (slashes := SLASHES_AND_QUOTE.match(line, position)):
            count = len(slashes[0]) - 1
            parts.append("\\" * (count // 2) + ('"' if count % 2 else ""))
            position = slashes.end() if count % 2 else slashes.end() - 1
        elif line[position] == quote:
            return "".join(parts), position + 1
        else:
            run = SLASHES_OR_ONE.match(line, position)
            assert run is not None
            parts.append(run[0])
            position = run.end()
    raise InvalidInputError(f"A quote ({quote}) is not closed. Close it, or put the text in another kind of quotes.")


def title(name: str) -> str:
    """Return a typed command's title, shown where playbooks have a name."""
    return f"!{name}"


def as_playbook(command: TypedCommand) -> Playbook:
    """Return a typed command as a playbook of one task, so that it waits, polls and survives as one."""
    values = {name: Simple(value=value) for name, value in command.args.items()}
    task = Task(
        id="1",
        kind=TaskKind.REGULAR,
        name=title(command.name),
        script=command.name,
        is_command=True,
        arguments={name: value for name, value in values.items() if name not in CONTROLS},
        controls={name: value for name, value in values.items() if name in CONTROLS},
    )
    start = Task(id="0", kind=TaskKind.START, name="", next={NO_LABEL: (task.id,)})
    return Playbook(
        id=task.name,
        name=task.name,
        start=start.id,
        tasks={start.id: start, task.id: task},
        sha256=sha256(task.name.encode("utf-8", "surrogatepass")).hexdigest(),  # of the text that its picture shows
    )
