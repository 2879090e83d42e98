"""JSON answers that can be written whatever an alert holds: lone surrogates, numbers that JSON does not have."""

import json
import math
from typing import Any

from starlette.responses import JSONResponse


class Answer(JSONResponse):
    """What every route of the native API answers with."""

    def render(self, content: Any) -> bytes:
        """Write plain ASCII, so that no text can fail to be encoded."""
        try:
            return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")
        except ValueError:
            return json.dumps(_finite(content), allow_nan=False, separators=(",", ":")).encode("ascii")


class Problem(Answer):
    """An error, as RFC 9457 has it."""

    media_type = "application/problem+json"


def _finite(value: Any) -> Any:
    """Put null for what is no finite number.

    >>> _finite({"a": [1.5, float("nan")]})
    {'a': [1.5, None]}
    """
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
