"""What a detection leaves behind besides its alert: activity records, a process that runs, an observed technique."""

from datetime import datetime
from typing import Any

from visionone_sim.scenarios.models import DetectionModel
from visionone_sim.tenant.endpoints import Endpoint, Process
from visionone_sim.tenant.ids import draw_uuid
from visionone_sim.tenant.telemetry import Observation
from visionone_sim.tenant.tenant import Tenant
from visionone_sim.wire import Json, wire_time

# Fields of activity records that are numbers, and those that are lists; all others are texts.
NUMBERS = frozenset({"dpt", "spt", "objectPort", "processPid", "logonFailures"})
LISTS = frozenset({"logonUser", "endpointIp", "tags"})
SUB_EVENTS = {
    "TELEMETRY_PROCESS": "TELEMETRY_PROCESS_CREATE",
    "TELEMETRY_FILE": "TELEMETRY_FILE_CREATE",
    "TELEMETRY_CONNECTION": "TELEMETRY_CONNECTION_CONNECT_OUTBOUND",
    "TELEMETRY_REGISTRY": "TELEMETRY_REGISTRY_SET",
}
RISK_OF_SEVERITY = {"critical": "critical", "high": "high", "medium": "medium", "low": "low"}


def run_program(tenant: Tenant, model: DetectionModel, endpoint: Endpoint, words: dict[str, str]) -> None:
    """Start the program of a detection on its endpoint, as its alert says."""
    if model.program is None:
        return
    path = model.program.format_map(words)
    name = path.replace("\\", "/").rpartition("/")[2]
    process = Process(pid=int(words["pid"]), name=name, path=path, sha1=words["sha1"], command_line=path)
    tenant.start_process(endpoint.agent_guid, process)


def record_activity(
    tenant: Tenant, model: DetectionModel, endpoint: Endpoint, words: dict[str, str], moment: datetime
) -> None:
    """Write the activity record and the observed technique that an alert rests on."""
    record = endpoint_record(endpoint, moment) | {
        "uuid": draw_uuid(tenant.rng),
        "eventId": model.event_type,
        "eventSubId": SUB_EVENTS.get(model.event_type, model.event_type),
        "tags": [f"MITREV9.{technique.removeprefix('V9.')}" for technique in model.techniques],
        "processFileHashSha1": words["sha1"],
    }
    if model.program is not None:
        record |= {"processFilePath": model.program.format_map(words), "processPid": int(words["pid"])}
    for trace in model.traces:
        record[trace.field] = _typed(trace.field, trace.value.format_map(words))
    tenant.telemetry.record("endpointActivities", record)
    tenant.telemetry.observe(_observation(tenant, model, endpoint, record, moment))


def endpoint_record(endpoint: Endpoint, moment: datetime) -> dict[str, Any]:
    """Return what every activity record of an endpoint says."""
    return {
        "endpointGuid": endpoint.agent_guid,
        "endpointHostName": endpoint.name,
        "endpointIp": list(endpoint.ips),
        "hostName": endpoint.name,
        "logonUser": list(endpoint.login_accounts),
        "os": endpoint.os_name,
        "productCode": endpoint.product_code,
        "searchDL": "SDL",
        "eventSourceType": 1,
        "eventTime": int(moment.timestamp() * 1000),
        "eventTimeDT": wire_time(moment),
    }


def _typed(field: str, value: str) -> Any:
    if field in NUMBERS:
        return int(value)
    return [value] if field in LISTS else value


def _filter(tenant: Tenant, model: DetectionModel, record: dict[str, Any]) -> dict[str, Json]:
    return {
        "id": draw_uuid(tenant.rng),
        "name": model.name,
        "description": model.description,
        "mitreTacticIds": list(model.tactics),
        "mitreTechniqueIds": sorted({technique.removeprefix("V9.") for technique in model.techniques}),
        "highlightedObjects": [
            {"type": trace.type, "field": trace.field, "value": record[trace.field]} for trace in model.traces
        ],
        "riskLevel": RISK_OF_SEVERITY[model.severity],
        "type": "preset",
    }


def _observation(
    tenant: Tenant, model: DetectionModel, endpoint: Endpoint, record: dict[str, Any], moment: datetime
) -> Observation:
    document: dict[str, Json] = {
        "source": "endpointActivityData",
        "uuid": draw_uuid(tenant.rng),
        "filters": [_filter(tenant, model, record)],
        "endpoint": {
            "endpointName": endpoint.name,
            "agentGuid": endpoint.agent_guid,
            "ips": list(endpoint.ips),
        },
        "entityType": "endpoint",
        "entityName": f"{endpoint.name}({endpoint.ips[0]})",
        "detectedDateTime": wire_time(moment),
        "ingestedDateTime": wire_time(moment),
        "detail": record,
    }
    whole = moment.replace(microsecond=0)
    return Observation(document=document, detected=whole, ingested=whole)
