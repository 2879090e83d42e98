"""The simulator as the first Vision One of somebody who wants to look first."""

from fastapi import APIRouter, Request

from warroom.model.errors import ConflictError, NotFoundError, UnavailableError
from warroom.model.json import JsonObject
from warroom.services.access import Permission, require
from warroom.web.api_route import ApiRoute
from warroom.web.security import Asking, Served
from warroom.web.shapes import instance_json

router = APIRouter(tags=["integrations"], route_class=ApiRoute)

INTEGRATION = "VisionOneResponse"
INSTANCE = "vision-one-simulator"


@router.post("/simulator", status_code=201, operation_id="use_simulator")
async def use_simulator(actor: Asking, app: Served, request: Request) -> JsonObject:
    """Start the simulated tenant and add it as an instance that fetches; the first incident comes within seconds."""
    require(actor, Permission.MANAGE_INSTANCES)
    simulator = request.app.state.simulator
    if simulator is None:
        raise UnavailableError("This server was started without a simulator. Start it with `warroom serve`.")
    if any(instance.name == INSTANCE for instance in await app.instances.list(actor)):
        raise ConflictError(f"The simulator is in use already, as instance {INSTANCE!r}.")
    tenant = await simulator.start()
    params = {"url": tenant.url, "isFetch": "true"}
    return instance_json(await app.instances.add(INSTANCE, INTEGRATION, params, {"apikey": tenant.api_key}, actor))


@router.get("/regions", operation_id="list_regions")
async def list_regions(_: Asking, app: Served) -> JsonObject:
    """List the regions of Vision One with the addresses of their APIs."""
    if app.library.catalogue.find_integration(INTEGRATION) is None:
        raise NotFoundError(f"The integration {INTEGRATION} is not installed. Install its pack.")
    return {"items": [{"name": name, "url": url} for name, url in REGIONS]}


REGIONS = (
    ("United States", "https://api.xdr.trendmicro.com"),
    ("Australia", "https://api.au.xdr.trendmicro.com"),
    ("European Union", "https://api.eu.xdr.trendmicro.com"),
    ("India", "https://api.in.xdr.trendmicro.com"),
    ("Japan", "https://api.xdr.trendmicro.co.jp"),
    ("Middle East", "https://api.mea.xdr.trendmicro.com"),
    ("Singapore", "https://api.sg.xdr.trendmicro.com"),
    ("United Kingdom", "https://api.uk.xdr.trendmicro.com"),
    ("US Government", "https://api.usgov.xdr.trendmicro.com"),
)
