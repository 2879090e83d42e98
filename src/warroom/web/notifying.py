"""Trying whether an address can be told, at the doors of this machine."""

from typing import get_args

from warroom.model.errors import InvalidInputError, UnavailableError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.notifying.rules import Shape
from warroom.services.ports.notices import SendError


async def notify_test(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Send a test message; what the address says against it is an error."""
    shape = str(asked.get("shape") or "json")
    if shape not in get_args(Shape):
        raise InvalidInputError(f"{shape!r} is no shape. Use one of {', '.join(get_args(Shape))}.")
    try:
        named = await app.notifying.test(str(asked["to"]), shape, actor)  # type: ignore[arg-type]  # it was looked at
    except SendError as error:
        raise UnavailableError(f"The message did not get through: {error}") from error
    return {"to": named}
