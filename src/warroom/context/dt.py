"""DT, the language of paths: a path is read into segments that print back to the very same text.

    path    := segment*
    segment := ('.' | '..')? name | '.'? '[' n? ']' | '[' n ':' m ']' | '(' expression ')' | ('=' | '.=') expression

Names may hold spaces, `-`, `#`, `/`, `:` and more. What content leaves open at its end (a bracket, a dot) is
taken as closed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from warroom.context.expression import Expression, compile_expression
from warroom.model.errors import InvalidInputError

NAME = re.compile(r"[^.\[(=]+")
NO_NAME = re.compile(r'["{}\x00-\x1f]')
RANGE = re.compile(r"\s*(?P<start>-?\d+)?\s*(?P<colon>:)?\s*(?P<stop>-?\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Name:
    """`.key`; an empty key (a dot at the end) changes nothing."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Deep:
    """`..key` at any depth."""

    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Index:
    """`[n]`."""

    source: str
    index: int


@dataclass(frozen=True, slots=True)
class Range:
    """`[n:m]`, both ends included; `[]` and `[:]` are everything."""

    source: str
    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class Filter:
    """`(expression)` keeps the items for which it is true."""

    source: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Transform:
    """`=expression` on each item; `.=expression` on the value as a whole."""

    source: str
    expression: Expression
    is_whole: bool


Segment: TypeAlias = Name | Deep | Index | Range | Filter | Transform


@dataclass(frozen=True, slots=True)
class Path:
    """A path's segments; `keys` holds them as plain keys when they are nothing else, which most paths are."""

    segments: tuple[Segment, ...]
    keys: tuple[str, ...] | None

    def __str__(self) -> str:
        return "".join(segment.source for segment in self.segments)

    @property
    def root(self) -> str:
        """The key that the path starts with; empty when it starts with anything else."""
        match self.segments:
            case (Name(key=key), *_):
                return key
            case _:
                return ""


@lru_cache(maxsize=8192)
def parse(text: str) -> Path:
    """Read a path.

    >>> path = parse("DBotScore(val.Vendor == 'VirusTotal').[0].Score")
    >>> [type(segment).__name__ for segment in path.segments], str(path)
    (['Name', 'Filter', 'Index', 'Name'], "DBotScore(val.Vendor == 'VirusTotal').[0].Score")
    """
    segments = tuple(_segments(text))
    keys = tuple(segment.key for segment in segments if isinstance(segment, Name) and segment.key)
    is_plain = all(isinstance(segment, Name) for segment in segments)
    return Path(segments, keys if is_plain else None)


def _segments(text: str) -> Iterator[Segment]:
    position = 0
    while position < len(text):
        segment = _segment(text, position)
        position += len(segment.source)
        yield segment


def _segment(text: str, start: int) -> Segment:
    dots = 2 if text.startswith("..", start) else int(text.startswith(".", start))
    body = start + dots
    match text[body : body + 1]:
        case "=":
            return Transform(text[start:], compile_expression(text[body + 1 :]), is_whole=dots > 0)
        case "[":
            return _bracket(text, start, body)
        case "(":
            end = closing(text, body)
            return Filter(text[start : end + 1], compile_expression(text[body + 1 : end]))
        case _:
            return _name(text, start, body, is_deep=dots > 1)


def _name(text: str, start: int, body: int, *, is_deep: bool) -> Name | Deep:
    found = NAME.match(text, body)
    end = found.end() if found else body
    if NO_NAME.search(text, body, end):
        raise InvalidInputError(f"`{text}` is not a path: `{text[body:end]}` cannot be a name.")
    return (Deep if is_deep else Name)(text[start:end], text[body:end].strip())


def _bracket(text: str, start: int, body: int) -> Index | Range:
    end = text.find("]", body)
    inside, after = (text[body + 1 : end], end + 1) if end >= 0 else (text[body + 1 :], len(text))
    found = RANGE.fullmatch(inside)
    if not found:
        raise InvalidInputError(f"`{text}` is not a path: `[{inside}]` is neither an index nor a range of them.")
    first = int(found["start"]) if found["start"] else None
    if found["colon"] or first is None:
        return Range(text[start:after], first, int(found["stop"]) if found["stop"] else None)
    return Index(text[start:after], first)


def closing(text: str, opening: int) -> int:
    """Where the bracket at `opening` is closed; the end of the text when it never is.

    Quotes count only inside of expressions: names have apostrophes.
    """
    depth, quote, position = 0, "", opening
    is_expression = False
    while position < len(text):
        mark = text[position]
        if quote:
            position += mark == "\\"
            quote = "" if mark == quote else quote
        elif mark in "'\"" and is_expression:
            quote = mark
        elif mark in ")]}":
            depth -= 1
            if depth == 0:
                return position
        else:
            depth += mark in "([{"
            is_expression = is_expression or mark in "(="
        position += 1
    return len(text)
