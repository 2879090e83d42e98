"""/eiqs: endpoint queries, the older inventory; it does not know whether an agent is connected."""

from collections.abc import Callable, Collection

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from visionone_sim import filters
from visionone_sim.errors import BadRequestError
from visionone_sim.paging import cut, page_size, read_cursor
from visionone_sim.queries import header_text
from visionone_sim.services.access import TenantDep, page_response
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

router = APIRouter(prefix="/eiqs", tags=["Endpoint queries"])

PROTECTION_MANAGER = "PM-1"
COMPONENTS = {
    "componentUpdatePolicy": "N-1",
    "componentUpdateStatus": "onSchedule",
    "componentVersion": "latestVersion",
}

QUERY_FIELDS: dict[str, Callable[[Endpoint], tuple[str, ...]]] = {
    "agentGuid": lambda endpoint: (endpoint.agent_guid,),
    "loginAccount": lambda endpoint: endpoint.login_accounts,
    "endpointName": lambda endpoint: (endpoint.name,),
    "macAddress": lambda endpoint: endpoint.macs,
    "ip": lambda endpoint: endpoint.ips,
    "protectionManager": lambda _endpoint: (PROTECTION_MANAGER,),
    "policyName": lambda endpoint: (endpoint.policy_name,),
    "componentUpdatePolicy": lambda _endpoint: (COMPONENTS["componentUpdatePolicy"],),
    "componentUpdateStatus": lambda _endpoint: (COMPONENTS["componentUpdateStatus"],),
    "componentVersion": lambda _endpoint: (COMPONENTS["componentVersion"],),
    "osName": lambda endpoint: (endpoint.os_name,),
    "osVersion": lambda endpoint: (endpoint.os_version,),
    "productCode": lambda endpoint: (endpoint.product_code,),
    "installedProductCodes": lambda endpoint: endpoint.installed_product_codes,
}


@router.get("/endpoints")
async def query_endpoints(request: Request, tenant: TenantDep) -> JSONResponse:
    text = header_text(request.headers, "TMV1-Query")
    if not text:
        raise BadRequestError("The header TMV1-Query is required.", target="TMV1-Query")
    wanted = filters.parse(text, QUERY_FIELDS, longest=1024)
    cursor = read_cursor(request.query_params.get("skipToken"), tenant.clock.now())
    ignore_case = tenant.settings.filter_ignores_case
    found = [
        endpoint
        for endpoint in candidates(tenant, wanted)
        if filters.matches(wanted, _values(endpoint), ignore_case=ignore_case)
    ]
    page = cut(found, cursor, page_size(request.query_params, (50, 100, 200), 50))
    seen = wire_time(tenant.clock.now())
    return page_response(request, page, (wire(endpoint, seen) for endpoint in page.items), counted=False)


def candidates(tenant: Tenant, wanted: filters.Expression | None) -> Collection[Endpoint]:
    """Return the endpoints that a filter can be about; one that names an endpoint is about few of thousands."""
    inventory = tenant.endpoints
    name = filters.pinned(wanted, "endpointName")
    if name is not None:
        return inventory.named(name)
    guid = filters.pinned(wanted, "agentGuid")
    if guid is not None:
        return [inventory[guid.lower()]] if guid.lower() in inventory else []
    return inventory.values()


def _values(endpoint: Endpoint) -> filters.Values:
    return lambda field: QUERY_FIELDS[field](endpoint)


def wire(endpoint: Endpoint, seen: str) -> dict[str, Json]:
    """Write an endpoint as this service does: what may change carries the time when it was last seen."""
    return {
        "agentGuid": endpoint.agent_guid,
        "loginAccount": {"value": endpoint.login_accounts, "updatedDateTime": seen},
        "endpointName": {"value": endpoint.name, "updatedDateTime": seen},
        "macAddress": {"value": endpoint.macs, "updatedDateTime": seen},
        "ip": {"value": endpoint.ips, "updatedDateTime": seen},
        "osName": endpoint.os_name,
        "osVersion": endpoint.os_version,
        "osDescription": endpoint.os_description,
        "productCode": endpoint.product_code,
        "installedProductCodes": endpoint.installed_product_codes,
        "policyName": endpoint.policy_name,
        "protectionManager": PROTECTION_MANAGER,
        **COMPONENTS,
    }
