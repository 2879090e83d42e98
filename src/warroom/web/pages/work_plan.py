"""The Work Plan tab's fragments: the picture with its task list, and the panel of one task."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from warroom.content.playbook import Playbook, Task
from warroom.doors.waits import explained
from warroom.model.border import laid_out
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import PlanKind, PlanRecord, PlanState, TaskRecord
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.ports.store import ActionQuery, EntryQuery
from warroom.web.graph.appearance import SAID as APPEARANCE_WORDS
from warroom.web.graph.appearance import Kind, appearance_of, kind_of
from warroom.web.graph.svg import Drawings
from warroom.web.pages.page import bare
from warroom.web.pages.plan_view import SAID, Wish, plan_view, prefix_of
from warroom.web.pages.question import Question, for_reader, question_of
from warroom.web.pages.said import said_of
from warroom.web.pages.text import lasting, one_line, plain, spent
from warroom.web.security import Asking, Served

router = APIRouter()
DRAWINGS = Drawings()  # of playbook texts by their hashes, so that it is right for every data folder

ENTRIES_LOOKED_AT = 2000
ACTIONS_LOOKED_AT = 500
LONGEST_VALUE = 3000

Prefixes = Annotated[list[str], Query(max_length=200)]


@router.get("/fragments/incidents/{incident_id}/plan")
async def plan(  # noqa: PLR0913, PLR0917  # one parameter for each part of what a reader wants
    incident_id: str,
    request: Request,
    actor: Asking,
    app: Served,
    plan: str = "",
    open: Prefixes = [],  # noqa: A002, B006  # the parameter's name; FastAPI copies defaults
    closed: Prefixes = [],  # noqa: B006
    follow: bool = True,
) -> HTMLResponse:
    """Draw one of the incident's plans: the one asked for, else the newest playbook's."""
    plans = await app.plans.of_incident(IncidentId(incident_id), actor)
    chosen = _chosen(plans, plan)
    data: dict[str, Any] = {"actor": actor, "plans": [_named(each) for each in reversed(plans)], "view": None}
    if chosen:
        shown, tasks = await app.plans.show(chosen.id, actor)
        wish = Wish(opened=frozenset(open), closed=frozenset(closed), follow=follow)
        data["view"] = await plan_view(app.library, DRAWINGS, shown, tasks, wish)
        data["said"] = SAID[shown.state]
        data["is_open"] = shown.state in {PlanState.IN_PROGRESS, PlanState.WAITING}
        data["words"] = APPEARANCE_WORDS
    return bare(request, "incident/plan.html", data)


@router.get("/fragments/plans/{plan_id}/tasks/{key:path}")
async def task(plan_id: str, key: str, request: Request, actor: Asking, app: Served) -> HTMLResponse:
    """Return the details of one task, also of one that has not started."""
    data = await task_view(app, PlanId(plan_id), TaskKey(key), actor)
    return bare(request, "incident/task.html", {"actor": actor, **data})


def _chosen(plans: list[PlanRecord], wanted: str) -> PlanRecord | None:
    named = [plan for plan in plans if plan.id == wanted]
    playbooks = [plan for plan in plans if plan.kind is not PlanKind.COMMAND]
    return next(iter((*named, *reversed(playbooks), *reversed(plans))), None)


def _named(plan: PlanRecord) -> dict[str, Any]:
    return {
        "id": plan.id,
        "name": one_line(plan.frame.name, 100),
        "said": SAID[plan.state],
        "created": plan.created,
        "is_typed": plan.kind is PlanKind.COMMAND,
    }


async def task_view(app: App, plan_id: PlanId, key: TaskKey, actor: Actor) -> dict[str, Any]:
    """Gather what the panel shows: the task, its inputs, its results, and why it waits."""
    plan, tasks = await app.plans.show(plan_id, actor)
    records = {str(each.key): each for each in tasks}
    record = records.get(key)
    definition = await _definition(app, plan, records, key)
    appearance = appearance_of(record)
    return {
        "plan": plan,
        "key": key,
        "record": record,
        "task": definition,
        "name": one_line((record.name if record else "") or (definition.name if definition else "") or "Start"),
        "kind": kind_of(definition) if definition else None,
        "kind_words": KINDS,
        "appearance": appearance,
        "said": APPEARANCE_WORDS[appearance],
        "took": spent(record.started, record.ended) if record else "",
        "inputs": [(one_line(name), _value(value)) for name, value in (record.inputs if record else {}).items()],
        "frame": prefix_of(record) if record and record.frame else "",
        "wait": explained(record) if record else None,
        "waited": lasting(app.clock.now() - record.wait.since) if record and record.wait else "",
        "wake_at": record.wait.wake_at if record and record.wait else None,
        "question": await _question(app, plan, record, actor) if record else None,
        **await _traces(app, plan, key, actor),
        "value": _value,
    }


async def _question(app: App, plan: PlanRecord, record: TaskRecord, actor: Actor) -> Question | None:
    question = question_of(plan, record)
    return await for_reader(app, plan, record, question, actor) if question else None


async def _traces(app: App, plan: PlanRecord, key: TaskKey, actor: Actor) -> dict[str, Any]:
    """Return the entries and the actions that came of a task."""
    entries = await app.war_room.find(EntryQuery(incident=plan.incident, limit=ENTRIES_LOOKED_AT), actor)
    actions = await app.audit.list(ActionQuery(incident=plan.incident, limit=ACTIONS_LOOKED_AT), actor)
    own = said_of([entry for entry in entries if (entry.plan, entry.task) == (plan.id, key)])
    return {
        "entries": own,
        "outputs": [(one_line(path), _value(value)) for each in own for path, value in each.entry.context.items()],
        "actions": [row for row in actions if row.plan == plan.id and row.task.partition("@")[0] == key],
    }


KINDS = {
    Kind.START: "Start",
    Kind.TITLE: "Section",
    Kind.COMMAND: "Command",
    Kind.SCRIPT: "Script",
    Kind.CONDITION: "Condition",
    Kind.DECISION: "Decision by a person",
    Kind.PERSON: "Task for a person",
    Kind.PLAYBOOK: "Sub-playbook",
    Kind.COLLECTION: "Form for a person",
}


async def _definition(app: App, plan: PlanRecord, records: dict[str, TaskRecord], key: str) -> Task | None:
    """Find what the playbook says about a task, through the sub-playbooks on its way."""
    playbook: Playbook = await app.library.of(plan)
    *way, last = key.split("/")
    passed = ""
    for step in way:
        above = records.get(passed + step.partition("#")[0])
        if above is None or above.frame is None:
            return None
        playbook = await app.library.pinned(above.frame)
        passed += f"{step}/"
    return playbook.tasks.get(last)


def _value(value: Json) -> str:
    if isinstance(value, str):
        return plain(value, LONGEST_VALUE)
    return plain(laid_out(value, indent=1), LONGEST_VALUE)
