"""Text in a drawing: without control characters, measured roughly, broken into lines."""

import unicodedata
from functools import lru_cache

ELLIPSIS = "…"
WIDE = frozenset({"W", "F"})  # of east_asian_width: as wide as high
NARROW_LETTERS = frozenset("iljtfrI.,:;'|!()[]{}`\"-/\\ ")
BROAD_LETTERS = frozenset("mwMWOQGDHNU@%&…—")
MOST_ACCENTS = 2
HELD = 1000  # characters of a text that are looked at


@lru_cache(maxsize=8192)
def clean(text: str) -> str:
    r"""Return one line without control, direction and unassigned characters.

    >>> clean("a\x00b\u202ec\nd  e\u200b")
    'abc d e'
    """
    spaced = "".join(" " if character.isspace() else character for character in text[:HELD])
    shown = "".join(character for character in spaced if _is_shown(character))
    return " ".join((shown if shown.isascii() else _without_towers(shown)).split())


def _is_shown(character: str) -> bool:
    return character == " " or not unicodedata.category(character).startswith(("C", "Zl", "Zp"))


def _without_towers(text: str) -> str:
    """Limit stacked accents to two, which is enough for any language: more would reach into the text above."""
    pile = 0
    kept = []
    for character in text:
        pile = pile + 1 if unicodedata.combining(character) else 0
        if pile <= MOST_ACCENTS:
            kept.append(character)
    return "".join(kept)


@lru_cache(maxsize=8192)
def width(text: str, size: float) -> float:
    """About how wide a text is, on the safe side: no font is asked."""
    return size * sum(_em(character) for character in text)


def _em(character: str) -> float:
    if character in NARROW_LETTERS:
        return 0.36
    if character in BROAD_LETTERS:
        return 0.86
    if unicodedata.east_asian_width(character) in WIDE:
        return 1.04
    if unicodedata.combining(character):
        return 0.0
    return 0.68 if character.isupper() else 0.59


def shortened(text: str, size: float, room: float) -> str:
    """The text, cut with an ellipsis when it is wider than the room.

    >>> shortened("containment", 10, 40)
    'contai…'
    """
    if width(text, size) <= room:
        return text
    return text[: _fitting(text, size, room - width(ELLIPSIS, size))].rstrip() + ELLIPSIS


def _fitting(text: str, size: float, room: float) -> int:
    """How many characters fit."""
    for number, character in enumerate(text):
        room -= size * _em(character)
        if room < 0:
            return number
    return len(text)


def lines(text: str, size: float, room: float, most: int = 2) -> list[str]:
    """The text in lines as wide as the room; what does not fit into the last one is cut.

    >>> lines("Which files were dumped, and where?", 10, 130)
    ['Which files were dumped,', 'and where?']
    """
    words = text.split()
    found: list[str] = []
    while words and len(found) < most - 1:
        line = words.pop(0)
        if width(line, size) > room:
            line, rest = _broken(line, size, room)
            words.insert(0, rest)
        else:
            while words and width(f"{line} {words[0]}", size) <= room:
                line = f"{line} {words.pop(0)}"
        found.append(line)
    return [*found, shortened(" ".join(words), size, room)] if words else found


def _broken(word: str, size: float, room: float) -> tuple[str, str]:
    """Break a word that is wider than a line, best after a mark."""
    fits = max(1, _fitting(word, size, room))
    mark = max(word.rfind(mark, fits // 2, fits) for mark in "-_./\\:,")
    cut = mark + 1 if mark > 0 else fits
    return word[:cut], word[cut:]
