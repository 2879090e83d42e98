"""Every door of the HTTP application, read from its route tables, and the words that their paths are filled with."""

import re
from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from tests.doors.asking import ENTRY, INCIDENT, INSTANCE, PLAN, TASK
from warroom.web.api import API

WORDS = {
    "incident_id": INCIDENT,
    "entry_id": ENTRY,
    "plan_id": PLAN,
    "task": TASK,
    "key": TASK,
    "playbook_id": "Ask",
    "pack": "WarroomBase",
    "name": INSTANCE,
    "token": "%00%ff",
    "aside": "none",
    "indicator": "none",
    "session_id": "none",
    "key_id": "none",
}
SOCKETS = {"/live"}  # what goes over it has tests of its own
SPEAKS_FOR_ITSELF = {f"{API}/openapi.json", "/static"}  # nothing in them is from outside


def routes(found: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Name every door of an application; what is no kind that we know fails here."""
    for route in found:
        if isinstance(route, APIRoute):
            yield from ((method, prefix + route.path) for method in route.methods or ())
        elif isinstance(route, WebSocketRoute):
            assert route.path in SOCKETS, route.path
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from routes(inner.routes, prefix + vars(route)["include_context"].prefix)
        else:
            assert isinstance(route, Route | Mount)
            assert route.path in SPEAKS_FOR_ITSELF, route.path


def filled(path: str) -> str:
    return re.sub(r"\{(\w+)(?::path)?\}", lambda found: WORDS[found[1]], path)
