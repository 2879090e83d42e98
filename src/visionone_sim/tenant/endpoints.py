"""The tenant's endpoints: what runs on them, whether they are connected, which files they hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.contents import Content

OsName: TypeAlias = Literal["Windows", "Linux", "macOS"]
ProductCode: TypeAlias = Literal["xes", "sao", "sds"]
Switch: TypeAlias = Literal["enabled", "disabled"]
PLATFORM: dict[OsName, str] = {"Windows": "windows", "Linux": "linux", "macOS": "mac"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFile:
    path: str
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    pid: int
    name: str
    path: str
    sha1: str
    command_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorPolicy:
    """Settings of an endpoint's sensor that override the policy of its group; None: as in the group."""

    detection_and_response: Switch | None = None
    risk_telemetry: Switch | None = None

    def over(self, older: "SensorPolicy") -> "SensorPolicy":
        """Return both, where the newer one decides."""
        return SensorPolicy(
            detection_and_response=self.detection_and_response or older.detection_and_response,
            risk_telemetry=self.risk_telemetry or older.risk_telemetry,
        )


NO_OVERRIDE = SensorPolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    agent_guid: str
    name: str
    kind: Literal["desktop", "server"]
    os_name: OsName
    os_version: str
    os_description: str
    product_code: ProductCode
    installed_product_codes: tuple[ProductCode, ...]
    login_accounts: tuple[str, ...]
    macs: tuple[str, ...]
    ips: tuple[str, ...]
    policy_name: str
    connected: bool = True
    isolated: bool = False
    files: Mapping[str, EndpointFile] = field(default_factory=dict)
    processes: tuple[Process, ...] = ()
    sensor_policy: SensorPolicy = NO_OVERRIDE

    @property
    def sensor_status(self) -> Switch:
        return self.sensor_policy.detection_and_response or "enabled"

    def file(self, path: str) -> EndpointFile | None:
        """Find a file by its path, as this operating system compares paths."""
        return self.files.get(self._path_key(path))

    def with_file(self, new: EndpointFile) -> "Endpoint":
        return replace(self, files={**self.files, self._path_key(new.path): new})

    def without_file(self, path: str) -> "Endpoint":
        gone = self._path_key(path)
        return replace(self, files={key: file for key, file in self.files.items() if key != gone})

    def with_process(self, new: Process) -> "Endpoint":
        """Start a process, in place of one with the same number."""
        return replace(self, processes=(*(each for each in self.processes if each.pid != new.pid), new))

    def without_processes(self, gone: Collection[Process]) -> "Endpoint":
        return replace(self, processes=tuple(process for process in self.processes if process not in gone))

    def processes_like(self, *, sha1: str | None, name: str | None, pid: int | None) -> list[Process]:
        """Find running processes by what is known of them; what is not known does not count."""
        return [
            process
            for process in self.processes
            if (not sha1 or process.sha1.casefold() == sha1.casefold())
            and (not name or process.name.casefold() == name.casefold())
            and pid in (None, process.pid)
        ]

    def _path_key(self, path: str) -> str:
        return path.replace("/", "\\").casefold() if self.os_name == "Windows" else path


class Inventory(Mapping[str, Endpoint]):
    """Endpoints by agent GUID, in the order in which they joined."""

    def __init__(self) -> None:
        self._endpoints: dict[str, Endpoint] = {}
        self._by_name: dict[str, dict[str, None]] = {}
        self._sorted: list[str] | None = None

    def __getitem__(self, agent_guid: str) -> Endpoint:
        return self._endpoints[agent_guid]

    def __iter__(self) -> Iterator[str]:
        return iter(self._endpoints)

    def __len__(self) -> int:
        return len(self._endpoints)

    def put(self, endpoint: Endpoint) -> None:
        """Add an endpoint, or replace the one with its GUID."""
        guid = endpoint.agent_guid
        old = self._endpoints.get(guid)
        if old is None:
            self._sorted = None
        elif old.name != endpoint.name:
            self._by_name[old.name.casefold()].pop(guid)
        self._by_name.setdefault(endpoint.name.casefold(), {})[guid] = None
        self._endpoints[guid] = endpoint

    def named(self, name: str) -> list[Endpoint]:
        """Return the endpoints of a name, without looking at all of them."""
        return [self._endpoints[guid] for guid in self._by_name.get(name.casefold(), ())]

    def by_guid(self) -> Sequence[str]:
        """Return all GUIDs in their order."""
        if self._sorted is None:
            self._sorted = sorted(self._endpoints)
        return self._sorted

    def remove(self, agent_guid: str) -> None:
        gone = self._endpoints.pop(agent_guid)
        self._by_name[gone.name.casefold()].pop(agent_guid)
        self._sorted = None

    def isolate(self, agent_guid: str, isolated: bool) -> None:
        self.put(replace(self[agent_guid], isolated=isolated))

    def connect(self, agent_guid: str, connected: bool) -> None:
        self.put(replace(self[agent_guid], connected=connected))

    def override_sensor(self, agent_guid: str, policy: SensorPolicy) -> None:
        endpoint = self[agent_guid]
        self.put(replace(endpoint, sensor_policy=policy.over(endpoint.sensor_policy)))

    def remove_sensor_override(self, agent_guid: str) -> None:
        self.put(replace(self[agent_guid], sensor_policy=NO_OVERRIDE))

    def known_as(self, guid_or_name: str) -> Endpoint:
        """Find the one endpoint with this GUID or, where none has it, of this name."""
        guid = guid_or_name if guid_or_name.lower() in self else None
        return self.target(agent_guid=guid, name=guid_or_name)

    def target(self, *, agent_guid: str | None, name: str | None) -> Endpoint:
        """Find the one endpoint that a response action names."""
        if agent_guid:
            found = [self[agent_guid.lower()]] if agent_guid.lower() in self else []
        else:
            found = self.named(name or "")
        match found:
            case [endpoint]:
                return endpoint
            case []:
                raise BadRequestError("Target not found.")
            case _:
                raise BadRequestError(f"{len(found)} endpoints are named {name!r}; use agentGuid.")
