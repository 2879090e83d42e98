"""Writes a command as one types it: the inverse of `parse`, or nothing where no line reads back the same."""

import json
import unicodedata
from collections.abc import Iterator, Mapping

from warroom.context.interpolate import to_the_letter
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.services.commands.command_line import parse

LINES = frozenset("\n\t")


def typed_line(command: str, args: Mapping[str, Json], *, quoted: bool = False) -> str:
    r"""Write a command with its arguments, what looks like a reference as text; "" when it could not be typed again.

    `quoted` puts each text in quotes, so that a reader in a sentence sees where it ends.

    >>> typed_line("isolate", {"endpoint": ["A", "B"], "description": "It is 5 o'clock", "using": "lab-1"})
    '!isolate endpoint=["A", "B"] description="It is 5 o\'clock" using=lab-1'
    >>> typed_line("isolate", {"endpoint": "A" + chr(13) + "B"})
    ''
    >>> typed_line("collect", {"path": r"C:\a b", "days": 7}, quoted=True)
    '!collect path="C:\\a b" days=7'
    """
    wanted = {name: to_the_letter(_text(value)) for name, value in args.items()}
    values = {
        name: next(_spellings(text, bare=not quoted or not isinstance(args[name], str)), "")
        for name, text in wanted.items()
    }
    if not all(values.values()) or any(map(_is_hidden, wanted.values())):
        return ""
    line = " ".join([f"!{command}", *(f"{name}={value}" for name, value in values.items())])
    return line if _read(line) == (command, wanted) else ""


def _spellings(text: str, *, bare: bool) -> Iterator[str]:
    """Yield the ways to write a value that are read back as it."""
    escaped = text.replace('"', '\\"')
    for spelling in (*([text] if bare else ()), f'"{text}"', f"'{text}'", f"`{text}`", f'"{escaped}"'):
        if spelling and _read(f"!x a={spelling}") == ("x", {"a": text}):
            yield spelling


def _read(line: str) -> tuple[str, Mapping[str, str]] | None:
    try:
        found = parse(line)
    except InvalidInputError:
        return None
    return None if found.bare else (found.name, found.args)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _is_hidden(text: str) -> bool:
    """Whether it has a character that a form field changes, or that is invisible."""
    return any(unicodedata.category(sign) in {"Cc", "Cf", "Cs"} and sign not in LINES for sign in text)
