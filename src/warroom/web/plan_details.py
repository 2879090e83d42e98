"""Everything about one task of a work plan, gathered for whoever asks what became of it."""

from warroom.model.errors import NotFoundError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import JsonObject
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import ActionQuery, EntryQuery
from warroom.web.shapes import audit_json, entry_json, task_json
from warroom.web.waits import wait_json

ENTRIES_LOOKED_AT = 2000
ACTIONS_LOOKED_AT = 500


async def task_details(app: App, plan: PlanId, key: TaskKey, actor: Actor) -> JsonObject:
    """Give a task with its entries and its actions; raises NotFoundError when the plan has not come to it."""
    record, tasks = await app.plans.show(plan, actor)
    task = next((item for item in tasks if item.key == key), None)
    if task is None:
        raise NotFoundError(f"Plan {plan} has not come to a task {key}. Look at the plan's tasks.")
    entries = await app.war_room.find(EntryQuery(incident=record.incident, limit=ENTRIES_LOOKED_AT), actor)
    actions = await app.audit.list(ActionQuery(incident=record.incident, limit=ACTIONS_LOOKED_AT), actor)
    return {
        **task_json(task),
        "plan": plan,
        "incident": record.incident,
        "playbook": record.frame.name,
        "attempts": task.attempts,
        "started": task.started.isoformat() if task.started else None,
        "finished": task.finished.isoformat() if task.finished else None,
        "inputs": dict(task.inputs),
        "sub_playbook": task.frame.name if task.frame else "",
        "waits_for": wait_json(task),
        "entries": [entry_json(entry) for entry in entries if (entry.plan, entry.task) == (plan, key)],
        "actions": [audit_json(row) for row in actions if row.plan == plan and _is_of(row.task, key)],
    }


def _is_of(done: TaskKey, key: TaskKey) -> bool:
    """Whether an action is the task's own or one that its script called ("5@1").

    >>> _is_of(TaskKey("5@1"), TaskKey("5")), _is_of(TaskKey("51"), TaskKey("5"))
    (True, False)
    """
    return done == key or done.startswith(f"{key}@")
