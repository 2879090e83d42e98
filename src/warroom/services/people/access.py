"""Who may do what: one table of permissions and the least role that each one takes."""

from collections.abc import Mapping
from enum import StrEnum

from warroom.model.errors import ForbiddenError
from warroom.model.user import Actor, Role


class Permission(StrEnum):
    """Everything that is asked before it is done; the value completes "may not …"."""

    SEE = "see incidents"
    NOTE = "write notes"
    CREATE_INCIDENTS = "create incidents"
    ASSIGN = "assign incidents"
    EDIT_INCIDENTS = "change incidents"
    CLOSE_INCIDENTS = "close or reopen incidents"
    RUN_READS = "run commands"
    RUN_ACTIONS = "run response actions"
    RUN_PLAYBOOKS = "run playbooks"
    ANSWER_TASKS = "answer tasks"
    CANCEL_PLANS = "cancel work plans"
    SEE_CODE_OUTPUT = "see where code failed and what it printed"
    SEE_SECRETS = "see passwords of archives"
    DOWNLOAD_EVIDENCE = "download evidence"
    RESTRICT_EVIDENCE = "restrict evidence to named people, or open it"
    DELETE_EVIDENCE = "delete evidence"
    PROTECT_HOSTS = "change which hosts are protected"
    PAUSE = "pause or resume response actions"
    MANAGE_INSTANCES = "manage integration instances"
    MANAGE_PACKS = "manage packs"
    MANAGE_USERS = "manage users"
    MANAGE_KEYS = "manage API keys"
    VERIFY_LOG = "check the sealed log"
    TRIM_LOG = "remove old events"


MINIMUM: Mapping[Permission, Role] = {
    Permission.SEE: Role.READER,
    Permission.NOTE: Role.ANALYST,
    Permission.CREATE_INCIDENTS: Role.ANALYST,
    Permission.ASSIGN: Role.ANALYST,
    Permission.EDIT_INCIDENTS: Role.ANALYST,
    Permission.CLOSE_INCIDENTS: Role.ANALYST,
    Permission.RUN_READS: Role.ANALYST,
    Permission.RUN_ACTIONS: Role.RESPONDER,
    Permission.RUN_PLAYBOOKS: Role.RESPONDER,
    Permission.ANSWER_TASKS: Role.RESPONDER,
    Permission.CANCEL_PLANS: Role.RESPONDER,
    Permission.SEE_CODE_OUTPUT: Role.ANALYST,
    Permission.SEE_SECRETS: Role.RESPONDER,
    Permission.DOWNLOAD_EVIDENCE: Role.RESPONDER,
    Permission.RESTRICT_EVIDENCE: Role.ADMIN,
    Permission.DELETE_EVIDENCE: Role.ADMIN,
    Permission.PROTECT_HOSTS: Role.ADMIN,
    Permission.PAUSE: Role.ADMIN,
    Permission.MANAGE_INSTANCES: Role.ADMIN,
    Permission.MANAGE_PACKS: Role.ADMIN,
    Permission.MANAGE_USERS: Role.ADMIN,
    Permission.MANAGE_KEYS: Role.ADMIN,
    Permission.VERIFY_LOG: Role.ADMIN,
    Permission.TRIM_LOG: Role.ADMIN,
}


def may(role: Role, permission: Permission) -> bool:
    """Say whether a role is enough.

    >>> may(Role.ANALYST, Permission.RUN_ACTIONS)
    False
    """
    return role >= MINIMUM[permission]


def require(actor: Actor, permission: Permission) -> None:
    """Raise ForbiddenError, which names the roles that may and whom to ask, unless the actor's role is enough."""
    if may(actor.role, permission):
        return
    able = " or ".join(_one(role) for role in Role if may(role, permission))
    raise ForbiddenError(
        f"{actor.name} may not {permission.value} as {actor.role.label}: that takes the role"
        f" {MINIMUM[permission].label}. Ask {able}."
    )


def _one(role: Role) -> str:
    return f"an {role.label}" if role.label.startswith("a") else f"a {role.label}"
