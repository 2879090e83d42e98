"""Values as JSON for people and programs; the command line's contract (design 5) is written here."""

from warroom.content.pack import Pack
from warroom.content.playbook import Playbook, TaskKind
from warroom.model.entry import Entry
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.plan import PlanRecord, TaskRecord

QUIET_KINDS = frozenset({TaskKind.START, TaskKind.TITLE})


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
        "actor": entry.actor,
        "command": entry.command,
        "instance": entry.instance,
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


def instance_json(instance: IntegrationInstance) -> JsonObject:
    """Shape an instance; of its secrets only the names."""
    return {
        "id": instance.id,
        "name": instance.name,
        "integration": instance.integration,
        "enabled": instance.enabled,
        "fetch": instance.fetch,
        "params": dict(instance.params),
        "secrets": sorted(instance.secrets),
    }


def playbook_json(playbook: Playbook) -> JsonObject:
    return {
        "id": playbook.id,
        "name": playbook.name,
        "description": playbook.description,
        "inputs": [
            {"key": item.key, "required": item.required, "description": item.description} for item in playbook.inputs
        ],
        "outputs": [item.context_path for item in playbook.outputs],
        "tasks": sum(task.kind not in QUIET_KINDS for task in playbook.tasks.values()),
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
