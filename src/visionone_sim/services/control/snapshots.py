"""Rewinding: snapshots by name, back to the beginning, or the whole state as bytes."""

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.services.control.door import PREFIX, Order, TwinDep
from visionone_sim.tenant.snapshots import SnapshotError, restore_snapshot, take_snapshot
from visionone_sim.wire import precise_time

router = APIRouter(prefix=PREFIX, tags=["Control room"])


class SnapshotOrder(Order):
    name: str


@router.get("/snapshots")
async def list_snapshots(twin: TwinDep) -> JSONResponse:
    return JSONResponse({"names": list(twin.snapshots)})


@router.post("/snapshots", status_code=201)
async def keep_snapshot(order: SnapshotOrder, twin: TwinDep) -> JSONResponse:
    """Keep what the tenant is now, under a name."""
    twin.snapshots[order.name] = take_snapshot(twin.tenant)
    return JSONResponse({"name": order.name, "bytes": len(twin.snapshots[order.name])}, status_code=201)


@router.post("/snapshots/{name}/restore")
async def go_back(name: str, twin: TwinDep) -> JSONResponse:
    """Make the tenant what it was when the snapshot was taken; its time goes back too."""
    if name not in twin.snapshots:
        raise NotFoundError(f"There is no snapshot {name!r}.")
    restore_snapshot(twin.tenant, twin.snapshots[name])
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.post("/reset")
async def begin_again(twin: TwinDep) -> JSONResponse:
    """Tell the story from its beginning, at the present time; faults and seen requests are forgotten."""
    if twin.again is None:
        raise BadRequestError("This twin does not know how it began.")
    fresh = await asyncio.to_thread(twin.again, twin.tenant.clock)
    restore_snapshot(twin.tenant, take_snapshot(fresh.tenant))
    fresh.tenant.close()
    twin.faults.clear()
    twin.requests.clear()
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})


@router.get("/dump")
async def dump(twin: TwinDep) -> Response:
    """Hand out the whole state, for a file."""
    return Response(take_snapshot(twin.tenant), media_type="application/octet-stream")


@router.post("/load")
async def load(request: Request, twin: TwinDep) -> JSONResponse:
    """Take in what `dump` handed out."""
    try:
        restore_snapshot(twin.tenant, await request.body())
    except SnapshotError as error:
        raise BadRequestError(str(error)) from error
    return JSONResponse({"now": precise_time(twin.tenant.clock.now())})
