"""/endpointSecurity: the newer inventory, which knows connection and isolation."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import NotFoundError
from visionone_sim.ordering import ordered, read_order
from visionone_sim.paging import Page, cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.services.eiqs import candidates
from visionone_sim.tenant.endpoints import PLATFORM, Endpoint
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/endpointSecurity/endpoints", tags=["Endpoint security"])

PRODUCT_NAMES = {
    "xes": "XDR Endpoint Sensor",
    "sao": "Standard Endpoint Protection",
    "sds": "Server & Workload Protection",
}

FILTER_FIELDS: dict[str, Callable[[Endpoint], tuple[str, ...]]] = {
    "endpointName": lambda endpoint: (endpoint.name,),
    "agentGuid": lambda endpoint: (endpoint.agent_guid,),
    "type": lambda endpoint: (endpoint.kind,),
    "osName": lambda endpoint: (endpoint.os_name,),
    "osPlatform": lambda endpoint: (PLATFORM[endpoint.os_name],),
    "isolationStatus": lambda endpoint: (_isolation(endpoint),),
    "edrSensorStatus": lambda endpoint: (endpoint.sensor_status,),
    "edrSensorConnectivity": lambda endpoint: (_connectivity(endpoint),),
    "eppAgentPolicyName": lambda endpoint: (endpoint.policy_name,),
}
ORDER_FIELDS: dict[str, Callable[[Endpoint], Any]] = {"agentGuid": lambda endpoint: endpoint.agent_guid}

BY_GUID: Final = (("agentGuid", False),)


@router.get("")
async def list_endpoints(request: Request, tenant: TenantDep) -> JSONResponse:
    text = header_text(request.headers, "TMV1-Filter")
    wanted = filters.parse(text, FILTER_FIELDS, longest=1024) if text else None
    order = read_order(request.query_params.get("orderBy"), ORDER_FIELDS, BY_GUID, descending=False)
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    ignore_case = tenant.settings.filter_ignores_case
    size = page_size(request.query_params, (10, 50, 100, 200, 500, 1000), 100)
    page: Page[Endpoint]
    if wanted is None and order == BY_GUID:
        # The list as it is asked for mostly: thousands of endpoints need not be sorted for each page.
        guids = cut(tenant.endpoints.by_guid(), cursor, size)
        page = Page([tenant.inventory[guid] for guid in guids.items], guids.total, guids.next)
    else:
        found = [
            endpoint
            for endpoint in ordered(candidates(tenant, wanted), order, ORDER_FIELDS)
            if wanted is None or filters.matches(wanted, _values(endpoint), ignore_case=ignore_case)
        ]
        page = cut(found, cursor, size)
    now = wire_time(tenant.clock.now())
    chosen = request.query_params.get("select")
    items = (_selected(list_item(endpoint, now), chosen) for endpoint in page.items)
    return page_response(request, page, items, counted=True)


@router.get("/{agent_guid}")
async def get_endpoint(agent_guid: str, tenant: TenantDep) -> JSONResponse:
    endpoint = tenant.endpoints.get(agent_guid.lower())
    if endpoint is None:
        raise NotFoundError("The endpoint does not exist.")
    return JSONResponse(detail(endpoint, wire_time(tenant.clock.now())))


def list_item(endpoint: Endpoint, now: str) -> dict[str, Json]:
    """Write an endpoint as the list shows it."""
    return {
        **_shared(endpoint, now),
        "osName": endpoint.os_description,
        "osPlatform": PLATFORM[endpoint.os_name],
        "osVersion": endpoint.os_version,
        "osArchitecture": "x86_64",
        "ipAddresses": endpoint.ips,
    }


def detail(endpoint: Endpoint, now: str) -> dict[str, Json]:
    """Write an endpoint as its own page shows it: system and interfaces are objects."""
    return {
        **_shared(endpoint, now),
        "os": {
            "name": endpoint.os_description,
            "platform": PLATFORM[endpoint.os_name],
            "architecture": "x86_64",
            "version": endpoint.os_version,
        },
        "interfaces": [{"ipAddresses": endpoint.ips, "macAddress": mac} for mac in endpoint.macs],
    }


def _shared(endpoint: Endpoint, now: str) -> dict[str, Json]:
    return {
        "agentGuid": endpoint.agent_guid,
        "endpointName": endpoint.name,
        "displayName": endpoint.name,
        "type": endpoint.kind,
        "lastUsedIp": endpoint.ips[0],
        "lastLoggedOnUser": endpoint.login_accounts[0],
        "isolationStatus": _isolation(endpoint),
        "edrSensor": {
            "productNames": [PRODUCT_NAMES[code] for code in endpoint.installed_product_codes],
            "connectivity": _connectivity(endpoint),
            "status": endpoint.sensor_status,
            **_telemetry(endpoint),
            **({"lastConnectedDateTime": now} if endpoint.connected else {}),
        },
        "eppAgent": {"policyName": endpoint.policy_name, "status": "on" if endpoint.connected else "off"},
    }


def _values(endpoint: Endpoint) -> filters.Values:
    return lambda field: FILTER_FIELDS[field](endpoint)


def _isolation(endpoint: Endpoint) -> str:
    return "on" if endpoint.isolated else "off"


def _telemetry(endpoint: Endpoint) -> dict[str, Json]:
    chosen = endpoint.sensor_policy.risk_telemetry
    return {"advancedRiskTelemetryStatus": chosen} if chosen else {}


def _connectivity(endpoint: Endpoint) -> str:
    return "connected" if endpoint.connected else "disconnected"


def _selected(item: dict[str, Json], chosen: str | None) -> dict[str, Json]:
    if chosen is None:
        return item
    names = {name.strip() for name in chosen.split(",")}
    return {key: value for key, value in item.items() if key in names}
