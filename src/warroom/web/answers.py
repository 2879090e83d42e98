"""JSON answers that can be written for every content of an alert, such as lone surrogates or NaN."""

from typing import Any

from starlette.responses import JSONResponse

from warroom.model.border import written


class Answer(JSONResponse):
    """What every route of the native API answers with."""

    def render(self, content: Any) -> bytes:
        return written(content).encode("ascii")


class Problem(Answer):
    """An error, as RFC 9457 has it."""

    media_type = "application/problem+json"
