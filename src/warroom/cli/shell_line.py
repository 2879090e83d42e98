"""A line while it is typed: its words, their positions, and which of them are secrets."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from warroom.services.commands.command_line import ARGUMENT, QUOTES, SLASHES_AND_QUOTE, SLASHES_OR_ONE

NEEDS_QUOTES = re.compile("""\\s|(^|=)["'`]""")
BEFORE_QUOTE = re.compile(r'(\\*)"')
LAST_SLASHES = re.compile(r"\\+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word as it was typed (from `start` to `end`) and what it says; `quote` is one that is still open."""

    start: int
    end: int
    text: str
    quote: str = ""


def words_of(line: str) -> list[Word]:
    r"""Split a line as the War Room does, except that an open quote is no error.

    >>> [word.text for word in words_of('!isolate endpoint="FIN LT')]
    ['!isolate', 'endpoint=FIN LT']
    """
    words: list[Word] = []
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
        else:
            words.append(_word(line, position))
            position = words[-1].end
    return words


def quoted(value: str) -> str:
    r"""Write an argument's value so that it is read as it is.

    >>> [quoted(value) for value in ("FIN-042", "FIN LT", 'say "no"')]
    ['FIN-042', '"FIN LT"', '\'say "no"\'']
    """
    if value and not NEEDS_QUOTES.search(value):
        return value
    if '"' in value and "'" not in value:
        return f"'{value}'"
    escaped = BEFORE_QUOTE.sub(lambda match: match[1] * 2 + '\\"', value)
    return f'"{LAST_SLASHES.sub(lambda match: match[0] * 2, escaped)}"'


def without_secrets(line: str, is_secret: Callable[[str], bool]) -> str:
    """Empty the arguments whose name says that they are secret.

    >>> without_secrets("!login user=ann password='a b' again=yes", lambda name: name == "password")
    '!login user=ann password= again=yes'
    """
    for word in reversed(words_of(line)):
        match = ARGUMENT.match(word.text)
        typed = line[word.start : word.end]
        if match and is_secret(match[1]) and "=" in typed:
            line = f"{line[: word.start]}{match[1]}={line[word.end :]}"
    return line


def _word(line: str, start: int) -> Word:
    """Read one word; quotes count at its beginning and behind an equals sign."""
    text, quote, position = "", "", start
    while position < len(line) and not line[position].isspace():
        if line[position] in QUOTES and (position == start or line[position - 1] == "="):
            inside, position, quote = _inside_quotes(line, position)
            text += inside
        else:
            text += line[position]
            position += 1
    return Word(start=start, end=position, text=text, quote=quote)


def _inside_quotes(line: str, start: int) -> tuple[str, int, str]:
    """Read a quoted text; returns it, its end, and the quote when it is not closed."""
    quote, text, position = line[start], "", start + 1
    while position < len(line):
        if quote == '"' and (slashes := SLASHES_AND_QUOTE.match(line, position)):
            pairs, is_escaped = divmod(len(slashes[0]) - 1, 2)
            text += "\\" * pairs + '"' * is_escaped
            position = slashes.end() - 1 + is_escaped
        elif line[position] == quote:
            return text, position + 1, ""
        else:
            run = SLASHES_OR_ONE.match(line, position)
            assert run is not None
            text += run[0]
            position = run.end()
    return text, position, quote
