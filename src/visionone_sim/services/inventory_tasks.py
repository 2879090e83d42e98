"""/endpointSecurity beside the list of endpoints: taking endpoints out, exports, policies; answers are guesses."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import ListBody, ObjectBody, TenantDep, base_url, page_response
from visionone_sim.services.multistatus import Answer, Item, ItemModel, answer_each, location, read_item
from visionone_sim.tenant.endpoints import SensorPolicy, Switch
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.inventory_tasks import InventoryAction, InventoryTask
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/endpointSecurity", tags=["Endpoint security: tasks and policies"])

FILTER_FIELDS: dict[str, Callable[[InventoryTask], tuple[str, ...]]] = {
    "id": lambda task: (task.id,),
    "agentGuid": lambda task: (task.agent_guid or "",),
    "status": lambda _task: ("succeeded",),
    "action": lambda task: (task.action,),
}
POLICIES: tuple[dict[str, Json], ...] = (
    {"id": "policy-default", "name": "Default", "agentUpdatePolicy": "N-1"},
    {"id": "policy-latest", "name": "Latest", "agentUpdatePolicy": "N"},
)
UPDATE_POLICIES = ("N", "N-1", "N-2")


class _Override(ItemModel):
    agent_guids: list[str]
    sensor_detection_and_response: Switch | None = None
    advanced_risk_telemetry: Switch | None = None


@router.post("/endpoints/delete", status_code=207)
async def delete_endpoints(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    def delete(item: Item) -> Answer:
        endpoint = tenant.inventory.target(agent_guid=str(item.get("agentGuid") or ""), name=None)
        tenant.inventory.remove(endpoint.agent_guid)
        task = _new_task(tenant, "delete", endpoint.agent_guid)
        return {"status": 202, "headers": location("Operation-Location", _url(request, task))}

    return answer_each(request, body, delete)


@router.post("/endpoints/export", status_code=202)
async def export_endpoints(request: Request, tenant: TenantDep) -> Response:
    response = Response(status_code=202)
    place = _url(request, _new_task(tenant, "export", None))
    response.raw_headers.append((b"Operation-Location", place.encode()))
    return response


@router.post("/endpoints/applySensorPolicy", status_code=207)
async def apply_sensor_policy(request: Request, body: ObjectBody, tenant: TenantDep) -> JSONResponse:
    """Set the sensors of endpoints against their group's policy; that each gets an answer of its own is a guess."""
    wanted = read_item(_Override, body)
    policy = SensorPolicy(
        detection_and_response=wanted.sensor_detection_and_response, risk_telemetry=wanted.advanced_risk_telemetry
    )
    if not wanted.agent_guids or policy == SensorPolicy():
        raise BadRequestError(
            "Name an agent GUID at least, and sensorDetectionAndResponse or advancedRiskTelemetry.", target="agentGuids"
        )

    def apply(item: Item) -> Answer:
        endpoint = tenant.inventory.target(agent_guid=item["agentGuid"], name=None)
        tenant.inventory.override_sensor(endpoint.agent_guid, policy)
        return {"status": 204}

    return answer_each(request, [{"agentGuid": guid} for guid in wanted.agent_guids], apply)


@router.post("/endpoints/removeOverriddenSensorPolicy", status_code=207)
async def remove_overridden_sensor_policy(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    """Return endpoints to their group's policy; the answers' status is a guess."""

    def remove(item: Item) -> Answer:
        endpoint = tenant.inventory.target(agent_guid=str(item.get("agentGuid") or ""), name=None)
        tenant.inventory.remove_sensor_override(endpoint.agent_guid)
        return {"status": 204}

    return answer_each(request, body, remove)


@router.get("/tasks")
async def list_inventory_tasks(request: Request, tenant: TenantDep) -> JSONResponse:
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=1024) if text else None
    tasks = reversed(list(tenant.inventory_tasks.values()))
    found = [task for task in tasks if wanted is None or filters.matches(wanted, _values(task))]
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    page = cut(found, cursor, page_size(request.query_params, (10, 50, 100, 200, 1000), 50))
    return page_response(request, page, (_wire(task) for task in page.items), counted=True)


@router.get("/tasks/{task_id}")
async def get_inventory_task(task_id: str, tenant: TenantDep) -> JSONResponse:
    task = tenant.inventory_tasks.get(task_id)
    if task is None:
        raise NotFoundError("The task does not exist.")
    return JSONResponse(_wire(task))


@router.get("/versionControlPolicies")
async def list_version_policies(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    page = cut(POLICIES, cursor, page_size(request.query_params, (10, 50, 100, 200), 50))
    return page_response(request, page, page.items, counted=True)


@router.get("/versionControlPolicies/agentUpdatePolicies")
async def list_update_policies() -> JSONResponse:
    return JSONResponse({"items": [{"name": name} for name in UPDATE_POLICIES]})


def _new_task(tenant: Tenant, action: InventoryAction, agent_guid: str | None) -> InventoryTask:
    now = tenant.clock.now()
    task = InventoryTask(id=draw_uuid(tenant.rng), action=action, created=now, agent_guid=agent_guid)
    return tenant.inventory_tasks.add(task)


def _url(request: Request, task: InventoryTask) -> str:
    return f"{base_url(request)}/v3.0/endpointSecurity/tasks/{task.id}"


def _values(task: InventoryTask) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](task)


def _wire(task: InventoryTask) -> dict[str, Json]:
    document: dict[str, Json] = {
        "id": task.id,
        "action": task.action,
        "status": "succeeded",
        "createdDateTime": wire_time(task.created),
        "lastActionDateTime": wire_time(task.created),
    }
    return document | ({"agentGuid": task.agent_guid} if task.agent_guid else {})
