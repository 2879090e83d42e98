"""A line as it is being typed: its words, where each stands, and which of them are secrets."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from warroom.services.command_line import ARGUMENT, QUOTES


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
    text, quote, start, skip = "", "", -1, False
    for position, (character, following) in enumerate(pairwise(f"{line} \0")):
        at_end = position == len(line)
        if skip:
            skip = False
        elif quote == '"' and character == "\\" and following in {'"', "\\"}:
            text, skip = text + following, True
        elif at_end or (character.isspace() and not quote):
            if start >= 0:
                words.append(Word(start=start, end=position, text=text, quote=quote))
            text, start = "", -1
        else:
            start = position if start < 0 else start
            if quote == character:
                quote = ""
            elif not quote and character in QUOTES:
                quote = character
            else:
                text += character
    return words


def quoted(value: str) -> str:
    r"""Write a value so that it is read as one word.

    >>> [quoted(value) for value in ("FIN-042", "FIN LT", 'say "no"')]
    ['FIN-042', '"FIN LT"', '\'say "no"\'']
    """
    if value and not any(character.isspace() or character in QUOTES for character in value):
        return value
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    if "'" not in value:
        return f"'{value}'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
