"""Which permission each request needs, and which roles have which permissions."""

import re
from typing import Final

VIEW_WORKBENCH = "Workbench: View"
CHANGE_ALERTS = "Workbench: Modify alert details"
VIEW_INVENTORY = "Endpoint Inventory: View"
MANAGE_INVENTORY = "Endpoint Inventory: Manage"
VIEW_RESPONSE = "Response Management: View, and Download task result"
VIEW_SEARCH = "Search: View"
VIEW_OAT = "Observed Attack Techniques: View"
MANAGE_OAT = "Observed Attack Techniques: Manage data pipelines"
VIEW_LISTS = "Suspicious Object Management: View"
MANAGE_LISTS = "Suspicious Object Management: Manage lists"
VIEW_SANDBOX = "Sandbox Analysis: View"
SUBMIT_SAMPLES = "Sandbox Analysis: Submit object"
VIEW_KEYS = "API Keys: View"
MANAGE_KEYS = "API Keys: Manage"
VIEW_ACCOUNTS = "User Accounts: View"
MANAGE_ACCOUNTS = "User Accounts: Manage"
VIEW_ROLES = "User Roles: View"
VIEW_AUDIT = "Audit Logs: View"
VIEW_CASES = "Case Management: View"
MANAGE_CASES = "Case Management: Manage"


def _response(right: str) -> str:
    return f"Response Management: {right}"


# The first row that fits decides: method (empty: any), the path after /v3.0 as a regular expression, the permission.
TABLE: Final[tuple[tuple[str, str, str], ...]] = (
    ("GET", r"/workbench/.*", VIEW_WORKBENCH),
    ("", r"/workbench/.*", CHANGE_ALERTS),
    ("GET", r"/eiqs/.*", VIEW_INVENTORY),
    ("GET", r"/endpointSecurity/.*", VIEW_INVENTORY),
    ("", r"/endpointSecurity/.*", MANAGE_INVENTORY),
    ("GET", r"/response/.*", VIEW_RESPONSE),
    ("", r"/response/endpoints/(isolate|restore)", _response("Isolate endpoint")),
    ("", r"/response/endpoints/collectFile", _response("Collect file")),
    ("", r"/response/endpoints/terminateProcess", _response("Terminate process")),
    ("", r"/response/endpoints/runScript", _response("Run custom script")),
    ("", r"/response/endpoints/runOsquery", _response("Run osquery")),
    ("", r"/response/endpoints/runYaraRules", _response("Run YARA rules")),
    ("", r"/response/endpoints/startMalwareScan", _response("Scan for malware")),
    ("", r"/response/containers/.*", _response("Isolate container")),
    ("", r"/response/emails/(quarantine|restore)", _response("Quarantine/Restore messages")),
    ("", r"/response/emails/delete", _response("Delete messages")),
    ("", r"/response/domainAccounts/(disable|enable)", _response("Disable/Enable user account")),
    ("", r"/response/domainAccounts/signOut", _response("Force sign out")),
    ("", r"/response/domainAccounts/resetPassword", _response("Force password reset")),
    ("", r"/response/suspiciousObjects.*", _response("Add to/Remove from block list")),
    ("", r"/response/customScripts.*", _response("Manage custom scripts")),
    ("", r"/response/.*", _response("Manage settings")),
    ("GET", r"/threatintel/.*", VIEW_LISTS),
    ("", r"/threatintel/.*", MANAGE_LISTS),
    ("GET", r"/sandbox/.*", VIEW_SANDBOX),
    ("", r"/sandbox/.*", SUBMIT_SAMPLES),
    ("GET", r"/search/.*", VIEW_SEARCH),
    ("GET", r"/oat/.*", VIEW_OAT),
    ("", r"/oat/.*", MANAGE_OAT),
    ("GET", r"/iam/accounts.*", VIEW_ACCOUNTS),
    ("", r"/iam/accounts.*", MANAGE_ACCOUNTS),
    ("GET", r"/iam/roles.*", VIEW_ROLES),
    ("GET", r"/iam/.*", VIEW_KEYS),
    ("", r"/iam/.*", MANAGE_KEYS),
    ("GET", r"/audit/.*", VIEW_AUDIT),
    ("GET", r"/caseManagement/.*", VIEW_CASES),
    ("", r"/caseManagement/.*", MANAGE_CASES),
)
_ROWS = tuple((method, re.compile(path), permission) for method, path, permission in TABLE)

PERMISSIONS: Final = frozenset(permission for _method, _path, permission in TABLE)
READING: Final = frozenset(permission for method, _path, permission in TABLE if method == "GET")

ANALYST: Final = READING | {CHANGE_ALERTS}
ROLES: Final[dict[str, frozenset[str]]] = {
    "full": PERMISSIONS,
    "read-only": READING,
    "analyst": ANALYST,
    "responder": ANALYST
    | {SUBMIT_SAMPLES, MANAGE_LISTS}
    | {permission for permission in PERMISSIONS if permission.startswith("Response Management: ")},
}


def permission_for(method: str, path: str) -> str | None:
    """Return what a request needs; None when every key may make it, such as the connectivity check.

    >>> permission_for("POST", "/response/endpoints/collectFile")
    'Response Management: Collect file'
    """
    reading = "GET" if method == "HEAD" else method
    for verb, pattern, permission in _ROWS:
        if verb in {"", reading} and pattern.fullmatch(path):
            return permission
    return None
