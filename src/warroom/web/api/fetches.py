"""Records that a fetch could not take."""

from fastapi import APIRouter

from warroom.model.json import JsonObject
from warroom.web.api_route import ApiRoute
from warroom.web.fetches import aside_json
from warroom.web.security import Asking, Served

router = APIRouter(prefix="/set-aside", tags=["integrations"], route_class=ApiRoute)


@router.get("", operation_id="list_set_aside")
async def list_set_aside(actor: Asking, app: Served) -> JsonObject:
    """List the records that a fetch set aside, oldest first, with the reason."""
    return {"items": [aside_json(aside) for aside in await app.set_asides.list(actor)]}


@router.get("/{aside}", operation_id="show_set_aside")
async def show_set_aside(aside: str, actor: Asking, app: Served) -> JsonObject:
    """Give one with its text as the product sent it."""
    untaken = await app.set_asides.show(aside, actor)
    return {**aside_json(untaken.aside), "record": untaken.record}


@router.post("/{aside}/replay", operation_id="replay_set_aside")
async def replay_set_aside(aside: str, actor: Asking, app: Served) -> JsonObject:
    """Make an incident of it, whatever its size; 409 when it still cannot be taken."""
    taken = await app.set_asides.replay(aside, actor)
    for plan in taken.plans:
        app.conductor.start_soon(plan)
    return {"incidents": list(taken.incidents)}


@router.delete("/{aside}", status_code=204, operation_id="drop_set_aside")
async def drop_set_aside(aside: str, actor: Asking, app: Served) -> None:
    """Forget it; the event log keeps who did that."""
    await app.set_asides.drop(aside, actor)
