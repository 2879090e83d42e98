"""Shortened values: enough of each to recognize it, for lists that people read."""

import json
from collections.abc import Mapping

from warroom.model.json import Json, JsonObject

LONGEST = 300


def shortened_text(text: str) -> str:
    """Cut a long text.

    >>> len(shortened_text("x" * 1000))
    300
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def shortened_values(values: Mapping[str, Json]) -> JsonObject:
    """Cut what is long in arguments; a long list or object becomes the beginning of its text.

    >>> shortened_values({"endpoint": ["WIN-7"], "task_id": 5})
    {'endpoint': ['WIN-7'], 'task_id': 5}
    """
    return {shortened_text(key): _shortened(value) for key, value in values.items()}


def _shortened(value: Json) -> Json:
    if isinstance(value, str):
        return shortened_text(value)
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else shortened_text(text)
