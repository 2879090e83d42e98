"""/response: exceptions from actions, and lists of stored questions; the shapes of answers are guesses."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import ListBody, ObjectBody, TenantDep, page_response
from visionone_sim.services.multistatus import Answer, Item, answer_each
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.response_rules import SWITCHES
from visionone_sim.wire import Json

router = APIRouter(prefix="/response", tags=["Response: rules"])

ENDPOINTS_MAX = 2_000
TRAFFIC_MAX = 50
ENABLED = ("enabled", "disabled")


@router.get("/settingStatus")
async def show_setting_status(tenant: TenantDep) -> JSONResponse:
    return JSONResponse(tenant.rules.switches)


@router.patch("/settingStatus", status_code=204)
async def change_setting_status(body: ObjectBody, tenant: TenantDep) -> Response:
    changes = {name: body[name] for name in SWITCHES if name in body}
    if not changes or not set(map(str, changes.values())) <= set(ENABLED):
        raise BadRequestError(f"Set {' or '.join(SWITCHES)} to enabled or disabled.", target=SWITCHES[0])
    tenant.rules.switches.update(changes)
    return Response(status_code=204)


@router.get("/endpointActionExceptions")
async def list_action_exceptions(request: Request, tenant: TenantDep) -> JSONResponse:
    text = header_text(request.headers, "TMV1-Filter")
    names = ("action", "endpointName", "endpointAgentGuid")
    wanted = filters.parse(text, names) if text else None
    rows: list[dict[str, str]] = [
        {"action": action, "endpointAgentGuid": guid, "endpointName": tenant.inventory[guid].name}
        for action, guids in tenant.rules.excepted.items()
        for guid in guids
        if guid in tenant.inventory
    ]
    found = [row for row in rows if wanted is None or filters.matches(wanted, _values(row))]
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, page.items, counted=False)


@router.post("/endpointActionExceptions/register", status_code=207)
async def register_action_exceptions(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    """Say for each action which endpoints it leaves alone."""

    def register(item: Item) -> Answer:
        named = item.get("endpoints")
        action = item.get("action")
        if not isinstance(action, str) or not isinstance(named, list) or len(named) > ENDPOINTS_MAX:
            raise BadRequestError(f"Each item needs an action and up to {ENDPOINTS_MAX} endpoints.", target="endpoints")
        found = [_endpoint(tenant.inventory.target, each) for each in named]
        tenant.rules.excepted[action] = [endpoint.agent_guid for endpoint in found]
        return {"status": 201}

    return answer_each(request, body, register)


@router.get("/isolatedTrafficExceptions")
async def list_traffic_exceptions(tenant: TenantDep) -> JSONResponse:
    return JSONResponse(tenant.rules.traffic)


@router.post("/isolatedTrafficExceptions/register", status_code=204)
async def register_traffic_exceptions(body: ObjectBody, tenant: TenantDep) -> Response:
    wanted = {name: body.get(name, []) for name in ("inbound", "outbound")}
    for name, rows in wanted.items():
        if not isinstance(rows, list) or len(rows) > TRAFFIC_MAX or not all(isinstance(row, dict) for row in rows):
            raise BadRequestError(f"{name} is an array of up to {TRAFFIC_MAX} objects.", target=name)
    tenant.rules.traffic = wanted
    return Response(status_code=204)


@router.get("/osqueryStatements")
async def list_osquery_statements(request: Request, tenant: TenantDep) -> JSONResponse:
    """Show no stored statements: nothing documented stores one."""
    return _nothing(request, tenant)


@router.get("/yaraRuleFiles")
async def list_yara_rule_files(request: Request, tenant: TenantDep) -> JSONResponse:
    return _nothing(request, tenant)


def _nothing(request: Request, tenant: Any) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    nothing: list[Json] = []
    page = cut(nothing, cursor, page_size(request.query_params, (50, 100, 200), 50))
    return page_response(request, page, page.items, counted=False)


def _endpoint(find: Any, named: Any) -> Endpoint:
    if not isinstance(named, dict):
        raise BadRequestError("An endpoint is an object with agentGuid or endpointName.", target="endpoints")
    found: Endpoint = find(agent_guid=named.get("agentGuid"), name=named.get("endpointName"))
    return found


def _values(row: dict[str, str]) -> filters.Values:
    return lambda field: (row[field],)
