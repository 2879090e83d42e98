"""Endpoints by agent GUID, and on each of them its processes by number and its files by path."""

import base64
import binascii
from dataclasses import replace
from random import Random
from typing import Annotated, Any

from pydantic import Field

from visionone_sim.errors import BadRequestError, NotFoundError
from visionone_sim.scenarios.fleet import SYSTEMS
from visionone_sim.services.control.door import Order
from visionone_sim.services.control.seeds.kind import Kind, two_parts
from visionone_sim.services.control.seeds.values import Body, document, made, read
from visionone_sim.tenant.contents import Content
from visionone_sim.tenant.endpoints import Endpoint, EndpointFile, Process, SensorPolicy
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json


class FileSeed(Order):
    """A file as text, as bytes, or as so many bytes that are drawn from a seed."""

    path: Annotated[str, Field(min_length=1)]
    text: str | None = None
    base64: str | None = None
    size: Annotated[int, Field(ge=0, le=1 << 40)] | None = None
    seed: int = 0

    def file(self) -> EndpointFile:
        if self.text is not None and self.base64 is not None:
            raise BadRequestError("A file has a text or base64, not both; leave one out.", target="base64")
        given = self.text.encode() if self.text is not None else _bytes(self.base64 or "")
        size = len(given) if self.size is None else self.size
        return EndpointFile(path=self.path, content=Content(given, size, self.seed))


class InventorySeed(Order):
    """What an endpoint holds that has fields of its own."""

    processes: tuple[dict[str, Any], ...] = ()
    files: tuple[dict[str, Any], ...] = ()
    sensor_policy: Annotated[dict[str, Any], Field(default_factory=dict)]


HELD = ("processes", "files", "sensorPolicy")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequestError(f"The base64 of the file cannot be read: {error}.", target="base64") from error


def endpoint_of(tenant: Tenant, name: str) -> Endpoint:
    """Find the endpoint that something is put on, by GUID or name."""
    if name.lower() not in tenant.endpoints and not tenant.endpoints.named(name):
        raise NotFoundError(f"There is no endpoint {name!r}; put it there with PUT /_twin/endpoints/{{agentGuid}}.")
    return tenant.endpoints.known_as(name)


def read_endpoint(guid: str, body: Body) -> Endpoint:
    """Make an endpoint of what is said about it; what `find` shows gives the same one again."""
    own = {name: value for name, value in body.items() if name not in HELD}
    holds = read(InventorySeed, {name: value for name, value in body.items() if name in HELD})
    # Response actions compare GUIDs without their case, so one is kept in small letters.
    if isinstance(own.get("agentGuid"), str):
        own["agentGuid"] = own["agentGuid"].lower()
    endpoint = made(Endpoint, own, fixed={"agent_guid": guid.lower()}, defaults=_defaults(guid.lower(), own))
    if not endpoint.ips:
        raise BadRequestError("An endpoint needs one address in ips at least; leave the field out to get one.")
    for process in holds.processes:
        endpoint = endpoint.with_process(_process(process, str(process.get("pid", ""))))
    for file in holds.files:
        endpoint = endpoint.with_file(read(FileSeed, file).file())
    policy = made(SensorPolicy, holds.sensor_policy, fixed={}, defaults={})
    return replace(endpoint, sensor_policy=policy)


def _put_endpoint(tenant: Tenant, guid: str, body: Body) -> None:
    endpoint = read_endpoint(guid, body)
    tenant.settle()
    tenant.join(endpoint)
    # An endpoint that comes online starts its queued tasks.
    tenant.response.connect(endpoint.agent_guid, endpoint.connected)


def _defaults(guid: str, own: Body) -> dict[str, Any]:
    """Return defaults for the missing fields of an endpoint: always the same for one GUID."""
    chance = Random(guid)  # noqa: S311  # the same each time, not secret
    os_name = own.get("osName", "Windows")
    kind = own.get("kind", "server" if os_name == "Linux" else "desktop")
    systems = [found for (system, _), found in SYSTEMS.items() if system == os_name]
    version, description = (SYSTEMS.get((os_name, kind)) or (*systems, SYSTEMS["Windows", "desktop"])[0])[0]
    return {
        "name": f"HOST-{guid.upper()}",
        "kind": kind,
        "os_name": os_name,
        "os_version": version,
        "os_description": description,
        "product_code": "xes",
        "installed_product_codes": (own.get("productCode", "xes"),),
        "login_accounts": (rf"LAB\user-{guid}",),
        "macs": ("02:" + ":".join(f"{chance.randrange(256):02x}" for _ in range(5)),),
        "ips": (f"10.{chance.randrange(16, 240)}.{chance.randrange(1, 255)}.{chance.randrange(1, 255)}",),
        "policy_name": "Servers" if kind == "server" else "Workstations",
    }


def _find_endpoint(tenant: Tenant, guid: str) -> dict[str, Json] | None:
    endpoint = tenant.endpoints.get(guid.lower())
    if endpoint is None:
        return None
    return {**document(endpoint), "files": [_file_document(file) for file in endpoint.files.values()]}


def _file_document(file: EndpointFile) -> dict[str, Json]:
    content = file.content
    beginning = base64.b64encode(content.beginning[: content.size]).decode()
    return {"path": file.path, "base64": beginning, "size": content.size, "seed": content.seed}


def _put_process(tenant: Tenant, place: str, body: Body) -> None:
    name, pid = two_parts(place, "the GUID or name of an endpoint and the number of a process")
    tenant.start_process(endpoint_of(tenant, name).agent_guid, _process(body, pid))


def _process(body: Body, pid: str) -> Process:
    if not pid.isdecimal():
        raise BadRequestError(f"The pid {pid!r} is no number; a process has one, such as 4711.", target="pid")
    name = str(body.get("name", f"process-{pid}.exe"))
    sha1 = f"{Random(f'{name} {pid}').getrandbits(160):040x}"  # noqa: S311  # as above
    defaults = {"name": name, "path": f"C:\\Windows\\Temp\\{name}", "sha1": sha1}
    return made(Process, body, fixed={"pid": int(pid)}, defaults=defaults)


def _running(tenant: Tenant, place: str) -> tuple[Endpoint, list[Process]]:
    name, pid = two_parts(place, "the GUID or name of an endpoint and the number of a process")
    endpoint = endpoint_of(tenant, name)
    return endpoint, [process for process in endpoint.processes if str(process.pid) == pid]


def _find_process(tenant: Tenant, place: str) -> dict[str, Json] | None:
    _, found = _running(tenant, place)
    return document(found[0]) if found else None


def _end_process(tenant: Tenant, place: str) -> None:
    endpoint, found = _running(tenant, place)
    tenant.join(endpoint.without_processes(found))


def _put_file(tenant: Tenant, place: str, body: Body) -> None:
    name, path = two_parts(place, "the GUID or name of an endpoint and the path of a file")
    file = read(FileSeed, {"path": path, **body}).file()
    if file.path != path:
        raise BadRequestError(f"The path of the file is {path!r} by its path here and cannot be {file.path!r}.")
    tenant.place_file(endpoint_of(tenant, name).agent_guid, file)


def _find_file(tenant: Tenant, place: str) -> dict[str, Json] | None:
    name, path = two_parts(place, "the GUID or name of an endpoint and the path of a file")
    file = endpoint_of(tenant, name).file(path)
    return _file_document(file) if file is not None else None


def _remove_file(tenant: Tenant, place: str) -> None:
    name, path = two_parts(place, "the GUID or name of an endpoint and the path of a file")
    tenant.remove_file(endpoint_of(tenant, name).agent_guid, path)


ENDPOINTS = Kind(
    put=_put_endpoint, find=_find_endpoint, remove=lambda tenant, guid: tenant.inventory.remove(guid.lower())
)
PROCESSES = Kind(put=_put_process, find=_find_process, remove=_end_process)
FILES = Kind(put=_put_file, find=_find_file, remove=_remove_file)
