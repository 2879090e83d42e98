"""/response/tasks: what became of actions."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, assert_never

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import BadRequestError, NotFoundError, NotSupportedError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import read_window
from visionone_sim.services.access import ListBody, TenantDep, base_url, page_response
from visionone_sim.services.multistatus import Answer, Item, answer_each
from visionone_sim.tenant.targets import (
    AccountTarget,
    ContainerTarget,
    EndpointTarget,
    MessageTarget,
    ObjectTarget,
    Target,
)
from visionone_sim.tenant.tasks import ENDED, Part, ResponseTask
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/response/tasks", tags=["Response: tasks"])

DATES: dict[str, Callable[[ResponseTask, datetime], datetime]] = {
    "createdDateTime": lambda task, _now: task.created,
    "lastActionDateTime": lambda task, now: task.last_action(now),
}
FILTER_FIELDS: Final[dict[str, Callable[[ResponseTask, datetime], str]]] = {
    "id": lambda task, _now: task.id,
    "status": lambda task, now: task.status(now),
    "action": lambda task, _now: task.action,
    "account": lambda task, _now: task.account,
}


@router.get("")
async def list_tasks(request: Request, tenant: TenantDep) -> JSONResponse:
    now = tenant.clock.now()
    cursor = read_cursor(request.query_params.get("skipToken"), now)
    window = read_window(
        request.query_params,
        start=cursor.as_of - timedelta(seconds=tenant.settings.task_window_seconds),
        end=cursor.as_of,
        targets=tuple(DATES),
    )
    text = request.query_params.get("filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=2048) if text else None
    found = [
        task
        for task in reversed(list(tenant.tasks.values()))
        if _whole_second(task.created) <= cursor.as_of
        and window.holds(_whole_second(DATES[window.target](task, now)))
        and (wanted is None or filters.matches(wanted, _values(task, now)))
    ]
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    items = [await _wire(request, tenant, task) for task in page.items]
    return page_response(request, page, items, counted=False)


@router.get("/{task_id}")
async def get_task(task_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    return JSONResponse(await _wire(request, tenant, _find(tenant, task_id)))


@router.post("/cancel", status_code=207)
async def cancel_tasks(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    """Cancel scans for malware; nothing else can be called back."""

    def cancel(item: Item) -> Answer:
        task = _find(tenant, str(item.get("id")))
        if task.action != "malwareScanForMultiple":
            raise NotSupportedError("Only malware scans can be canceled.")
        if task.ended(tenant.clock.now()):
            raise BadRequestError("The task has ended.", target="id")
        tenant.response.replan(task.id, ((0, "canceled"),))
        return {"status": 204}

    return answer_each(request, body, cancel)


def _find(tenant: Tenant, task_id: str) -> ResponseTask:
    task = tenant.tasks.get(task_id)
    if task is None:
        raise NotFoundError("The response task does not exist.")
    return task


def _values(task: ResponseTask, now: datetime) -> filters.Values:
    return lambda field: (FILTER_FIELDS[field](task, now),)


def _whole_second(moment: datetime) -> datetime:
    # Clients see and send whole seconds, so a task belongs to the second in which it was made.
    return moment.replace(microsecond=0)


async def _wire(request: Request, tenant: Tenant, task: ResponseTask) -> dict[str, Json]:
    document = task_document(task, tenant.clock.now())
    if document["status"] == "succeeded" and tenant.response.archives.get(task.id) is not None:
        document |= await _download(request, tenant, task)
    return document


def task_document(task: ResponseTask, now: datetime) -> dict[str, Json]:
    """Write a task as the API shows it, without what a client may download."""
    status = task.status(now)
    error = task.error if status in {"failed", "rejected"} else None
    document: dict[str, Json] = {
        "id": task.id,
        "status": status,
        "createdDateTime": wire_time(task.created),
        "lastActionDateTime": wire_time(task.last_action(now)),
        "action": task.action,
        "account": task.account,
        "description": task.description,
        **_target_fields(task.target),
        "error": error.wire() if error else None,
    }
    if task.parts:
        document["tasks"] = [_part_document(part, task, now) for part in task.parts]
    return {key: value for key, value in document.items() if value is not None}


def _target_fields(target: Target) -> dict[str, Json]:
    match target:
        case EndpointTarget():
            return {
                "agentGuid": target.agent_guid,
                "endpointName": target.endpoint_name,
                "filePath": target.file_path,
                "fileName": target.file_name,
                "fileSha1": target.file_sha1,
                "processId": target.process_id,
                "parameter": target.parameter,
            }
        case ObjectTarget(item):
            return {item.type: item.value}
        case ContainerTarget(cluster_id, workload_id):
            return {"kubernetesClusterId": cluster_id, "kubernetesPodId": workload_id}
        case MessageTarget() | AccountTarget():
            return {}
        case _:
            assert_never(target)


def _part_document(part: Part, task: ResponseTask, now: datetime) -> dict[str, Json]:
    status = task.status(now)
    if status in ENDED and part.error is not None:
        status = "failed"
    error = part.error if status == "failed" else None
    return {
        **part.facts,
        "status": status,
        "lastActionDateTime": wire_time(task.last_action(now)),
        **({"error": error.wire()} if error else {}),
    }


async def _download(request: Request, tenant: Tenant, task: ResponseTask) -> dict[str, Json]:
    archive = await asyncio.to_thread(tenant.response.archive, task)
    if archive is None:
        return {}
    path, expires = tenant.link(task.id)
    document: dict[str, Json] = {
        "resourceLocation": f"{base_url(request)}{path}",
        "expiredDateTime": wire_time(expires),
        "password": tenant.response.passwords[task.id],
    }
    if task.action == "collectFile":
        document |= {
            "fileSha1": archive.original.sha1,
            "fileSha256": archive.original.sha256,
            "fileSize": archive.original.size,
        }
    return document
