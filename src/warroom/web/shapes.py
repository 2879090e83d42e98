"""Values as JSON for people and programs; the command line's contract (design 5) is written here."""

from dataclasses import asdict
from datetime import datetime

from warroom.content.heading import Brief, brief_of
from warroom.content.integration import Integration
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.model.entry import Entry
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.plan import PlanRecord, TaskRecord
from warroom.model.user import ApiKey, Session, User
from warroom.services.audit import AuditRow
from warroom.services.fetching import Health
from warroom.services.instances import CREDENTIALS
from warroom.services.mirroring.mirroring import MirrorHealth
from warroom.services.users import Person


def entry_json(entry: Entry, location: str = "") -> JsonObject:
    """Shape an entry; `type` 4 is an error."""
    return {
        "id": entry.id,
        "type": entry.type.value,
        "format": entry.format.value,
        "contents": entry.contents,
        "human_readable": entry.human_readable,
        "context": dict(entry.context),
        "file": {
            "name": entry.file.name,
            "size": entry.file.size,
            "md5": entry.file.md5,
            "sha1": entry.file.sha1,
            "sha256": entry.file.sha256,
            "path": location,
        }
        if entry.file
        else None,
        "incident": entry.incident,
        "created": entry.created.isoformat(),
        "modified": entry.modified and entry.modified.isoformat(),
        "actor": entry.actor,
        "command": entry.command,
        "instance": entry.instance,
        "plan": entry.plan,
        "task": entry.task,
        "note": entry.note,
        "tags": list(entry.tags),
    }


def incident_json(incident: Incident) -> JsonObject:
    return {
        "id": incident.id,
        "name": incident.name,
        "type": incident.type,
        "severity": incident.severity.value,
        "status": incident.status.value,
        "owner": incident.owner,
        "occurred": incident.occurred.isoformat(),
        "created": incident.created.isoformat(),
        "playbook": incident.playbook,
        "source": incident.source_instance,
        "mirror_id": incident.mirror.id if incident.mirror else "",
        "close_reason": incident.close_reason,
    }


def whole_incident_json(incident: Incident) -> JsonObject:
    """Shape an incident with everything but its context."""
    return {
        **incident_json(incident),
        "details": incident.details,
        "fields": dict(incident.custom_fields),
        "labels": [{"type": label.type, "value": label.value} for label in incident.labels],
        "modified": incident.modified.isoformat(),
        "closed": incident.closed.isoformat() if incident.closed else None,
        "close_notes": incident.close_notes,
    }


def task_json(task: TaskRecord) -> JsonObject:
    seconds = (task.finished - task.started).total_seconds() if task.finished and task.started else None
    return {
        "id": task.key,
        "name": task.name,
        "state": task.state.value,
        "branch": task.branch,
        "seconds": seconds,
        "error": task.error,
        "waits_for": waits_for(task),
    }


def waits_for(task: TaskRecord) -> JsonObject | None:
    """Say why a task waits, since when, and what ends it."""
    if task.wait is None:
        return None
    return {
        "kind": task.wait.kind.value,
        "since": task.wait.since.isoformat(),
        "wake_at": task.wait.wake_at.isoformat() if task.wait.wake_at else None,
        "question": task.wait.data.get("question"),
        "options": task.wait.data.get("options"),
        "has_form": bool(task.wait.data.get("form")),
    }


def plan_json(plan: PlanRecord, tasks: list[TaskRecord]) -> JsonObject:
    """Shape a work plan with its tasks in the order in which they started."""
    begun = sorted((task for task in tasks if task.started), key=lambda task: (task.started, task.key))
    rest = sorted((task for task in tasks if not task.started), key=lambda task: task.key)
    return {
        "plan": plan.id,
        "incident": plan.incident,
        "playbook": plan.frame.name,
        "state": plan.state.value,
        "error": plan.error,
        "tasks": [task_json(task) for task in (*begun, *rest)],
    }


def person_task_json(plan: PlanRecord, task: TaskRecord) -> JsonObject:
    """Shape a task that waits for a person, with the form that it asks."""
    return {
        "plan": plan.id,
        "task": task.key,
        "incident": plan.incident,
        "playbook": plan.frame.name,
        "name": task.name,
        **(waits_for(task) or {}),
        "form": task.wait.data.get("form") if task.wait else None,
    }


def whole_plan_json(plan: PlanRecord, tasks: list[TaskRecord]) -> JsonObject:
    """Shape a work plan with what a page about it shows."""
    return {
        **plan_json(plan, tasks),
        "playbook_id": plan.frame.playbook,
        "inputs": dict(plan.frame.inputs),
        "created": plan.created.isoformat(),
        "finished": plan.finished.isoformat() if plan.finished else None,
        "started_by": plan.started_by,
    }


def instance_json(
    instance: IntegrationInstance, health: Health | None = None, mirroring: MirrorHealth | None = None
) -> JsonObject:
    """Shape an instance; of its secrets only the names."""
    return {
        "last_fetch": {"at": health.at.isoformat(), "incidents": health.incidents, "error": health.error}
        if health
        else None,
        "last_mirroring": {"at": mirroring.at.isoformat(), **asdict(mirroring.mirrored)} if mirroring else None,
        "id": instance.id,
        "name": instance.name,
        "integration": instance.integration,
        "enabled": instance.enabled,
        "fetch": instance.fetch,
        "params": dict(instance.params),
        "secrets": sorted(instance.secrets),
    }


def playbook_json(playbook: Brief) -> JsonObject:
    return {
        "id": playbook.id,
        "name": playbook.name,
        "description": playbook.description,
        "inputs": [
            {"key": item.key, "required": item.required, "description": item.description} for item in playbook.inputs
        ],
        "outputs": list(playbook.outputs),
        "tasks": playbook.tasks,
    }


def whole_playbook_json(playbook: Playbook) -> JsonObject:
    """Shape a playbook with its tasks and what they call."""
    return {
        **playbook_json(brief_of(playbook)),
        "outputs": [{"path": item.context_path, "description": item.description} for item in playbook.outputs],
        "tasks": [
            {
                "id": task.id,
                "name": task.name,
                "kind": task.kind.value,
                "command": task.script,
                "playbook": task.playbook,
                "next": {label: list(ids) for label, ids in task.next.items()},
            }
            for task in playbook.tasks.values()
        ],
    }


def integration_json(integration: Integration) -> JsonObject:
    """Shape an integration with what a form for an instance of it asks."""
    return {
        "id": integration.id,
        "name": integration.display or integration.name,
        "description": integration.description,
        "help": integration.detailed_description,
        "category": integration.category,
        "can_fetch": integration.can_fetch,
        "commands": sorted(integration.commands),
        "params": [
            {
                "name": param.name,
                "label": param.display or param.name,
                "kind": param.kind,
                "required": param.required,
                "default": param.default_value,
                "options": list(param.options),
                "secret": param.is_secret,
                "hidden": param.hidden,
                "user_name": param.kind == CREDENTIALS and not param.hidden_username,
            }
            for param in integration.params
        ],
    }


def audit_json(row: AuditRow) -> JsonObject:
    return {
        "incident": row.incident,
        "plan": row.plan,
        "playbook": row.playbook,
        "task": row.task,
        "attempt": row.attempt,
        "command": row.command,
        "actor": row.actor,
        "started_by": row.started_by,
        "approved_by": list(row.approved_by),
        "target": dict(row.target),
        "began": row.began.isoformat(),
        "done": row.done.isoformat() if row.done else None,
        "failed": row.failed,
        "answer": row.answer,
    }


def person_json(person: Person) -> JsonObject:
    return {"name": person.name, "display_name": person.display_name, "role": person.role.label}


def user_json(user: User, now: datetime) -> JsonObject:
    """Shape a user; nothing of the password."""
    return {
        "name": user.name,
        "display_name": user.display_name,
        "role": user.role.label,
        "disabled": user.disabled,
        "locked": bool(user.locked_until and now < user.locked_until),
        "created": user.created.isoformat(),
    }


def session_json(session: Session) -> JsonObject:
    return {
        "id": session.id,
        "user": session.user,
        "client": session.client,
        "created": session.created.isoformat(),
        "last_seen": session.last_seen.isoformat(),
        "expires": session.expires.isoformat(),
    }


def key_json(key: ApiKey) -> JsonObject:
    """Shape an API key; of its secret only the first letters."""
    return {
        "id": key.id,
        "name": key.name,
        "role": key.role.label,
        "prefix": key.prefix,
        "created": key.created.isoformat(),
        "created_by": key.created_by,
        "expires": key.expires.isoformat() if key.expires else None,
        "disabled": key.disabled,
        "last_used": key.last_used.isoformat() if key.last_used else None,
    }


def pack_json(pack: Pack) -> JsonObject:
    return {
        "id": pack.id,
        "name": pack.name,
        "version": pack.version,
        "path": str(pack.path),
        "integrations": sorted(pack.integrations),
        "scripts": sorted(pack.scripts),
        "playbooks": sorted(pack.playbooks),
        "incident_types": sorted(pack.incident_types),
    }
