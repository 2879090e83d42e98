"""Values as JSON for people and programs; the command line's contract (design 5) is written here."""

from warroom.content.heading import Brief, brief_of
from warroom.content.integration import Integration, ParamKind
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.model.codec import picked
from warroom.model.custody import CustodyEvent, Restriction
from warroom.model.entry import Entry
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import JsonObject
from warroom.model.plan import PlanRecord, TaskRecord, Wait
from warroom.model.user import ApiKey, Session, User
from warroom.services.audit import AuditRow
from warroom.services.exporting import Exported
from warroom.services.fetching import Health
from warroom.services.instances import Trial
from warroom.services.mirroring.mirroring import Mirrored, MirrorHealth
from warroom.services.sealing.check import Verdict
from warroom.services.users import Person


def entry_json(entry: Entry, location: str = "") -> JsonObject:
    """Shape an entry; `type` 4 is an error."""
    file = entry.file and {**picked(entry.file, "name", "size", "md5", "sha1", "sha256"), "path": location}
    return {
        **picked(entry, "id", "type", "format", "contents", "human_readable", "context"),
        "file": file,
        "deleted": entry.deleted and picked(entry.deleted, "by", "at", "reason"),
        **picked(entry, "incident", "created", "modified", "actor", "command", "instance", "plan", "task"),
        **picked(entry, "note", "tags", "trace", "log"),
    }


def custody_json(event: CustodyEvent) -> JsonObject:
    return {**picked(event, "sequence", "at", "actor"), **event.custody.as_json(), "incident": event.custody.incident}


def restriction_json(restriction: Restriction | None) -> JsonObject:
    """Shape for whom evidence is: nobody named means whoever's role is enough."""
    if restriction is None:
        return {"people": [], "by": "", "at": None, "reason": ""}
    return {"people": list(restriction.people), **picked(restriction, "by", "at", "reason")}


def exported_json(exported: Exported) -> JsonObject:
    return {
        **picked(exported, "incident", "items", "of", "root", "key", "damaged", "deleted"),
        "time_stamp": exported.is_stamped,
        "no_time_stamp": exported.unstamped,
    }


def verdict_json(verdict: Verdict) -> JsonObject:
    """Shape a check of the sealed log; `head` is what somebody may write down: number and hash of the last seal."""
    return {
        "whole": verdict.is_whole,
        **picked(verdict, "events", "seals", "unsealed", "removed", "more"),
        "problems": list(verdict.problems),
        "head": f"{verdict.head[0]}:{verdict.head[1]}" if verdict.head else None,
    }


def incident_json(incident: Incident) -> JsonObject:
    return {
        **picked(incident, "id", "name", "type", "severity", "status", "owner", "occurred", "created", "playbook"),
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
        **picked(incident, "labels", "modified", "closed", "close_notes"),
    }


def task_json(task: TaskRecord) -> JsonObject:
    seconds = (task.finished - task.started).total_seconds() if task.finished and task.started else None
    return {
        "id": task.key,
        **picked(task, "name", "state", "branch"),
        "seconds": seconds,
        "error": task.error,
        "waits_for": waits_for(task),
    }


def waits_for(task: TaskRecord) -> JsonObject | None:
    """Say why a task waits, since when, and what ends it."""
    if task.wait is None:
        return None
    return {
        **picked(task.wait, "kind", "since", "wake_at"),
        "question": task.wait.data.get("question"),
        "options": task.wait.data.get("options"),
        "has_form": bool(task.wait.data.get("form")),
        **({"request": request} if (request := request_json(task.wait)) else {}),
        **({"approves": approves} if (approves := task.wait.data.get("approves")) else {}),
    }


def request_json(wait: Wait) -> JsonObject | None:
    """Shape a request for approval: what would be done where, on what, why a person is asked, who wants it."""
    shown = wait.data.get("request")
    if not shown:
        return None
    return {
        **{name: shown[name] for name in ("command", "instances", "args", "targets", "why", "asked_by")},
        "expires": wait.deadline.isoformat() if wait.deadline else None,
    }


def plan_json(plan: PlanRecord, tasks: list[TaskRecord]) -> JsonObject:
    """Shape a work plan with its tasks in the order in which they started."""
    begun = sorted((task for task in tasks if task.started), key=lambda task: (task.started, task.key))
    rest = sorted((task for task in tasks if not task.started), key=lambda task: task.key)
    return {
        "plan": plan.id,
        **picked(plan, "incident", "kind"),
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
        **picked(plan, "created", "finished", "started_by"),
    }


def instance_json(
    instance: IntegrationInstance, health: Health | None = None, mirroring: MirrorHealth | None = None
) -> JsonObject:
    """Shape an instance; of its secrets only the names."""
    return {
        "last_fetch": health and picked(health, "at", "incidents", "error"),
        "last_mirroring": mirroring and {**picked(mirroring, "at"), **mirrored_json(mirroring.mirrored)},
        **picked(instance, "id", "name", "integration", "enabled", "fetch", "params", "local_origins"),
        "secrets": sorted(instance.secrets),
    }


def mirrored_json(mirrored: Mirrored) -> JsonObject:
    return picked(mirrored, "sent", "received", "error")


def trial_json(name: str, trial: Trial) -> JsonObject:
    return {"name": name, "ok": trial.is_ok, **picked(trial, "answer", "trace", "log")}


def playbook_json(playbook: Brief) -> JsonObject:
    return {
        **picked(playbook, "id", "name", "description"),
        "inputs": [picked(item, "key", "required", "description") for item in playbook.inputs],
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
                **picked(task, "id", "name", "kind"),
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
                "user_name": param.kind == ParamKind.CREDENTIALS and not param.hidden_username,
            }
            for param in integration.params
        ],
    }


def audit_json(row: AuditRow) -> JsonObject:
    return {
        **picked(row, "incident", "plan", "playbook", "task", "attempt", "command", "actor", "started_by"),
        **picked(row, "approved_by", "target", "began", "done", "failed", "refused", "answer"),
        "approval": row.approval and picked(row.approval, "by", "at", "reason", "instances", "changed"),
    }


def person_json(person: Person) -> JsonObject:
    return {**picked(person, "name", "display_name"), "role": person.role.label}


def user_json(user: User) -> JsonObject:
    """Shape a user; nothing of the password but how often it failed since it was right."""
    return {
        **picked(user, "name", "display_name", "mail"),
        "role": user.role.label,
        "disabled": user.disabled,
        **picked(user, "failures", "failing_since", "failing_from", "created"),
    }


def session_json(session: Session) -> JsonObject:
    return picked(session, "id", "user", "client", "created", "last_seen", "expires")


def key_json(key: ApiKey) -> JsonObject:
    """Shape an API key; of its secret only the first letters."""
    return {
        **picked(key, "id", "name"),
        "role": key.role.label,
        **picked(key, "prefix", "created", "created_by", "expires", "disabled", "last_used"),
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
