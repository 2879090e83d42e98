"""One rule for each action."""

from typing import Any

from visionone_sim.tenant.actions import accounts, containers, endpoints, messages, objects
from visionone_sim.tenant.actions.rule import Rule
from visionone_sim.tenant.tasks import Action

RULES: dict[Action, Rule[Any]] = {
    "isolate": endpoints.ISOLATE,
    "restoreIsolate": endpoints.RESTORE,
    "collectFile": endpoints.COLLECT_FILE,
    "terminateProcess": endpoints.TERMINATE_PROCESS,
    "runCustomScript": endpoints.RUN_SCRIPT,
    "runOsquery": endpoints.RUN_OSQUERY,
    "runYaraRules": endpoints.RUN_YARA,
    "malwareScanForMultiple": endpoints.SCAN_FOR_MALWARE,
    "isolateContainer": containers.ISOLATE,
    "restoreContainer": containers.RESTORE,
    "terminateContainer": containers.TERMINATE,
    "block": objects.BLOCK,
    "restoreBlock": objects.RELEASE,
    "quarantineMessage": messages.QUARANTINE_MESSAGE,
    "deleteMessage": messages.DELETE_MESSAGE,
    "restoreMessage": messages.RESTORE_MESSAGE,
    "disableAccount": accounts.DISABLE,
    "enableAccount": accounts.ENABLE,
    "forceSignOut": accounts.SIGN_OUT,
    "resetPassword": accounts.RESET_PASSWORD,
}
