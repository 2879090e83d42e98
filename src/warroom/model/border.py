"""The border for JSON: input is cleaned once, so that output can always be written.

A lone half of a surrogate pair can be read and never be written, NUL is not taken by every database, NaN is not JSON.
Direction marks and other special characters are kept as text; pages and terminals show them harmlessly.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from warroom.model.json import Json

DEEPEST = 100  # levels that are kept; deeper ones are kept as text, since not every reader could follow
LONGEST_INTEGER = 14_000  # bits; Python writes no number of more than 4,300 digits
NO_TEXT = re.compile("[\0\ud800-\udfff]")
NOT_TEXT = "\N{REPLACEMENT CHARACTER}"
BOM = "\ufeff"
SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity|[\ud800-\udfff]")  # a document without it is clean
CONTAINERS = frozenset({dict, list})


def text(value: str) -> str:
    """Return the text without what an encoding or a database refuses.

    >>> text("Task" + chr(0) + "mgr " + chr(0xD800))
    'Task�mgr �'
    """
    return value if value.isascii() and value.isprintable() else NO_TEXT.sub(NOT_TEXT, value)


def clean(value: Json) -> Json:
    """Return any value as JSON that can be stored, shown and written again.

    >>> clean({"n": float("nan"), 7: ["a" + chr(0xDC00)]})
    {'n': None, '7': ['a�']}
    """
    return _clean(value, DEEPEST)


def parsed(document: Json) -> Json:
    r"""Read a JSON document from outside; raises ValueError or TypeError when it is none, or too deep to be read.

    A byte order mark before it is no part of it, and NaN is null.

    >>> parsed('\ufeff{"n": NaN, "t": "\\ud800"}')
    {'n': None, 't': '�'}
    """
    decoded = document.decode(json.detect_encoding(document)) if isinstance(document, bytes) else document
    if not isinstance(decoded, str):
        raise TypeError(f"{decoded!r:.80} is no document.")
    try:
        value = json.loads(decoded.removeprefix(BOM))
    except RecursionError as error:
        raise ValueError("it is nested too deep to be read") from error
    return cleaned(value, decoded)


def cleaned(value: Json, document: str) -> Json:
    r"""Clean what was parsed from a document; a document without suspect bytes is hardly looked at.

    >>> cleaned("a" + chr(0), r'"a\u0000"')
    'a�'
    """
    return clean(value) if SUSPECT.search(document) or _is_deep(value) else value


def written(value: Json) -> str:
    """Write any value as one line of JSON in ASCII.

    >>> written({"a": [1.5, float("inf")], 7: None})
    '{"a":[1.5,null],"7":null}'
    """
    try:
        return _strict(value)
    except (TypeError, ValueError, RecursionError):
        return _strict(clean(value))


def laid_out(value: Json, indent: int = 2) -> str:
    """Write a value for people, over several lines and in its own letters.

    >>> print(laid_out({"a": "é", "b": [float("nan")]}, indent=0))
    {
    "a": "é",
    "b": [
    null
    ]
    }
    """
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False, indent=indent)
    except (TypeError, ValueError, RecursionError):
        return json.dumps(clean(value), ensure_ascii=False, indent=indent)


_strict = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode


def _clean(value: Json, levels: int) -> Json:
    if not isinstance(value, (Mapping, list, tuple)):
        return _scalar(value)
    if not levels:
        return _as_text(value)
    if isinstance(value, Mapping):
        return _object(value, levels - 1)
    return [_clean(item, levels - 1) for item in value]


def _scalar(value: Json) -> Json:
    match value:
        case str():
            return text(value)
        case float():
            return value if math.isfinite(value) else None
        case bool() | None:
            return value
        case int():
            return value if value.bit_length() <= LONGEST_INTEGER else hex(value)
        case _:
            return text(str(value))


def _is_deep(value: Json) -> bool:
    """Whether a parsed value is nested deeper than is kept; looks level by level, and only at containers."""
    level = [value] if type(value) in CONTAINERS else []
    for _ in range(DEEPEST + 1):
        if not level:
            return False
        items = [item for holder in level for item in (holder.values() if type(holder) is dict else holder)]
        level = [item for item in items if type(item) in CONTAINERS]
    return True


def _object(value: Mapping[Any, Json], levels: int) -> dict[str, Json]:
    """Clean an object; of two keys that become equal, the second gets a mark, so that neither value is lost."""
    made: dict[str, Json] = {}
    for key, item in value.items():
        name = text(key) if isinstance(key, str) else _key(key)
        while name in made:
            name += "'"
        made[name] = _clean(item, levels)
    return made


def _key(key: object) -> str:
    """Write a key that is not text as JSON's own writers do.

    >>> _key(True), _key(None), _key(7), _key((1, 2))
    ('true', 'null', '7', '(1, 2)')
    """
    if key is None or isinstance(key, bool):
        return json.dumps(key)
    return text(str(key))


def _as_text(value: Json) -> str:
    try:
        return json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        return "… nested too deep to be kept …"
