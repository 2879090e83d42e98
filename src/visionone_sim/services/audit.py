"""/audit: the audit log, as JSON or CSV."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text, read_window
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.audit import AuditRecord

router = APIRouter(prefix="/audit", tags=["Audit logs"])

KEPT = timedelta(days=180)
LABELS = ("matched", "none", "all")
COLUMNS = ("loggedDateTime", "loggedUser", "loggedRole", "accessType", "category", "activity", "result")
FILTER_FIELDS: dict[str, Callable[[AuditRecord], tuple[str, ...]]] = {
    "loggedUser": lambda record: (record.user,),
    "loggedRole": lambda record: (record.role,),
    "loggedUserId": lambda _record: (),
    "loggedUserMailAddress": lambda _record: (),
    "accessType": lambda _record: ("API",),
    "category": lambda record: (record.category,),
    "activity": lambda record: (record.activity,),
    "result": lambda record: ("Successful" if record.successful else "Unsuccessful",),
}
ORDER_FIELDS: dict[str, Callable[[AuditRecord], Any]] = {
    "loggedDateTime": lambda record: record.logged,
    "ingestedDateTime": lambda record: record.logged,
    "accessType": lambda _record: "API",
}


@router.get("/logs")
async def list_logs(request: Request, tenant: TenantDep) -> Response:
    parameters = request.query_params
    if parameters.get("labels", LABELS[0]) not in LABELS:
        raise BadRequestError(f"The value of labels is not one of {', '.join(LABELS)}.", target="labels")
    cursor = read_cursor(parameters.get("skipToken"), tenant.clock.now())
    targets = ("loggedDateTime", "ingestedDateTime")
    window = read_window(parameters, start=cursor.as_of - KEPT, end=cursor.as_of, targets=targets)
    if cursor.as_of - window.start > KEPT + timedelta(seconds=1):
        raise BadRequestError("Audit logs are kept for 180 days.", target="startDateTime")
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=1024) if text else None
    found = [
        record
        for record in tenant.audit
        if window.holds(record.logged.replace(microsecond=0))
        and (wanted is None or filters.matches(wanted, _values(record)))
    ]
    order = read_order(parameters.get("orderBy"), ORDER_FIELDS, (("loggedDateTime", True),))
    page = cut(ordered(found, order, ORDER_FIELDS), cursor, page_size(parameters, (50, 100, 200), 50))
    if request.headers.get("accept") == "text/csv":
        return _csv([record.wire() for record in page.items])
    return page_response(request, page, (record.wire() for record in page.items), counted=False)


def _values(record: AuditRecord) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](record)


def _csv(rows: list[dict[str, Any]]) -> Response:
    target = io.StringIO()
    writer = csv.DictWriter(target, COLUMNS, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return Response(target.getvalue(), media_type="text/csv")
