"""Performs an operation by its name, for clients of a local door."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from warroom.doors import perform as doors
from warroom.doors.answer import Items, json_of
from warroom.doors.table import OPERATIONS
from warroom.model.border import clean
from warroom.model.errors import NotFoundError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App

# Errors whose form at the local socket has always differed from the API's.
TOLD_OTHERWISE: Mapping[str, Callable[[Any], Json]] = {
    "events.last": attrgetter("sequence"),
    "names": attrgetter("hosts"),
}


async def perform(app: App, name: str, asked: JsonObject, actor: Actor) -> Json:
    """Perform one operation; an error names a missing argument. A null argument counts as left out."""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise NotFoundError(f"There is no operation {name!r}. Use a warroom of the same version on both sides.")
    as_typed = operation.request.as_typed
    values = {key: value if key in as_typed else clean(value) for key, value in asked.items()}
    said = {key: value for key, value in values.items() if value is not None}
    return TOLD_OTHERWISE.get(name, _told)(await doors.perform(operation, app, said, actor))


def _told(answer: Any) -> Json:
    return json_of(list(answer.items) if isinstance(answer, Items) else answer)
