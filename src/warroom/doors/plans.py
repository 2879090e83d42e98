"""Work plans: those of an incident, and one with its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked
from warroom.doors.operation import reads
from warroom.doors.waits import WaitShown, wait_of
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import PlanKind, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission


class PlanList(Asked):
    """The plans of which incident."""

    incident: str
    typed: bool = Field(default=False, description="With the plans of typed commands.")


class OnePlan(Asked):
    """Which work plan."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskShown:
    """A task of a work plan; `seconds` is how long it took, once it has ended."""

    id: TaskKey
    name: str
    state: TaskState
    branch: str
    seconds: float | None
    error: str
    waits_for: WaitShown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShown:
    """A work plan with its tasks in the order in which they started."""

    plan: PlanId
    incident: IncidentId
    kind: PlanKind
    playbook: str
    state: PlanState
    error: str
    tasks: Sequence[TaskShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePlan(PlanShown):
    """A work plan with what it was started with, when and by whom."""

    playbook_id: str
    inputs: Mapping[str, Json]
    created: datetime
    finished: datetime | None
    started_by: str


def task_of(task: TaskRecord) -> TaskShown:
    """Shape a task."""
    seconds = (task.ended - task.started).total_seconds() if task.ended and task.started else None
    return shaped(TaskShown, task, id=task.key, seconds=seconds, waits_for=wait_of(task))


def plan_of(plan: PlanRecord, tasks: Sequence[TaskRecord]) -> WholePlan:
    """Shape a work plan with its tasks in the order in which they started."""
    started = sorted((task for task in tasks if task.started), key=lambda task: (task.started, task.key))
    rest = sorted((task for task in tasks if not task.started), key=lambda task: task.key)
    return shaped(
        WholePlan,
        plan,
        plan=plan.id,
        playbook=plan.frame.name,
        playbook_id=plan.frame.playbook,
        inputs=plan.frame.inputs,
        finished=plan.ended,
        tasks=[task_of(task) for task in (*started, *rest)],
    )


async def plan_now(app: App, plan: PlanId, actor: Actor) -> WholePlan:
    """Return a plan in its present state."""
    return plan_of(*await app.plans.show(plan, actor))


async def plans_on(app: App, incident: IncidentId, actor: Actor, *, typed: bool = False) -> list[PlanShown]:
    """Return the work plans of an incident with their tasks, oldest first; those of typed commands where wanted."""
    plans = await app.plans.of_incident(incident, actor)
    shown = [plan for plan in plans if typed or plan.kind is not PlanKind.COMMAND]
    return [shaped(PlanShown, await plan_now(app, plan.id, actor)) for plan in shown]


@reads("plan.list", Permission.SEE, NotFoundError)
async def list_plans(app: App, asked: PlanList, actor: Actor) -> list[PlanShown]:
    """List the incident's work plans with their tasks, oldest first."""
    incident = await app.incidents.get(IncidentId(asked.incident), actor)
    return await plans_on(app, incident.id, actor, typed=asked.typed)


@reads("plan.show", Permission.SEE, NotFoundError)
async def show_plan(app: App, asked: OnePlan, actor: Actor) -> WholePlan:
    """Return a work plan with its tasks and inputs."""
    return await plan_now(app, PlanId(asked.plan), actor)
