"""Users for the local door: JSON in, one call of a use case, JSON out."""

from collections.abc import Mapping

from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.web.operation import Operation
from warroom.web.shapes import user_json


async def list_users(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return [user_json(user) for user in await app.users.everyone(actor)]


async def set_mail(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Give a user the address that messages go to; without one, take it away."""
    return user_json(await app.users.set_mail(str(asked["name"]), str(asked.get("mail") or ""), actor))


USER_OPERATIONS: Mapping[str, Operation] = {"user.list": list_users, "user.mail": set_mail}
