"""What the tenant holds, to look at: what is, not what the API would show."""

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim.errors import BadRequestError
from visionone_sim.services.control.door import PREFIX, TwinDep
from visionone_sim.services.control.seeds.objects import blocked_document
from visionone_sim.services.iam import key_document
from visionone_sim.services.response.tasks import task_document
from visionone_sim.services.sandbox import result_document, submission_document
from visionone_sim.services.threatintel import listed_document
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, precise_time

# A larger file's hash is shown only once it has been collected: reading all of it would keep the caller waiting.
HASHED_BELOW_BYTES = 16_000_000

router = APIRouter(prefix=PREFIX, tags=["Control room"])


@router.get("/state")
async def show_state(request: Request, twin: TwinDep) -> JSONResponse:
    """Show the whole tenant, or the parts that `part` names (it may be repeated)."""
    wanted = request.query_params.getlist("part") or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        raise BadRequestError(f"There is no part {min(unknown)!r}; use one of {', '.join(PARTS)}.")
    twin.tenant.settle()
    state = {name: await asyncio.to_thread(PARTS[name], twin.tenant) for name in wanted}
    return JSONResponse({"now": precise_time(twin.tenant.clock.now()), **state})


def endpoint_state(endpoint: Endpoint) -> dict[str, Json]:
    return {
        "agentGuid": endpoint.agent_guid,
        "name": endpoint.name,
        "osName": endpoint.os_name,
        "productCode": endpoint.product_code,
        "loginAccounts": endpoint.login_accounts,
        "connected": endpoint.connected,
        "isolated": endpoint.isolated,
        "processes": [
            {"pid": process.pid, "name": process.name, "path": process.path, "sha1": process.sha1}
            for process in endpoint.processes
        ],
    }


def _endpoints(tenant: Tenant) -> Json:
    return [endpoint_state(endpoint) for endpoint in list(tenant.endpoints.values())]


def _alerts(tenant: Tenant) -> Json:
    return [
        {**alert.document, "visibleSince": precise_time(alert.visible_since), "etag": alert.etag}
        for alert in list(tenant.alerts.values())
    ]


def _notes(tenant: Tenant) -> Json:
    return [{"alertId": note.alert_id, **note.wire()} for note in list(tenant.notes.values())]


def _tasks(tenant: Tenant) -> Json:
    now = tenant.clock.now()
    return [task_document(task, now) for task in list(tenant.tasks.values())]


def _files(tenant: Tenant) -> Json:
    return [
        {
            "agentGuid": endpoint.agent_guid,
            "endpointName": endpoint.name,
            "path": file.path,
            "size": file.content.size,
            "sha256": file.content.digest().sha256 if file.content.size < HASHED_BELOW_BYTES else None,
        }
        for endpoint in list(tenant.endpoints.values())
        for file in endpoint.files.values()
    ]


def _suspicious(tenant: Tenant) -> Json:
    return [listed_document(tenant, entry) for entry in tenant.objects.suspicious(tenant.clock.now())]


def _exceptions(tenant: Tenant) -> Json:
    return [listed_document(tenant, entry) for entry in tenant.objects.excepted()]


def _block_list(tenant: Tenant) -> Json:
    return [blocked_document(entry) for entry in tenant.objects.blocked()]


def _messages(tenant: Tenant) -> Json:
    return [
        {
            "uniqueId": message.unique_id,
            "messageId": message.message_id,
            "mailBox": message.mail_box,
            "subject": message.subject,
            "sender": message.sender,
            "state": message.state,
        }
        for message in list(tenant.mail.values())
    ]


def _accounts(tenant: Tenant) -> Json:
    return [
        {
            "accountName": account.name,
            "iam": account.iam,
            "mailAddress": account.mail_address,
            "enabled": account.enabled,
            "signedIn": account.signed_in,
            "mustChangePassword": account.must_change_password,
        }
        for account in tenant.directory
    ]


def _scripts(tenant: Tenant) -> Json:
    return [
        {"id": script.id, "fileName": script.file_name, "fileType": script.file_type, "text": script.text}
        for script in list(tenant.scripts.values())
    ]


def _sandbox(tenant: Tenant) -> Json:
    now = tenant.clock.now()
    documents: list[Json] = []
    for submission in list(tenant.sandbox.values()):
        result: Any = result_document(submission) if submission.verdict else None
        documents.append({**submission_document(submission, now, ""), "name": submission.name, "result": result})
    return documents


def _keys(tenant: Tenant) -> Json:
    return [key_document(tenant, key) for key in tenant.keys]


def _detections(tenant: Tenant) -> Json:
    return [observation.document for observation in tenant.telemetry.observations]


PARTS: dict[str, Callable[[Tenant], Json]] = {
    "endpoints": _endpoints,
    "alerts": _alerts,
    "notes": _notes,
    "tasks": _tasks,
    "files": _files,
    "suspiciousObjects": _suspicious,
    "exceptions": _exceptions,
    "blockList": _block_list,
    "messages": _messages,
    "accounts": _accounts,
    "scripts": _scripts,
    "sandbox": _sandbox,
    "keys": _keys,
    "detections": _detections,
}
