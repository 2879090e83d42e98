"""The emergency stop: what is paused, and many plans cancelled at once."""

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from warroom.model.json import Json, JsonObject
from warroom.web import stopping
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.security import Asking, Served

router = APIRouter(tags=["emergency stop"], route_class=ApiRoute)


class Stop(Asked):
    """What is paused or resumed: one instance, by its name, or everything; and why.

    A field of another name is refused: it was meant to narrow what happens, and left out it would be everything.
    """

    model_config = ConfigDict(extra="forbid")

    instance: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=1000)


class Cancel(Asked):
    """Which open plans end: one, an incident's, a playbook's (both: that playbook's on it), or all; and why.

    A field of another name is refused, as in `Stop`; so is `all` beside one that narrows.
    """

    model_config = ConfigDict(extra="forbid")

    plan: str = Field(default="", max_length=200)
    incident: str = Field(default="", max_length=20)
    playbook: str = Field(default="", max_length=200)
    all: bool = False
    reason: str = Field(default="", max_length=1000)


@router.get("/halts", operation_id="list_halts")
async def list_halts(actor: Asking, app: Served) -> JsonObject:
    """List what is paused, by whom, since when and why; empty when nothing is."""
    return {"items": await stopping.list_halts(app, {}, actor)}


@router.post("/halts", operation_id="pause")
async def pause(body: Stop, actor: Asking, app: Served) -> Json:
    """Pause: no command that changes something leaves until it is resumed; `on_the_way` names what had left before."""
    return await stopping.pause(app, body.model_dump(), actor)


@router.post("/halts/end", operation_id="resume")
async def resume(body: Stop, actor: Asking, app: Served) -> Json:
    """Resume: the plans that wait go on, each action once."""
    return await stopping.resume(app, body.model_dump(), actor)


@router.post("/plans/cancel", operation_id="cancel_plans")
async def cancel_plans(body: Cancel, actor: Asking, app: Served) -> Json:
    """Cancel open plans; one that has an action under way ends with it."""
    return await stopping.cancel_plans(app, body.model_dump(), actor)
