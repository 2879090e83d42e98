"""Starts the simulator as the first Vision One, to try warroom."""

from fastapi import APIRouter, Request

from warroom.doors.answer import json_of
from warroom.doors.instances import InstanceShown, instance_of
from warroom.doors.integrations import VISION_ONE
from warroom.model.errors import ConflictError, UnavailableError
from warroom.model.json import Json
from warroom.services.people.access import Permission, require
from warroom.web.api_route import ApiRoute
from warroom.web.rest import problems
from warroom.web.security import Asking, Served

router = APIRouter(tags=["integrations"], route_class=ApiRoute, responses=dict(problems((ConflictError,))))

INSTANCE = "vision-one-simulator"


@router.post("/simulator", status_code=201, operation_id="use_simulator", response_model=InstanceShown)
async def use_simulator(actor: Asking, app: Served, request: Request) -> Json:
    """Start the simulated tenant and add it as an instance that fetches; its first incident appears within seconds."""
    require(actor, Permission.MANAGE_INSTANCES)
    simulator = request.app.state.simulator
    if simulator is None:
        raise UnavailableError("This server was started without a simulator. Start it with `warroom serve`.")
    if any(instance.name == INSTANCE for instance in await app.instances.list(actor)):
        raise ConflictError(f"The simulator is in use already, as instance {INSTANCE!r}.")
    tenant = await simulator.start()
    params = {"url": tenant.url, "isFetch": "true"}
    added = await app.instances.add(INSTANCE, VISION_ONE, params, {"apikey": tenant.api_key}, actor)
    return json_of(instance_of(added))
