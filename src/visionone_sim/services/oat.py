"""/oat: observed attack techniques, by themselves and as packages of a data pipeline."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text, read_moment
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.telemetry import Observation

router = APIRouter(prefix="/oat", tags=["Observed attack techniques"])

# A widely used client asks for 1000, which no document names.
SIZES = (50, 100, 200, 1000)
LONGEST_SPAN = timedelta(days=365)
TOKEN = "nextBatchToken"  # noqa: S105  # the name of a query parameter


def _filters_of(observation: Observation) -> Iterator[Mapping[str, Any]]:
    found: Any = observation.document["filters"]
    yield from found


def _endpoint(name: str) -> Callable[[Observation], tuple[str, ...]]:
    def values(observation: Observation) -> tuple[str, ...]:
        endpoint: Any = observation.document.get("endpoint") or {}
        value = endpoint.get(name, ())
        return tuple(value) if isinstance(value, list | tuple) else (str(value),)

    return values


def _in_filters(name: str) -> Callable[[Observation], tuple[str, ...]]:
    def values(observation: Observation) -> tuple[str, ...]:
        return tuple(
            text
            for each in _filters_of(observation)
            for text in (each[name] if isinstance(each[name], list | tuple) else (str(each[name]),))
        )

    return values


FILTER_FIELDS: dict[str, Callable[[Observation], tuple[str, ...]]] = {
    "uuid": lambda observation: (observation.uuid,),
    "riskLevel": _in_filters("riskLevel"),
    "filterName": _in_filters("name"),
    "filterMitreTacticId": _in_filters("mitreTacticIds"),
    "filterMitreTechniqueId": _in_filters("mitreTechniqueIds"),
    "endpointName": _endpoint("endpointName"),
    "agentGuid": _endpoint("agentGuid"),
    "endpointIp": _endpoint("ips"),
    "productCode": lambda observation: (str(observation.document.get("source", "")),),
    "containerName": lambda _observation: (),
}


@router.get("/detections")
async def list_detections(request: Request, tenant: TenantDep) -> JSONResponse:
    parameters = request.query_params
    cursor = read_cursor(parameters.get(TOKEN), tenant.clock.now(), name=TOKEN)
    start, end = _span(parameters, cursor.as_of)
    ingested_start = read_moment(parameters, "ingestedStartDateTime", None)
    ingested_end = read_moment(parameters, "ingestedEndDateTime", None)
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=4000) if text else None
    found = [
        observation
        for observation in tenant.telemetry.observations.between(start, end)
        if observation.detected < end
        and observation.ingested <= cursor.as_of
        and (ingested_start is None or observation.ingested >= ingested_start)
        and (ingested_end is None or observation.ingested < ingested_end)
        and (wanted is None or filters.matches(wanted, _values(observation)))
    ]
    page = cut(found, cursor, page_size(parameters, SIZES, 50))
    return page_response(request, page, (each.document for each in page.items), counted=True, token=TOKEN)


def _values(observation: Observation) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](observation)


def _span(parameters: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """Read when the detections were made: from the start on, up to but not including the end."""
    end = read_moment(parameters, "detectedEndDateTime", None)
    if end is not None and end > now + timedelta(seconds=1):
        raise BadRequestError("detectedEndDateTime is in the future.", target="detectedEndDateTime")
    # Without an end, what was detected in this very second belongs to the answer.
    last = end or now + timedelta(seconds=1)
    start = read_moment(parameters, "detectedStartDateTime", None) or now - timedelta(hours=1)
    if last < start:
        raise BadRequestError(
            "detectedEndDateTime is earlier than detectedStartDateTime.", target="detectedEndDateTime"
        )
    if last - start > LONGEST_SPAN + timedelta(seconds=1):
        raise BadRequestError("The span is longer than 365 days.", target="detectedStartDateTime")
    return start, last
