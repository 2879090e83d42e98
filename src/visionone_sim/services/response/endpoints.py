"""/response/endpoints: what an agent does on its endpoint."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError
from visionone_sim.services.access import KeyDep, ListBody, ObjectBody, TenantDep, base_url
from visionone_sim.services.multistatus import Item, ItemModel, LongText, Name, read_item, require_few, start_tasks
from visionone_sim.tenant.targets import EndpointDemand
from visionone_sim.tenant.tasks import Action
from visionone_sim.tenant.tenant import Tenant

router = APIRouter(prefix="/response/endpoints", tags=["Response: endpoints"])


class _Endpoint(ItemModel):
    agent_guid: Name | None = None
    endpoint_name: Name | None = None
    description: str | None = None


class _File(_Endpoint):
    file_path: LongText | None = None


class _Process(_Endpoint):
    file_sha1: Name | None = None
    file_name: Name | None = None
    process_id: int | None = None


class _Script(_Endpoint):
    file_name: Name | None = None
    parameter: LongText | None = None


class _Osquery(_Endpoint):
    statement: LongText | None = None
    statement_id: Name | None = None


class _Yara(_Endpoint):
    yara_rule_file_content: str | None = None
    yara_rule_file_name: Name | None = None
    yara_rule_file_id: Name | None = None


# The path's last part, the action that its tasks show, and what its elements hold; one line per action of the API.
ACTIONS: dict[str, tuple[Action, type[_Endpoint]]] = {
    "isolate": ("isolate", _Endpoint),
    "restore": ("restoreIsolate", _Endpoint),
    "collectFile": ("collectFile", _File),
    "terminateProcess": ("terminateProcess", _Process),
    "runScript": ("runCustomScript", _Script),
    "runOsquery": ("runOsquery", _Osquery),
    "runYaraRules": ("runYaraRules", _Yara),
}
# Several fields of the API that say the same to the twin: what is to be run.
STATEMENTS = ("statement", "statement_id", "yara_rule_file_content", "yara_rule_file_name", "yara_rule_file_id")


def _route(path: str, action: Action, model: type[_Endpoint]) -> None:
    def demand(_tenant: Tenant, item: Item) -> EndpointDemand:
        return _demand(read_item(model, item).model_dump())

    @router.post(f"/{path}", name=f"{path}_endpoints", operation_id=path, status_code=207)
    async def act(request: Request, body: ListBody) -> JSONResponse:
        """Answer 207: for each target, either a task to follow or an error."""
        return start_tasks(request, body, action, demand)


def _demand(fields: dict[str, Any]) -> EndpointDemand:
    statement = next((fields[name] for name in STATEMENTS if fields.get(name)), None)
    kept = {name: value for name, value in fields.items() if name not in STATEMENTS}
    return EndpointDemand(**kept, statement=statement)


for _path, (_action, _model) in ACTIONS.items():
    _route(_path, _action, _model)


@router.post("/startMalwareScan", status_code=202)
async def start_malware_scan(request: Request, body: ObjectBody, tenant: TenantDep, key: KeyDep) -> Response:
    """Scan endpoints; unlike all others this action takes an object, and answers with one task in a header."""
    endpoints = body.get("endpoints")
    if not isinstance(endpoints, list) or not endpoints or not all(isinstance(item, dict) for item in endpoints):
        raise BadRequestError("The field endpoints is required; it is an array of endpoints.", target="endpoints")
    require_few(tenant, endpoints)
    demands = [_demand(read_item(_Endpoint, item).model_dump()) for item in endpoints]
    tasks = [tenant.response.start("malwareScanForMultiple", demand, account=key.name) for demand in demands]
    response = Response(status_code=202)
    place = f"{base_url(request)}/v3.0/response/tasks/{tasks[0].id}"
    response.raw_headers.append((b"Operation-Location", place.encode()))
    return response
