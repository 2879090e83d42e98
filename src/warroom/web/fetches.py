"""Records that a fetch set aside, for the local door: JSON in, one call of a use case, JSON out."""

from collections.abc import Mapping

from warroom.model.codec import picked
from warroom.model.json import Json, JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.fetches import SetAside
from warroom.web.operation import Operation


def aside_json(aside: SetAside) -> JsonObject:
    return {**picked(aside, "id", "what", "why", "at", "size"), "instance": aside.instance_name}


async def list_set_aside(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return [aside_json(aside) for aside in await app.set_asides.list(actor)]


async def show_set_aside(app: App, asked: JsonObject, actor: Actor) -> Json:
    untaken = await app.set_asides.show(str(asked["id"]), actor)
    return {**aside_json(untaken.aside), "record": untaken.record}


async def replay_set_aside(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Make an incident of it; gives none where the record has become one in another way."""
    taken = await app.set_asides.replay(str(asked["id"]), actor)
    for plan in taken.plans:
        app.conductor.start_soon(plan)
    return {"id": asked["id"], "incidents": list(taken.incidents)}


async def drop_set_aside(app: App, asked: JsonObject, actor: Actor) -> Json:
    return {"dropped": (await app.set_asides.drop(str(asked["id"]), actor)).id}


FETCH_OPERATIONS: Mapping[str, Operation] = {
    "fetch.drop": drop_set_aside,
    "fetch.list": list_set_aside,
    "fetch.replay": replay_set_aside,
    "fetch.show": show_set_aside,
}
