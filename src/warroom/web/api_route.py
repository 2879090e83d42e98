"""Routes whose answers are written by our own encoder: FastAPI's fails on some contents of alerts."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import Response
from fastapi.routing import APIRoute

from warroom.web.answers import Answer


class ApiRoute(APIRoute):
    """A route of the API. What it returns is answered as it is; its type stands in the API's description."""

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Any]], **more: Any) -> None:
        super().__init__(path, _answering(endpoint, more.get("status_code") or 200), **more)


def _answering(endpoint: Callable[..., Awaitable[Any]], status: int) -> Callable[..., Awaitable[Any]]:
    @wraps(endpoint)
    async def answer(*args: Any, **given: Any) -> Any:
        found = await endpoint(*args, **given)
        if found is None or isinstance(found, Response):
            return found
        answered = Answer(found, status_code=status)
        for asked in given.values():
            if isinstance(asked, Response):  # with what the route added, such as a cookie
                answered.headers.raw.extend(asked.headers.raw)
        return answered

    return answer
