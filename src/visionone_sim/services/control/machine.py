"""The twin as a machine: its clock, its faults, its settings."""

from dataclasses import fields
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import Field, TypeAdapter, ValidationError
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError
from visionone_sim.faults import Fault
from visionone_sim.services.access import ObjectBody
from visionone_sim.services.control.door import MOST_SECONDS, PREFIX, Order, TwinDep
from visionone_sim.settings import SIMPLE, Settings, changed
from visionone_sim.wire import precise_time

router = APIRouter(prefix=PREFIX, tags=["Control room"])


class ClockOrder(Order):
    advance: Annotated[float, Field(ge=0, le=MOST_SECONDS)]


@router.get("/clock")
async def show_clock(twin: TwinDep) -> JSONResponse:
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.post("/clock")
async def move_clock(order: ClockOrder, twin: TwinDep) -> JSONResponse:
    twin.tenant.clock.advance(order.advance)
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.post("/faults", status_code=201)
async def set_faults(request: Request, twin: TwinDep) -> JSONResponse:
    """Add rows to the table of faults."""
    body = await request.body()
    try:
        faults = TypeAdapter(list[Fault]).validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequestError(f"The faults cannot be read at {first['loc']}: {first['msg']}.") from error
    for fault in faults:
        twin.faults.add(fault)
    return JSONResponse({"faults": len(twin.faults)}, status_code=201)


@router.delete("/faults", status_code=204)
async def clear_faults(twin: TwinDep) -> Response:
    twin.faults.clear()
    return Response(status_code=204)


@router.get("/settings")
async def show_settings(twin: TwinDep) -> JSONResponse:
    return JSONResponse(_simple(twin.tenant.settings))


@router.post("/settings")
async def change_settings(body: ObjectBody, twin: TwinDep) -> JSONResponse:
    """Change rules of the tenant while it runs, such as approval_required or rate_limit."""
    try:
        texts = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in body.items()}
        twin.tenant.settings = changed(twin.tenant.settings, texts)
    except ValueError as error:
        raise BadRequestError(str(error)) from error
    return JSONResponse(_simple(twin.tenant.settings))


def _simple(settings: Settings) -> dict[str, Any]:
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    return {name: value for name, value in values.items() if isinstance(value, SIMPLE)}
