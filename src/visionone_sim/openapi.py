"""The twin's OpenAPI document: what FastAPI sees, and what it cannot see because routes read bodies by hand."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from visionone_sim.services.access import list_body, object_body
from visionone_sim.services.control.door import PREFIX
from visionone_sim.services.iam_roles import id_of
from visionone_sim.tenant.tenant import Tenant

ENVELOPE = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "number": {"type": "string"},
                "target": {"type": "string"},
                "innererror": {"type": "object"},
            },
        }
    },
}
# Any request may be refused so; 404 also when a path's id is unknown, 405 when only another method is known.
REFUSALS = {
    "400": "The request is not valid.",
    "401": "The API key is missing, unknown, disabled or expired.",
    "403": "The role of the key lacks the permission.",
    "404": "There is no such thing.",
    "405": "The path knows other methods only.",
    "412": "The record has changed since it was read.",
    "413": "The request is too large.",
    "429": "Too many requests, or submissions.",
}
# Fields that elements of bodies have somewhere in the API; which of them count depends on the operation.
FIELDS = (
    "agentGuid", "endpointName", "description", "filePath", "fileSha1", "fileSha256", "fileName", "parameter",
    "messageId", "mailBox", "uniqueId", "accountName", "url", "domain", "ip", "senderMailAddress", "scanAction",
    "riskLevel", "id", "name", "role", "status", "content",
    "email", "authType", "comment",
)  # fmt: skip
ELEMENT = {"type": "object", "properties": {field: {"type": "string"} for field in FIELDS}}
BODIES: dict[Any, dict[str, Any]] = {
    list_body: {"type": "array", "minItems": 1, "items": ELEMENT},
    object_body: ELEMENT,
}
FORM = {
    "type": "object",
    "required": ["file"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "fileType": {"type": "string", "enum": ["powershell", "bash"]},
        "description": {"type": "string"},
        "arguments": {"type": "string"},
        "archivePassword": {"type": "string"},
        "documentPassword": {"type": "string"},
    },
}
FORMS = re.compile(r"/v3\.0/sandbox/files/analyze|/v3\.0/response/customScripts(/\{script_id\}/update)?|.*/attachments")
# Lists and searches read these headers and parameters.
HEADERS = {
    "TMV1-Filter": "workbench|threatintel|oat|iam|endpointSecurity|audit|caseManagement|"
    "response/endpointActionExceptions",
    "TMV1-Query": "eiqs|search",
}
PARAMETERS = (
    "top", "skipToken", "orderBy", "filter", "startDateTime", "endDateTime", "dateTimeTarget", "detectedStartDateTime",
    "detectedEndDateTime", "mode", "select", "period",
)  # fmt: skip


# Ids that exist, by the names of path parameters: who tries the document out gets further than 404.
KNOWN: dict[str, Callable[[Tenant], Iterable[object]]] = {
    "alert_id": lambda tenant: tenant.alerts,
    "note_id": lambda tenant: tenant.notes,
    "agent_guid": lambda tenant: tenant.inventory,
    "submission_id": lambda tenant: tenant.sandbox,
    "script_id": lambda tenant: tenant.scripts,
    "key_id": lambda tenant: [key.id for key in tenant.keys],
    "pipeline_id": lambda tenant: tenant.pipelines,
    "package_id": lambda tenant: [each.uuid for each in tenant.telemetry.observations],
    "account_id": lambda tenant: tenant.users,
    "role_id": lambda tenant: map(id_of, tenant.roles),
    "case_id": lambda tenant: tenant.cases,
    "content_id": lambda tenant: [each.id for case in tenant.cases.values() for each in case.contents],
    "attachment_id": lambda tenant: [each.id for case in tenant.cases.values() for each in case.attachments],
}


def describe(app: FastAPI, routes: Mapping[str, Sequence[APIRoute]], tenant: Tenant) -> dict[str, Any]:
    """Return the document of the whole application; the routes are those of the API, by their paths."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    by_operation = {
        (path, method): route for path, found in routes.items() for route in found for method in route.methods or ()
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            _complete(operation, path, by_operation.get((path, method.upper())))
            _name_known(operation, path, tenant)
    document["components"] = document.get("components", {}) | {
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}
    }
    document["security"] = [{"key": []}]
    return document


def _complete(operation: dict[str, Any], path: str, route: APIRoute | None) -> None:
    responses: dict[str, Any] = operation["responses"]
    responses.pop("422", None)
    content = {"application/json": {"schema": ENVELOPE}}
    for status, reason in REFUSALS.items():
        responses.setdefault(status, {"description": reason, "content": content})
    if route is None or path.startswith(PREFIX):
        return
    body = _body(path, route)
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    if "GET" in (route.methods or ()):
        operation.setdefault("parameters", []).extend(_parameters(path))


def _name_known(operation: dict[str, Any], path: str, tenant: Tenant) -> None:
    for parameter in operation.get("parameters", ()):
        known = KNOWN.get(parameter["name"])
        if parameter["name"] == "task_id":
            known = (lambda tenant: tenant.response.tasks) if "/response/" in path else None
        first = next(iter(known(tenant)), None) if known is not None else None
        if first is not None:
            parameter["example"] = str(first)


def _body(path: str, route: APIRoute) -> dict[str, Any] | None:
    if "POST" in (route.methods or ()) and FORMS.fullmatch(path):
        return {"multipart/form-data": {"schema": FORM}}
    calls = [dependency.call for dependency in route.dependant.dependencies]
    schema = next((BODIES[call] for call in calls if call in BODIES), None)
    return {"application/json": {"schema": schema}} if schema is not None else None


def _parameters(path: str) -> Iterator[dict[str, Any]]:
    for name, families in HEADERS.items():
        if re.match(rf"/v3\.0/({families})", path):
            yield {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
    for name in PARAMETERS:
        yield {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
