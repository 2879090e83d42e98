"""Trying whether an address can be told, at the doors of this machine."""

from typing import get_args

from warroom.model.errors import InvalidInputError, UnavailableError
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.notifying.rules import Shape
from warroom.services.ports.notices import SendError


async def notify_test(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Send a test message; what the address says against it is an error. Without an address, try the rules."""
    if not asked.get("to"):
        return {"rules": await _rules(app, actor)}
    shape = str(asked.get("shape") or "json")
    if shape not in get_args(Shape):
        raise InvalidInputError(f"{shape!r} is no shape. Use one of {', '.join(get_args(Shape))}.")
    try:
        named = await app.trying.address(str(asked["to"]), shape, actor)  # type: ignore[arg-type]  # it was looked at
    except SendError as error:
        raise UnavailableError(f"The message did not get through: {error}") from error
    return {"to": named}


async def _rules(app: App, actor: Actor) -> Json:
    """Send one to everybody whom the rules reach; gives what came of each rule, in the order of the settings."""
    return [
        {
            "rule": number,
            "told": list(tried.told),
            "failed": [{"to": name, "error": error} for name, error in tried.failed],
            "gaps": list(tried.gaps),
        }
        for number, tried in enumerate(await app.trying.rules(actor), 1)
    ]
