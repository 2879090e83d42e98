"""`${}` in free text: alone it keeps the type of what it names, inside text it becomes text."""

import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from typing import TypeAlias

from warroom.context import cast
from warroom.context.cast import MISSING
from warroom.context.dt import Deep, Transform, closing, parse
from warroom.context.scope import Source
from warroom.context.semantics import Semantics
from warroom.model.border import parsed
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

OPENING = "${"

STRING_MARK = re.compile(r'\\.|"', re.DOTALL)  # in JSON: an escape, or where a text begins or ends
ROOT_IN_CONTENT = re.compile(r"#\d+|[^\W\d][\w \-'\u2019,?!&]*")  # a form's title is a key, too
ROOT_AS_TYPED = re.compile(r"#\d+|[^\W\d][\w-]*")

Reference: TypeAlias = tuple[str, str | None]  # (as written, its path; None when it is no path that can be read)
Counts: TypeAlias = Callable[[str, Source], bool]  # whether a path is taken for a reference


def in_content(path: str, source: Source) -> bool:
    """Whether a playbook means a path by it: its root is there, or is written as the key of a context."""
    root = parse(path).root
    return not root or _is_root(root, ROOT_IN_CONTENT, source)


def as_typed(path: str, source: Source) -> bool:
    """Whether a person means a path by it: `${env:TEMP}`, `${jndi:…}` and `${x y}` are text unless there is such a key.

    >>> from warroom.context.scope import Scope
    >>> [as_typed(path, Scope(context={})) for path in ("File.Name", "env:TEMP", "x y", ".=val.File")]
    [True, False, False, True]
    """
    parsed = parse(path)
    if parsed.root:
        return _is_root(parsed.root, ROOT_AS_TYPED, source)
    match parsed.segments:
        case (Transform(), *_):
            return True
        case (Deep(key=key), *_):
            return ROOT_AS_TYPED.fullmatch(key) is not None
        case _:
            return False


def only(roots: Collection[str]) -> Counts:
    """Take for a reference what has one of these roots, and nothing else."""
    return lambda path, _: parse(path).root in roots


def _is_root(root: str, pattern: re.Pattern[str], source: Source) -> bool:
    return pattern.fullmatch(root) is not None or source.find(root) is not MISSING


def interpolate(text: str, source: Source, counts: Counts = in_content) -> Json:
    """The text with its references filled in; `MISSING` when it is one reference that leads nowhere.

    What is no reference stays as it is: text such as `${jndi:…}` is data, not a mistake. What was filled in is not
    looked at again.
    """
    if OPENING not in text:
        return text
    parts = references(text)
    if len(parts) == 1 and isinstance(parts[0], tuple) and (path := parts[0][1]) is not None and counts(path, source):
        return source.find(path)
    filled = [part if isinstance(part, str) else _filled(part, source, counts) for part in parts]
    if source.semantics.quotes_stay_in_json and text.lstrip().startswith(("[", "{")):
        filled = _inside_json(parts, filled)
    return "".join(filled)


def _inside_json(parts: Sequence[str | Reference], filled: list[str]) -> list[str]:
    """Escape values that were filled into JSON strings: their quotes must not end the string."""
    inside, escaped, shape = False, list(filled), ""
    for at, part in enumerate(parts):
        written = part if isinstance(part, str) else part[0]
        if filled[at] == written:  # text, also what is no reference
            shape += written
            inside ^= STRING_MARK.findall(written).count('"') % 2 == 1
        elif inside:
            escaped[at] = json.dumps(filled[at], ensure_ascii=False)[1:-1]
        else:
            shape += "0"
    return escaped if _is_json(shape) else filled


def _is_json(text: str) -> bool:
    try:
        parsed(text)
    except ValueError:
        return False
    return True


def _filled(reference: Reference, source: Source, counts: Counts) -> str:
    written, path = reference
    if path is None or not counts(path, source):
        return written if source.semantics.unreadable_reference_stays else ""
    return in_text(source.find(path), source.semantics)


def nowhere(text: str, source: Source, counts: Counts = in_content) -> list[str]:
    """The references of a text, as written, that lead to nothing."""
    if OPENING not in text:
        return []
    found = (part for part in references(text) if isinstance(part, tuple))
    return [
        written
        for written, path in found
        if path is not None and counts(path, source) and source.find(path) in (MISSING, None)
    ]


def is_one_reference(text: str) -> bool:
    """Whether a text is a reference and nothing else."""
    return OPENING in text and len(references(text)) == 1


def as_text(written: str) -> str:
    """Return what to write so that a text with a reference is used literally.

    >>> from warroom.context.scope import Scope
    >>> as_text("${x}"), interpolate(as_text("${it's}"), Scope(context={}))
    ("${.='${x}'}", "${it's}")
    """
    escaped = written.replace("\\", "\\\\").replace("'", "\\'")
    return f"{OPENING}.='{escaped}'}}"


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


def to_the_letter(text: str) -> str:
    """A text as one has to write it so that none of it is taken for a reference.

    >>> to_the_letter("<${x}> of ${")
    "<${.='${x}'}> of ${"
    """
    pieces = references(text) if OPENING in text else (text,)
    return "".join(piece if isinstance(piece, str) else _quoted(piece) for piece in pieces)


def _quoted(reference: Reference) -> str:
    written, path = reference
    return written if path is None else as_text(written)


def bare(path: str) -> str:
    """A path without the `${}` that content sometimes puts around it, and without a stray bracket at its end."""
    found = path.strip()
    if found.startswith(OPENING):
        found = found[2:]
    return found[:-1].strip() if found.endswith("}") and found.count("}") > found.count("{") else found
