"""Values in brief: enough of each to know it again, for lists that people read."""

import json
from collections.abc import Mapping

from warroom.model.json import Json, JsonObject

LONGEST = 300


def brief_text(text: str) -> str:
    """Cut a long text.

    >>> len(brief_text("x" * 1000))
    300
    """
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def brief_values(values: Mapping[str, Json]) -> JsonObject:
    """Cut what is long in arguments; a long list or object becomes the beginning of its text.

    >>> brief_values({"endpoint": ["WIN-7"], "task_id": 5})
    {'endpoint': ['WIN-7'], 'task_id': 5}
    """
    return {brief_text(key): _brief(value) for key, value in values.items()}


def _brief(value: Json) -> Json:
    if isinstance(value, str):
        return brief_text(value)
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= LONGEST else brief_text(text)
