"""Full-text search over incidents, the same in every store: which words an incident has, and how a search finds them.

A word of a search is found where a word of the incident begins like it; "fin-lt" and other words with marks in them
are found as neighbours. So every database needs substring search only.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from unicodedata import normalize

from warroom.model.incident import Incident
from warroom.model.json import Json

LONGEST = 16_000  # characters of one incident that can be found
LONGEST_SEARCH = 400
_SYLLABLES = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"  # written without spaces: each is a word
_WORD = re.compile(rf"[{_SYLLABLES}]|[^\W_{_SYLLABLES}]+")


def words_in(text: str) -> list[str]:
    """Cut a text into words, the same ones in every normalization form of Unicode.

    >>> words_in("FIN-LT_543: C:/Temp"), words_in("Cafe" + chr(0x301)) == words_in("CAF" + chr(0xC9))
    (['fin', 'lt', '543', 'c', 'temp'], True)
    """
    return _WORD.findall((text if text.isascii() else normalize("NFKC", text)).casefold())


def searched_text(incident: Incident) -> str:
    """Return all words of an incident that can be found, each with a space before it."""
    mirror = incident.remote
    parts = (incident.id, incident.name, mirror, incident.type, incident.owner)
    return text_of([*parts, *_texts(incident.custom_fields), incident.details])


def text_of(parts: Sequence[str]) -> str:
    """Join the words of texts in their searched form.

    >>> text_of(["FIN-LT", "7"])
    ' fin lt 7'
    """
    text = "".join(f" {word}" for part in parts for word in words_in(part[:LONGEST]))
    return text[:LONGEST]


def phrases(search: str) -> list[list[str]]:
    """Return the words to look for, neighbours together.

    >>> phrases("LSASS fin-lt")
    [['lsass'], ['fin', 'lt']]
    """
    found = [words_in(part) for part in search[:LONGEST_SEARCH].split()]
    return [words for words in found if words]


def needles(search: str) -> list[str]:
    """Return the texts that must all be in a searched text.

    >>> needles("LSASS fin-lt")
    [' lsass', ' fin lt']
    """
    return [f" {' '.join(words)}" for words in phrases(search)]


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield str(value)
