"""`${}` in free text: alone it keeps the type of what it names, inside text it becomes text."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from warroom.context import cast
from warroom.context.dt import closing, parse
from warroom.context.scope import Source
from warroom.context.semantics import Semantics
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

OPENING = "${"

Reference: TypeAlias = tuple[str, str | None]  # (as written, its path; None when it is no path that can be read)


def interpolate(text: str, source: Source) -> Json:
    """The text with its references filled in; `MISSING` when it is one reference that leads nowhere.

    A reference that cannot be read stays as it is: text such as `${jndi:…` is data, not a mistake.
    """
    if OPENING not in text:
        return text
    parts = references(text)
    if len(parts) == 1 and isinstance(parts[0], tuple) and parts[0][1] is not None:
        return source.find(parts[0][1])
    return "".join(part if isinstance(part, str) else _filled(part, source) for part in parts)


def _filled(reference: Reference, source: Source) -> str:
    written, path = reference
    if path is None:
        return written if source.semantics.unreadable_reference_stays else ""
    return in_text(source.find(path), source.semantics)


def in_text(value: Json, semantics: Semantics) -> str:
    """How a value looks inside of text; nothing is an empty text."""
    if isinstance(value, list) and semantics.list_in_text == "comma":
        plain = [cast.plain_text(item) for item in value]
        if None not in plain:
            return ",".join(item for item in plain if item is not None)
    return cast.written(value)


@lru_cache(maxsize=4096)
def references(text: str) -> tuple[str | Reference, ...]:
    """The text in its pieces: literal text, and references.

    >>> references("file ${File.Name}!")
    ('file ', ('${File.Name}', 'File.Name'), '!')
    """
    return tuple(_pieces(text))


def _pieces(text: str) -> Iterator[str | Reference]:
    done = 0
    while (start := text.find(OPENING, done)) >= 0:
        end = closing(text, start + 1)
        if end == len(text):
            break
        if start > done:
            yield text[done:start]
        written = text[start : end + 1]
        yield (written, _readable(written[2:-1]))
        done = end + 1
    if done < len(text):
        yield text[done:]


def _readable(path: str) -> str | None:
    try:
        parse(path.strip())
    except InvalidInputError:
        return None
    return path.strip() or None


def bare(path: str) -> str:
    """A path without the `${}` that content sometimes puts around it, and without a stray bracket at its end."""
    found = path.strip()
    if found.startswith(OPENING):
        found = found[2:]
    return found[:-1].strip() if found.endswith("}") and found.count("}") > found.count("{") else found
