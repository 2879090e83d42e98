"""What was asked of the twin: the log of its requests, by operation."""

import json
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from visionone_sim.errors import BadRequestError
from visionone_sim.operation_names import OperationNames, UnknownOperationError
from visionone_sim.queries import read_moment
from visionone_sim.recorder import Recorder, Wanted
from visionone_sim.services.control.door import PREFIX, TwinDep
from visionone_sim.wire import Json

router = APIRouter(prefix=f"{PREFIX}/requests", tags=["Control room"])

COUNTED_BY = ("operation", "key")
FOUND_BY = (*COUNTED_BY, "status", "since", "contains", "after", "limit")
NO_ANSWER = "none"


async def _counted(request: Request, twin: TwinDep) -> Wanted:
    """Read which requests are counted."""
    _require_known(request, COUNTED_BY)
    return Wanted(operations=_operations(request), tenant=twin.number)


async def _found(request: Request, twin: TwinDep) -> Wanted:
    """Read which requests are asked for."""
    _require_known(request, FOUND_BY)
    given = request.query_params
    return Wanted(
        operations=_operations(request),
        statuses=frozenset(map(_status, given.getlist("status"))) if "status" in given else None,
        since=read_moment(given, "since", None),
        contains=given.get("contains"),
        after=_number(request, "after", 0),
        tenant=twin.number,
    )


CountedDep = Annotated[Wanted, Depends(_counted)]
FoundDep = Annotated[Wanted, Depends(_found)]


@router.get("")
async def show_requests(request: Request, wanted: FoundDep, twin: TwinDep) -> Response:
    """Show what was asked, in the order of the answers; each parameter narrows, `operation` and `status` may repeat."""
    recorder: Recorder = twin.requests
    found = recorder.find(wanted)
    page = found[: _number(request, "limit", len(found))]
    answer: dict[str, Json] = {
        "total": recorder.counts.total(Wanted(tenant=wanted.tenant)),
        "matched": len(found),
        "dropped": recorder.dropped.total(wanted),
        "items": [seen.wire() for seen in page],
    }
    if len(page) < len(found):
        answer["next"] = page[-1].number if page else wanted.after
    # Plain ASCII: what was asked may hold half of a surrogate pair.
    return Response(json.dumps(answer, allow_nan=False), media_type="application/json")


@router.get("/counts")
async def count_requests(wanted: CountedDep, twin: TwinDep) -> JSONResponse:
    """Count what came, by operation; those that the log no longer holds are counted too."""
    recorder: Recorder = twin.requests
    return JSONResponse(
        {
            "total": recorder.counts.total(wanted),
            "dropped": recorder.dropped.total(wanted),
            "operations": recorder.counts.by_operation(wanted),
        }
    )


@router.delete("", status_code=204)
async def forget_requests(twin: TwinDep) -> Response:
    twin.requests.clear(twin.number)
    return Response(status_code=204)


def _require_known(request: Request, known: tuple[str, ...]) -> None:
    """Refuse a parameter that is none: it would seem to narrow, and every request would be found."""
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise BadRequestError(f"There is no parameter {unknown[0]!r} here; use one of {', '.join(known)}.")


def _operations(request: Request) -> frozenset[str] | None:
    texts = request.query_params.getlist("operation")
    names = cast("OperationNames", request.app.state.operation_names)
    try:
        found = [names.meant(text) for text in texts]
    except UnknownOperationError as error:
        raise BadRequestError(str(error), target="operation") from error
    return frozenset[str]().union(*found) if texts else None


def _status(text: str) -> int | None:
    if text == NO_ANSWER:
        return None
    if not text.isdecimal():
        raise BadRequestError(f"The status {text!r} is no number; write one such as 207, or none.", target="status")
    return int(text)


def _number(request: Request, name: str, default: int) -> int:
    text: Any = request.query_params.get(name, str(default))
    if not text.isdecimal():
        raise BadRequestError(f"The value of {name} is {text!r}; it takes a whole number.", target=name)
    return int(text)
