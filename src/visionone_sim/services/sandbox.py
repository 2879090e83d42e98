"""/sandbox: hand files and URLs in, and see what was found."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError, NotFoundError, TooLargeError
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import read_window
from visionone_sim.services.access import ListBody, TenantDep, base_url, page_response, read_upload
from visionone_sim.services.multistatus import Answer, Item, answer_each, location
from visionone_sim.tenant.documents import write_package, write_pdf
from visionone_sim.tenant.sandbox import Sample, Submission
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.tenant.verdicts import RISKS
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/sandbox", tags=["Sandbox"])

PASSWORD_MAX = 128
ARGUMENTS_MAX = 1_024
ACTIONS: Final = {"file": "analyzeFile", "url": "analyzeUrl"}

TASK_FIELDS: dict[str, Callable[[Submission, datetime], str]] = {
    "id": lambda each, _now: each.id,
    "status": lambda each, now: each.status(now),
    "action": lambda each, _now: ACTIONS[each.type],
    "sha1": lambda each, _now: each.digest.sha1,
    "sha256": lambda each, _now: each.digest.sha256,
    "md5": lambda each, _now: each.digest.md5,
}
RESULT_FIELDS: dict[str, Callable[[Submission, datetime], str]] = {
    "id": lambda each, _now: each.id,
    "type": lambda each, _now: each.type,
    "riskLevel": lambda each, _now: each.verdict.risk if each.verdict else "",
    "sha1": lambda each, _now: each.digest.sha1,
    "sha256": lambda each, _now: each.digest.sha256,
    "md5": lambda each, _now: each.digest.md5,
}
TASK_DATES: dict[str, Callable[[Submission, datetime], Any]] = {
    "createdDateTime": lambda each, _now: each.created,
    "lastActionDateTime": lambda each, now: each.last_action(now),
}
RESULT_DATES: dict[str, Callable[[Submission, datetime], Any]] = {
    "analysisCompletionDateTime": lambda each, _now: each.ends,
}
RESULT_ORDER: dict[str, Callable[[Submission, datetime], Any]] = {
    **RESULT_DATES,
    "riskLevel": lambda each, _now: -RISKS.index(each.verdict.risk) if each.verdict else 0,
}


@router.post("/files/analyze", status_code=202)
async def analyze_file(request: Request, tenant: TenantDep) -> JSONResponse:
    upload = await read_upload(request)
    sample = Sample(
        name=upload.file_name,
        content=upload.content,
        arguments=_decoded(upload.fields, "arguments", ARGUMENTS_MAX),
        archive_password=_decoded(upload.fields, "archivePassword", PASSWORD_MAX),
        document_password=_decoded(upload.fields, "documentPassword", PASSWORD_MAX),
    )
    submission = tenant.sandbox.submit_file(sample)
    body: dict[str, Json] = {"id": submission.id, "digest": submission.digest.wire()}
    if submission.arguments is not None:
        body["arguments"] = upload.fields["arguments"]
    response = JSONResponse(body, status_code=202)
    for name, value in {"Operation-Location": _task_url(request, submission), **_usage_headers(tenant)}.items():
        response.raw_headers.append((name.encode(), value.encode()))
    return response


@router.post("/urls/analyze", status_code=207)
async def analyze_urls(request: Request, body: ListBody, tenant: TenantDep) -> JSONResponse:
    most = tenant.settings.sandbox_urls_max
    if len(body) > most:
        raise TooLargeError(f"The request names {len(body)} URLs; {most} are allowed.")

    def analyze(item: Item) -> Answer:
        url = item.get("url")
        if not isinstance(url, str) or "://" not in url or len(url) > 2048:
            error = BadRequestError("The format of the field url is not valid.", target="url")
            return {"status": 400, "body": {"url": url, **error.envelope()}}
        submission = tenant.sandbox.submit_url(url)
        return {
            "status": 202,
            "headers": location("Operation-Location", _task_url(request, submission)),
            "body": {"url": url, "id": submission.id, "digest": submission.digest.wire()},
        }

    return answer_each(request, body, analyze)


@router.get("/tasks")
async def list_submissions(request: Request, tenant: TenantDep) -> JSONResponse:
    return _list(request, tenant, list(tenant.sandbox.values()), _SUBMISSIONS)


@router.get("/tasks/{submission_id}")
async def get_submission(submission_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    submission = tenant.sandbox.get(submission_id)
    if submission is None:
        raise NotFoundError("The sandbox task does not exist.")
    return JSONResponse(submission_document(submission, tenant.clock.now(), base_url(request)))


@router.get("/analysisResults")
async def list_results(request: Request, tenant: TenantDep) -> JSONResponse:
    now = tenant.clock.now()
    finished = [each for each in tenant.sandbox.values() if each.status(now) == "succeeded"]
    return _list(request, tenant, finished, _RESULTS)


@router.get("/analysisResults/{submission_id}")
async def get_result(submission_id: str, tenant: TenantDep) -> JSONResponse:
    return JSONResponse(result_document(tenant.sandbox.finished(submission_id)))


@router.get("/analysisResults/{submission_id}/report")
async def get_report(submission_id: str, tenant: TenantDep) -> Response:
    submission = tenant.sandbox.finished(submission_id)
    return Response(write_pdf(_report_lines(tenant, submission)), media_type="application/pdf")


@router.get("/analysisResults/{submission_id}/investigationPackage")
async def get_package(submission_id: str, tenant: TenantDep) -> Response:
    submission = tenant.sandbox.finished(submission_id)
    files: dict[str, Any] = {
        "result.json": result_document(submission),
        "suspicious_objects.json": {"items": _objects(tenant, submission)},
        "report.txt": "\n".join(_report_lines(tenant, submission)),
    }
    return Response(write_package(files, submission.ends), media_type="application/zip")


@router.get("/analysisResults/{submission_id}/suspiciousObjects")
async def get_suspicious_objects(submission_id: str, tenant: TenantDep) -> JSONResponse:
    items = _objects(tenant, tenant.sandbox.finished(submission_id))
    if not items:
        raise NotFoundError("The analysis found no suspicious objects.")
    return JSONResponse({"items": items})


@router.get("/submissionUsage")
async def get_usage(tenant: TenantDep) -> JSONResponse:
    usage = tenant.sandbox.usage(tenant.clock.now().date())
    return JSONResponse(
        {
            "submissionReserveCount": usage.reserve,
            "submissionRemainingCount": usage.remaining,
            "submissionCount": usage.used,
            "submissionExemptionCount": usage.exempt,
            "submissionCountDetail": {
                "fileCount": usage.files,
                "fileExemptionCount": usage.exempt_files,
                "urlCount": usage.urls,
                "urlExemptionCount": usage.exempt_urls,
            },
        }
    )


def _usage_headers(tenant: Tenant) -> dict[str, str]:
    usage = tenant.sandbox.usage(tenant.clock.now().date())
    return {
        "TMV1-Submission-Reserve-Count": str(usage.reserve),
        "TMV1-Submission-Remaining-Count": str(usage.remaining),
        "TMV1-Submission-Count": str(usage.used),
        "TMV1-Submission-Exemption-Count": str(usage.exempt),
    }


def _decoded(fields: Mapping[str, str], name: str, most: int) -> str | None:
    """Read a field that travels as base64; its length counts before it was encoded."""
    text = fields.get(name)
    if not text:
        return None
    try:
        value = base64.b64decode(text, validate=True)
        if len(value) > most:
            raise BadRequestError(f"The field {name} has {len(value)} bytes; {most} are allowed.", target=name)
        return value.decode("utf-8")
    except (binascii.Error, ValueError) as error:
        raise BadRequestError(f"The field {name} is not base64 of UTF-8 text.", target=name) from error


def _task_url(request: Request, submission: Submission) -> str:
    return f"{base_url(request)}/v3.0/sandbox/tasks/{submission.id}"


def submission_document(submission: Submission, now: datetime, base: str) -> dict[str, Json]:
    """Write a submission as its task."""
    status = submission.status(now)
    document: dict[str, Json] = {
        "id": submission.id,
        "action": ACTIONS[submission.type],
        "status": status,
        "createdDateTime": wire_time(submission.created),
        "lastActionDateTime": wire_time(submission.last_action(now)),
        "isCached": submission.cached,
        "digest": submission.digest.wire(),
    }
    if submission.arguments is not None:
        document["arguments"] = base64.b64encode(submission.arguments.encode()).decode()
    if status == "succeeded":
        document["resourceLocation"] = f"{base}/v3.0/sandbox/analysisResults/{submission.id}"
    if status == "failed" and submission.error is not None:
        document["error"] = {"code": submission.error.code, "message": submission.error.message}
    return document


def result_document(submission: Submission) -> dict[str, Json]:
    """Write what was found."""
    assert submission.verdict is not None
    document: dict[str, Json] = {
        "id": submission.id,
        "type": submission.type,
        "digest": submission.digest.wire(),
        "analysisCompletionDateTime": wire_time(submission.ends),
        "riskLevel": submission.verdict.risk,
        "detectionNames": list(submission.verdict.detection_names),
        "threatTypes": list(submission.verdict.threat_types),
    }
    if submission.verdict.true_file_type is not None:
        document["trueFileType"] = submission.verdict.true_file_type
    if submission.arguments is not None:
        document["arguments"] = base64.b64encode(submission.arguments.encode()).decode()
    return document


def _objects(tenant: Tenant, submission: Submission) -> list[Json]:
    expires = submission.ends + timedelta(days=tenant.settings.sandbox_object_days)
    return [
        {
            "riskLevel": "high",
            "analysisCompletionDateTime": wire_time(submission.ends),
            "expiredDateTime": wire_time(expires),
            "rootSha1": submission.digest.sha1,
            kind: value,
        }
        for kind, value in tenant.sandbox.objects_of(submission)
    ]


def _report_lines(tenant: Tenant, submission: Submission) -> list[str]:
    assert submission.verdict is not None
    objects = [f"    {kind}: {value}" for kind, value in tenant.sandbox.objects_of(submission)] or ["    none"]
    return [
        "Sandbox analysis report (simulated)",
        "",
        f"Sample: {submission.name}",
        f"SHA-256: {submission.digest.sha256}",
        f"SHA-1: {submission.digest.sha1}",
        f"Completed: {wire_time(submission.ends)}",
        f"Risk level: {submission.verdict.risk}",
        f"Detections: {', '.join(submission.verdict.detection_names) or 'none'}",
        f"Threat types: {', '.join(submission.verdict.threat_types) or 'none'}",
        "Suspicious objects:",
        *objects,
    ]


Fields: TypeAlias = Mapping[str, Callable[[Submission, datetime], Any]]


@dataclass(frozen=True, slots=True)
class _Listing:
    """What one of the two lists can be asked, and how it writes its items."""

    fields: Fields
    dates: Fields
    order: Fields
    document: Callable[[Submission, datetime, str], dict[str, Json]]


_SUBMISSIONS = _Listing(TASK_FIELDS, TASK_DATES, TASK_DATES, submission_document)
_RESULTS = _Listing(RESULT_FIELDS, RESULT_DATES, RESULT_ORDER, lambda each, _now, _base: result_document(each))


def _values(fields: Fields, submission: Submission, now: datetime) -> filters.Values:
    return lambda field: (fields[field](submission, now),)


def _at(now: datetime, key: Callable[[Submission, datetime], Any]) -> Callable[[Submission], Any]:
    return lambda each: key(each, now)


def _list(request: Request, tenant: Tenant, entries: list[Submission], listing: _Listing) -> JSONResponse:
    parameters = request.query_params
    now = tenant.clock.now()
    cursor = read_cursor(parameters.get("skipToken"), now)
    start = cursor.as_of - timedelta(days=180)
    window = read_window(parameters, start=start, end=cursor.as_of, targets=tuple(listing.dates))
    text = parameters.get("filter")
    wanted = filters.parse(text, listing.fields, longest=2048) if text else None
    found = [
        each
        for each in entries
        if window.holds(listing.dates[window.target](each, now).replace(microsecond=0))
        and (wanted is None or filters.matches(wanted, _values(listing.fields, each, now)))
    ]
    keys = {name: _at(now, key) for name, key in listing.order.items()}
    order = read_order(parameters.get("orderBy"), keys, ((next(iter(keys)), True),))
    page = cut(ordered(found, order, keys), cursor, page_size(parameters, (50, 100, 200), 50))
    base = base_url(request)
    return page_response(request, page, (listing.document(each, now, base) for each in page.items), counted=False)
