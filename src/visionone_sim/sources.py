"""How we know the shape of each operation's response; each operation of the twin has a row here."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

_FILE = Path(__file__).with_name("documented_operations.txt")


class Source(StrEnum):
    """What an answer was made from, the surest first."""

    CLIENT = "as pytmv1 reads it"
    DOCUMENTED = "documented"
    ALIKE = "like its siblings"
    GUESSED = "answer guessed"


_OPERATIONS: Mapping[Source, tuple[str, ...]] = {
    Source.CLIENT: (
        "GET /eiqs/endpoints",
        "GET /endpointSecurity/endpoints",
        "GET /endpointSecurity/endpoints/{id}",
        "GET /healthcheck/connectivity",
        "GET /iam/apiKeys",
        "POST /iam/apiKeys",
        "POST /iam/apiKeys/delete",
        "GET /iam/apiKeys/{id}",
        "PATCH /iam/apiKeys/{id}",
        "GET /oat/dataPipelines",
        "POST /oat/dataPipelines",
        "POST /oat/dataPipelines/delete",
        "GET /oat/dataPipelines/{id}",
        "PATCH /oat/dataPipelines/{id}",
        "GET /oat/dataPipelines/{id}/packages",
        "GET /oat/dataPipelines/{id}/packages/{id}",
        "GET /oat/detections",
        "GET /response/customScripts",
        "POST /response/customScripts",
        "DELETE /response/customScripts/{id}",
        "GET /response/customScripts/{id}",
        "POST /response/customScripts/{id}/update",
        "POST /response/domainAccounts/disable",
        "POST /response/domainAccounts/enable",
        "POST /response/domainAccounts/resetPassword",
        "POST /response/domainAccounts/signOut",
        "POST /response/emails/delete",
        "POST /response/emails/quarantine",
        "POST /response/emails/restore",
        "POST /response/endpoints/collectFile",
        "POST /response/endpoints/isolate",
        "POST /response/endpoints/restore",
        "POST /response/endpoints/runScript",
        "POST /response/endpoints/terminateProcess",
        "POST /response/suspiciousObjects",
        "POST /response/suspiciousObjects/delete",
        "GET /response/tasks/{id}",
        "GET /sandbox/analysisResults/{id}",
        "GET /sandbox/analysisResults/{id}/investigationPackage",
        "GET /sandbox/analysisResults/{id}/report",
        "GET /sandbox/analysisResults/{id}/suspiciousObjects",
        "POST /sandbox/files/analyze",
        "GET /sandbox/tasks/{id}",
        "POST /sandbox/urls/analyze",
        "GET /search/emailActivities",
        "GET /search/endpointActivities",
        "GET /threatintel/suspiciousObjectExceptions",
        "POST /threatintel/suspiciousObjectExceptions",
        "POST /threatintel/suspiciousObjectExceptions/delete",
        "GET /threatintel/suspiciousObjects",
        "POST /threatintel/suspiciousObjects",
        "POST /threatintel/suspiciousObjects/delete",
        "GET /workbench/alerts",
        "GET /workbench/alerts/{id}",
        "PATCH /workbench/alerts/{id}",
        "GET /workbench/alerts/{id}/notes",
        "POST /workbench/alerts/{id}/notes",
        "POST /workbench/alerts/{id}/notes/delete",
        "GET /workbench/alerts/{id}/notes/{id}",
        "PATCH /workbench/alerts/{id}/notes/{id}",
    ),
    Source.DOCUMENTED: (
        "POST /response/tasks/cancel",
        "GET /sandbox/submissionUsage",
    ),
    Source.ALIKE: (
        "POST /response/containers/isolate",
        "POST /response/containers/restore",
        "POST /response/containers/terminate",
        "POST /response/endpoints/runOsquery",
        "POST /response/endpoints/runYaraRules",
        "GET /response/tasks",
        "GET /sandbox/analysisResults",
        "GET /sandbox/tasks",
        "GET /search/cloudActivities",
        "GET /search/containerActivities",
        "GET /search/detections",
        "GET /search/identityActivities",
        "GET /search/mobileActivities",
        "GET /search/networkActivities",
    ),
    Source.GUESSED: (
        "GET /audit/logs",
        "GET /caseManagement/cases",
        "POST /caseManagement/cases",
        "GET /caseManagement/cases/{id}",
        "PATCH /caseManagement/cases/{id}",
        "POST /caseManagement/cases/{id}/attachments",
        "DELETE /caseManagement/cases/{id}/attachments/{id}",
        "GET /caseManagement/cases/{id}/attachments/{id}",
        "GET /caseManagement/cases/{id}/contents",
        "POST /caseManagement/cases/{id}/contents",
        "DELETE /caseManagement/cases/{id}/contents/{id}",
        "GET /caseManagement/cases/{id}/contents/{id}",
        "PATCH /caseManagement/cases/{id}/contents/{id}",
        "POST /endpointSecurity/endpoints/applySensorPolicy",
        "POST /endpointSecurity/endpoints/delete",
        "POST /endpointSecurity/endpoints/export",
        "POST /endpointSecurity/endpoints/removeOverriddenSensorPolicy",
        "GET /endpointSecurity/tasks",
        "GET /endpointSecurity/tasks/{id}",
        "GET /endpointSecurity/versionControlPolicies",
        "GET /endpointSecurity/versionControlPolicies/agentUpdatePolicies",
        "GET /iam/accounts",
        "POST /iam/accounts",
        "DELETE /iam/accounts/{id}",
        "GET /iam/accounts/{id}",
        "PATCH /iam/accounts/{id}",
        "GET /iam/roles",
        "GET /iam/roles/{id}",
        "GET /iam/roles/{id}/permissions",
        "GET /response/endpointActionExceptions",
        "POST /response/endpointActionExceptions/register",
        "POST /response/endpoints/startMalwareScan",
        "GET /response/isolatedTrafficExceptions",
        "POST /response/isolatedTrafficExceptions/register",
        "GET /response/osqueryStatements",
        "GET /response/settingStatus",
        "PATCH /response/settingStatus",
        "GET /response/yaraRuleFiles",
        "GET /search/activityStatistics",
        "GET /search/sensorStatistics",
    ),
}
SOURCES: Mapping[str, Source] = {name: source for source, names in _OPERATIONS.items() for name in names}

# What the vendor's list of operations does not have, and who has it.
ELSEWHERE: Mapping[str, str] = {
    "POST /response/endpoints/runOsquery": "Trend Micro's MCP server",
    "POST /response/endpoints/runYaraRules": "Trend Micro's MCP server",
    "GET /response/osqueryStatements": "Trend Micro's MCP server",
    "GET /response/yaraRuleFiles": "Trend Micro's MCP server",
    "GET /iam/roles/{id}": "no source; a guess from the list of roles",
}


def documented() -> tuple[str, ...]:
    """Return the operations of the vendor's own list, such as `GET /workbench/alerts/{id}`."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
