"""/workbench: alerts and the notes on them."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import OLDEST, header_text, read_window
from visionone_sim.services.access import KeyDep, ListBody, ObjectBody, TenantDep, base_url, created_at, page_response
from visionone_sim.tenant import alerts, notes
from visionone_sim.wire import AsciiResponse

router = APIRouter(prefix="/workbench/alerts", tags=["Workbench"])

NEWEST_FIRST: Final = alerts.NEWEST_FIRST


@router.get("")
async def list_alerts(request: Request, tenant: TenantDep) -> JSONResponse:
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    text = header_text(request.headers, "TMV1-Filter")
    query = alerts.AlertQuery(
        window=read_window(
            request.query_params,
            start=cursor.as_of - timedelta(seconds=tenant.settings.alert_window_seconds),
            end=cursor.as_of,
            targets=alerts.DATES,
        ),
        order=read_order(request.query_params.get("orderBy"), alerts.ORDER_FIELDS, NEWEST_FIRST),
        filter=filters.parse(text, alerts.FILTER_FIELDS, functions=("contains",), longest=5000) if text else None,
        as_of=cursor.as_of,
    )
    page = cut(tenant.alerts.find(query), cursor, tenant.settings.alert_page_size)
    return page_response(request, page, (alert.document for alert in page.items), counted=True)


@router.get("/{alert_id}")
async def get_alert(alert_id: str, tenant: TenantDep) -> JSONResponse:
    alert = tenant.alerts.get_visible(alert_id, tenant.clock.now())
    return AsciiResponse(alert.document, headers={"ETag": alert.etag})


@router.patch("/{alert_id}", status_code=204)
async def change_alert(alert_id: str, request: Request, body: ObjectBody, tenant: TenantDep) -> Response:
    changes = alerts.read_changes(body, owners=tenant.settings.alerts_take_owners)
    tenant.alerts.change(alert_id, changes, request.headers.get("If-Match"), tenant.clock.now())
    return Response(status_code=204)


@router.get("/{alert_id}/notes")
async def list_notes(alert_id: str, request: Request, tenant: TenantDep) -> JSONResponse:
    alert = tenant.alerts.get_visible(alert_id, tenant.clock.now())
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    window = read_window(request.query_params, start=OLDEST, end=cursor.as_of, targets=tuple(notes.DATES))
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, notes.FILTER_FIELDS) if text else None
    ignore_case = tenant.settings.filter_ignores_case
    found = [
        note
        for note in tenant.notes.on(alert.id)
        if window.holds(notes.DATES[window.target](note)) and _note_fits(note, wanted, ignore_case=ignore_case)
    ]
    order = read_order(request.query_params.get("orderBy"), notes.ORDER_FIELDS, NEWEST_FIRST)
    size = page_size(request.query_params, (50, 100, 200), 50)
    page = cut(ordered(found, order, notes.ORDER_FIELDS), cursor, size)
    return page_response(request, page, (note.wire() for note in page.items), counted=False)


@router.post("/{alert_id}/notes", status_code=201)
async def add_note(alert_id: str, request: Request, body: ObjectBody, tenant: TenantDep, key: KeyDep) -> Response:
    now = tenant.clock.now()
    alert = tenant.alerts.get_visible(alert_id, now)
    note = tenant.notes.add(alert.id, body.get("content"), creator=key.name, now=now)
    return created_at(f"{base_url(request)}{request.url.path}/{note.id}")


@router.post("/{alert_id}/notes/delete", status_code=204)
async def delete_notes(alert_id: str, body: ListBody, tenant: TenantDep) -> Response:
    alert = tenant.alerts.get_visible(alert_id, tenant.clock.now())
    if not all("id" in item for item in body):
        raise BadRequestError("Each note to delete needs its id.", target="id")
    tenant.notes.delete(alert.id, [str(item["id"]) for item in body])
    return Response(status_code=204)


@router.get("/{alert_id}/notes/{note_id}")
async def get_note(alert_id: str, note_id: str, tenant: TenantDep) -> JSONResponse:
    alert = tenant.alerts.get_visible(alert_id, tenant.clock.now())
    note = tenant.notes.get_on(alert.id, note_id)
    return AsciiResponse(note.wire(), headers={"ETag": note.etag})


@router.patch("/{alert_id}/notes/{note_id}", status_code=204)
async def change_note(
    alert_id: str, note_id: str, request: Request, body: ObjectBody, tenant: TenantDep, key: KeyDep
) -> Response:
    now = tenant.clock.now()
    note = tenant.notes.get_on(tenant.alerts.get_visible(alert_id, now).id, note_id)
    if_match = request.headers.get("If-Match")
    tenant.notes.change(note, body.get("content"), if_match=if_match, editor=key.name, now=now)
    return Response(status_code=204)


def _note_fits(note: notes.Note, wanted: filters.Expression | None, *, ignore_case: bool) -> bool:
    if wanted is None:
        return True
    return filters.matches(wanted, lambda field: notes.FILTER_FIELDS[field](note), ignore_case=ignore_case)
