"""/response: actions on endpoints, and the tasks that they become."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import BadRequestError, NotFoundError, TaskDuplicationError, VendorError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import read_window
from visionone_sim.services.access import KeyDep, ListBody, TenantDep, base_url, page_response
from visionone_sim.tenant.keys import ApiKey
from visionone_sim.tenant.response import Demand
from visionone_sim.tenant.tasks import Action, ResponseTask
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/response", tags=["Response"])

# The path's last part, and the action that its tasks show; one line per action of the API.
ENDPOINT_ACTIONS: dict[str, Action] = {
    "isolate": "isolate",
    "restore": "restoreIsolate",
    "collectFile": "collectFile",
}


class EndpointTarget(BaseModel):
    """One element of an endpoint action's body."""

    model_config = ConfigDict(alias_generator=to_camel, strict=True)

    agent_guid: Annotated[str, Field(max_length=128)] | None = None
    endpoint_name: Annotated[str, Field(max_length=256)] | None = None
    file_path: Annotated[str, Field(max_length=2048)] | None = None
    description: str | None = None


def _endpoint_action(path: str, action: Action) -> None:
    @router.post(f"/endpoints/{path}", name=f"{action}_endpoints", operation_id=action)
    async def act(request: Request, body: ListBody, tenant: TenantDep, key: KeyDep) -> JSONResponse:
        """Answer 207: for each target, either a task to follow or an error."""
        most = tenant.settings.response_targets_max
        if len(body) > most:
            raise BadRequestError(f"The request names {len(body)} targets; {most} are allowed.")
        tasks_url = f"{base_url(request)}/v3.0/response/tasks"
        answers = [_start(tenant, key, action, item, tasks_url) for item in body]
        return JSONResponse(answers, status_code=207)


for _path, _action in ENDPOINT_ACTIONS.items():
    _endpoint_action(_path, _action)


def _start(tenant: Tenant, key: ApiKey, action: Action, item: Mapping[str, Any], tasks_url: str) -> dict[str, Json]:
    try:
        task = tenant.response.start(action, _demand(tenant, item), account=key.name)
    except TaskDuplicationError as error:
        headers = _operation_location(tasks_url, error.running_task_id)
        return {"status": error.status, "headers": headers, "body": error.envelope()}
    except VendorError as error:
        return {"status": error.status, "body": error.envelope()}
    return {"status": 202, "headers": _operation_location(tasks_url, task.id)}


def _demand(tenant: Tenant, item: Mapping[str, Any]) -> Demand:
    try:
        target = EndpointTarget.model_validate(item)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise BadRequestError(f"The format of the field {name} is not valid.", target=name) from error
    if not target.agent_guid and not target.endpoint_name:
        raise BadRequestError("One of the fields agentGuid and endpointName is required.", target="agentGuid")
    longest = tenant.settings.description_max
    if len(target.description or "") > longest:
        raise BadRequestError(f"The description is longer than {longest} characters.", target="description")
    return Demand(**target.model_dump())


def _operation_location(tasks_url: str, task_id: str) -> list[Json]:
    return [{"name": "Operation-Location", "value": f"{tasks_url}/{task_id}"}]


TASK_DATES: dict[str, Callable[[ResponseTask, datetime], datetime]] = {
    "createdDateTime": lambda task, _now: task.created,
    "lastActionDateTime": lambda task, now: task.last_action(now),
}
TASK_FILTER_FIELDS: Final[dict[str, Callable[[ResponseTask, datetime], str]]] = {
    "id": lambda task, _now: task.id,
    "status": lambda task, now: task.status(now),
    "action": lambda task, _now: task.action,
    "account": lambda task, _now: task.account,
}


@router.get("/tasks")
async def list_tasks(request: Request, tenant: TenantDep) -> JSONResponse:
    now = tenant.clock.now()
    cursor = read_cursor(request.query_params.get("skipToken"), now)
    window = read_window(
        request.query_params,
        start=cursor.as_of - timedelta(seconds=tenant.settings.task_window_seconds),
        end=cursor.as_of,
        targets=tuple(TASK_DATES),
    )
    text = request.query_params.get("filter")
    wanted = filters.parse(text, TASK_FILTER_FIELDS, longest=2048) if text else None
    found = [
        task
        for task in reversed(list(tenant.tasks.values()))
        if _whole_second(task.created) <= cursor.as_of
        and window.holds(_whole_second(TASK_DATES[window.target](task, now)))
        and (wanted is None or filters.matches(wanted, _task_values(task, now)))
    ]
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    items = [await _wire(request, tenant, task) for task in page.items]
    return page_response(request, page, items, counted=False)


@router.get("/tasks/{task_id}")
async def get_task(task_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    task = tenant.tasks.get(task_id)
    if task is None:
        raise NotFoundError("The response task does not exist.")
    return JSONResponse(await _wire(request, tenant, task))


def _task_values(task: ResponseTask, now: datetime) -> filters.Values:
    return lambda field: (TASK_FILTER_FIELDS[field](task, now),)


def _whole_second(moment: datetime) -> datetime:
    # Clients see and send whole seconds, so a task belongs to the second in which it was made.
    return moment.replace(microsecond=0)


async def _wire(request: Request, tenant: Tenant, task: ResponseTask) -> dict[str, Json]:
    document = task_document(task, tenant.clock.now())
    if task.action == "collectFile" and document["status"] == "succeeded":
        document |= await _download(request, tenant, task)
    return document


def task_document(task: ResponseTask, now: datetime) -> dict[str, Json]:
    """Write a task as the API shows it, without what a client may download."""
    status = task.status(now)
    error = task.error if status in {"failed", "rejected"} else None
    optional: dict[str, Json] = {
        "description": task.description,
        "filePath": task.target.file_path,
        "error": {key: value for key, value in _error_fields(error).items() if value is not None} if error else None,
    }
    return {
        "id": task.id,
        "status": status,
        "createdDateTime": wire_time(task.created),
        "lastActionDateTime": wire_time(task.last_action(now)),
        "action": task.action,
        "account": task.account,
        "agentGuid": task.target.agent_guid,
        "endpointName": task.target.endpoint_name,
        **{key: value for key, value in optional.items() if value is not None},
    }


def _error_fields(error: Any) -> dict[str, str | None]:
    return {"code": error.code, "message": error.message, "number": error.number}


async def _download(request: Request, tenant: Tenant, task: ResponseTask) -> dict[str, Json]:
    archive = await asyncio.to_thread(tenant.response.archive, task)
    if archive is None:
        return {}
    path, expires = tenant.link(task.id)
    return {
        "fileSha1": archive.original.sha1,
        "fileSha256": archive.original.sha256,
        "fileSize": archive.original.size,
        "resourceLocation": f"{base_url(request)}{path}",
        "expiredDateTime": wire_time(expires),
        "password": tenant.response.passwords[task.id],
    }
