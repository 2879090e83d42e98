"""Actions that an agent carries out on its endpoint; one that is off line does it when it is back."""

from collections.abc import Callable
from typing import Any

from visionone_sim.errors import AccessDeniedError, BadRequestError, NotSupportedError
from visionone_sim.tenant.actions.rule import Download, Plan, Rule, no_effect
from visionone_sim.tenant.contents import text_content
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import EndpointDemand, EndpointTarget
from visionone_sim.tenant.tasks import ResponseTask, TaskError

FILE_NOT_FOUND = TaskError(code="FileNotFound", message="The file does not exist on the endpoint.", number="4009404")
PROCESS_NOT_FOUND = TaskError(
    code="ProcessNotFound", message="No such process is running on the endpoint.", number="4009405"
)


def _isolate(estate: Estate, demand: EndpointDemand) -> Plan:
    return _plan(_unexcepted("isolate", estate, demand))


def _reconnect(estate: Estate, demand: EndpointDemand) -> Plan:
    return _plan(_find(estate, demand))


def _unexcepted(action: str, estate: Estate, demand: EndpointDemand) -> Endpoint:
    endpoint = _find(estate, demand)
    if estate.rules.excepts(action, endpoint.agent_guid):
        raise AccessDeniedError("The endpoint is excepted from this action.")
    return endpoint


def _collect(estate: Estate, demand: EndpointDemand) -> Plan:
    path = _required("filePath", demand.file_path)
    endpoint = _find(estate, demand)
    if endpoint.product_code not in estate.settings.collecting_products:
        raise NotSupportedError("The agent on this endpoint does not support the action.")
    file = endpoint.file(path)
    download = Download(file.path, file.content) if file is not None else None
    return _plan(endpoint, obstacle=None if file else FILE_NOT_FOUND, download=download, file_path=path)


def _terminate(estate: Estate, demand: EndpointDemand) -> Plan:
    if not demand.file_sha1 and demand.process_id is None:
        raise BadRequestError("The field fileSha1 is required.", target="fileSha1")
    endpoint = _find(estate, demand)
    if endpoint.os_name != "Windows":
        raise NotSupportedError("The action is for Windows endpoints only.")
    found = endpoint.processes_like(sha1=demand.file_sha1, name=demand.file_name, pid=demand.process_id)
    return _plan(
        endpoint,
        obstacle=None if found else PROCESS_NOT_FOUND,
        file_sha1=demand.file_sha1,
        file_name=demand.file_name,
        process_id=demand.process_id,
    )


def _run_script(estate: Estate, demand: EndpointDemand) -> Plan:
    name = _required("fileName", demand.file_name)
    script = estate.scripts.named(name)
    if script is None:
        raise BadRequestError("The custom script does not exist.", target="fileName")
    endpoint = _find(estate, demand)
    if (script.file_type == "powershell") != (endpoint.os_name == "Windows"):
        raise NotSupportedError("The script does not run on the system of this endpoint.")
    output = text_content(f"{endpoint.name}> {name} {demand.parameter or ''}\n{script.text}\n")
    return _plan(endpoint, download=Download(f"{name}.output.txt", output), file_name=name, parameter=demand.parameter)


def _run_osquery(estate: Estate, demand: EndpointDemand) -> Plan:
    statement = _required("statement", demand.statement)
    endpoint = _find(estate, demand)
    rows = "".join(f"{process.pid},{process.name},{process.path}\n" for process in endpoint.processes)
    answer = text_content(f"pid,name,path\n{rows}")
    return _plan(endpoint, download=Download("osquery.csv", answer), statement=statement)


def _run_yara(estate: Estate, demand: EndpointDemand) -> Plan:
    statement = _required("yaraRuleFileContent", demand.statement)
    endpoint = _find(estate, demand)
    listing = text_content("".join(f"scanned {file.path}\n" for file in endpoint.files.values()))
    return _plan(endpoint, download=Download("yara-result.txt", listing), statement=statement)


def _find(estate: Estate, demand: EndpointDemand) -> Endpoint:
    if not demand.agent_guid and not demand.endpoint_name:
        raise BadRequestError("One of the fields agentGuid and endpointName is required.", target="agentGuid")
    return estate.inventory.target(agent_guid=demand.agent_guid, name=demand.endpoint_name)


def _required(field: str, value: str | None) -> str:
    if not value:
        raise BadRequestError(f"The field {field} is required.", target=field)
    return value


def _plan(
    endpoint: Endpoint, *, obstacle: TaskError | None = None, download: Download | None = None, **fields: Any
) -> Plan:
    return Plan(
        target=EndpointTarget(agent_guid=endpoint.agent_guid, endpoint_name=endpoint.name, **fields),
        obstacle=obstacle,
        waits_for_agent=not endpoint.connected,
        download=download,
    )


def _on_endpoint(effect: Callable[[Estate, EndpointTarget], None]) -> Callable[[Estate, ResponseTask], None]:
    def happen(estate: Estate, task: ResponseTask) -> None:
        # An endpoint that was taken out of the inventory meanwhile has nothing left to change.
        if isinstance(task.target, EndpointTarget) and task.target.agent_guid in estate.inventory:
            effect(estate, task.target)

    return happen


def _end_process(estate: Estate, target: EndpointTarget) -> None:
    endpoint = estate.inventory[target.agent_guid]
    gone = endpoint.processes_like(sha1=target.file_sha1, name=target.file_name, pid=target.process_id)
    estate.inventory.put(endpoint.without_processes(gone))


def _rule(
    plan: Callable[[Estate, EndpointDemand], Plan], effect: Callable[[Estate, ResponseTask], None] = no_effect
) -> Rule[EndpointDemand]:
    return Rule(EndpointDemand, plan, effect)


ISOLATE = _rule(
    _isolate, _on_endpoint(lambda estate, target: estate.inventory.isolate(target.agent_guid, isolated=True))
)
RESTORE = _rule(
    _reconnect, _on_endpoint(lambda estate, target: estate.inventory.isolate(target.agent_guid, isolated=False))
)
COLLECT_FILE = _rule(_collect)
TERMINATE_PROCESS = _rule(_terminate, _on_endpoint(_end_process))
RUN_SCRIPT = _rule(_run_script)
RUN_OSQUERY = _rule(_run_osquery)
RUN_YARA = _rule(_run_yara)
SCAN_FOR_MALWARE = _rule(_reconnect)
