"""Work plans and their tasks: look at them, answer what they ask."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane
from warroom.model.plan import PlanKind, TaskRecord
from warroom.services.ports.store import AskedMark, AskedQuery
from warroom.web.api.incidents import Cursor, Limit
from warroom.web.api_route import ApiRoute
from warroom.web.asked import Asked
from warroom.web.cursor import read, written
from warroom.web.plan_details import task_details
from warroom.web.security import Asking, Served
from warroom.web.shapes import person_task_json, plan_json, whole_plan_json
from warroom.web.words import moment_named

router = APIRouter(tags=["work plans"], route_class=ApiRoute)


class Reply(Asked):
    """An answer: the choice where there are some, a comment, and a form's answers by the questions' ids.

    Of a request for approval, `form` names the arguments with which it is approved instead.
    """

    choice: str = Field(default="", max_length=1000)
    comment: str = Field(default="", max_length=100_000)
    form: dict[str, Json] | None = None


@router.get("/incidents/{incident_id}/plans", operation_id="list_plans")
async def list_plans(
    incident_id: str,
    actor: Asking,
    app: Served,
    typed: Annotated[bool, Query(description="With the plans of typed commands.")] = False,
) -> JsonObject:
    """List the incident's work plans with their tasks, oldest first."""
    incident = await app.incidents.get(IncidentId(incident_id), actor)
    plans = await app.plans.of_incident(incident.id, actor)
    shown = [plan for plan in plans if typed or plan.kind is not PlanKind.COMMAND]
    return {"items": [plan_json(*await app.plans.show(plan.id, actor)) for plan in shown]}


@router.get("/plans/{plan_id}", operation_id="get_plan")
async def get_plan(plan_id: str, actor: Asking, app: Served) -> JsonObject:
    """Give a work plan with its tasks and inputs."""
    return whole_plan_json(*await app.plans.show(PlanId(plan_id), actor))


@router.get("/plans/{plan_id}/tasks/{key:path}", operation_id="get_task")
async def get_task(plan_id: str, key: str, actor: Asking, app: Served) -> JsonObject:
    """Give a task: inputs, entries, error, timings, attempts; why it waits, since when, what next, who can end it."""
    return await task_details(app, PlanId(plan_id), TaskKey(key), actor)


@router.post("/plans/{plan_id}/tasks/{key:path}/answer", operation_id="answer_task")
async def answer_task(plan_id: str, key: str, body: Reply, actor: Asking, app: Served) -> JsonObject:
    """Answer a waiting task; the first answer counts, a second one is refused."""
    plan = await app.plans.answer(PlanId(plan_id), TaskKey(key), body.choice, body.comment, actor, body.form)
    app.conductor.start_soon(plan.id, Lane.ANSWERED)
    return {"plan": plan.id, "task": key, "incident": plan.incident}


@router.get("/tasks", operation_id="list_tasks")
async def list_tasks(
    actor: Asking,
    app: Served,
    incident: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> JsonObject:
    """List what waits for a person, over all incidents or of one, oldest first."""
    query = AskedQuery(
        incident=IncidentId(incident) if incident else None, limit=limit, after=mark_of(cursor) if cursor else None
    )
    found = await app.plans.waiting_for_people(actor, query)
    return {
        "items": [person_task_json(plan, task) for plan, task in found],
        "cursor": cursor_of(found[-1][1]) if len(found) == limit else None,
    }


def cursor_of(task: TaskRecord) -> str:
    """Write the place of a task that waits as a word that only we need to understand."""
    assert task.wait is not None  # it is one of those that are listed
    return written(task.wait.since.isoformat(), task.plan, task.key)


def mark_of(cursor: str) -> AskedMark:
    """Read what `cursor_of` wrote."""

    def place(since: str, plan: str, key: str) -> AskedMark:
        return AskedMark(since=moment_named(since), plan=PlanId(plan), key=TaskKey(key))

    return read(cursor, place)
