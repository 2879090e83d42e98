"""Live view of a demo: incidents as they arrive, and the tasks of the active playbook."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from warroom.cli.output import STATE_STYLES, console
from warroom.cli.printable import printable
from warroom.model.plan import ENDED, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.plans.preparing import started_name
from warroom.services.ports.store import IncidentQuery

REFRESH_SECONDS = 0.1
EVIDENCE = "Collect Evidence"  # in the name of the playbook that the demo is about
BRANCHES = {"#none#": "", "#default#": "no", "#error#": "error"}


async def watch(app: App, *, quiet: bool) -> None:
    """Show what happens until every incident's plan has ended."""
    if quiet:
        await _until_ended(app)
        return
    with Live(console=console(), refresh_per_second=10, transient=False) as live:
        over = False
        while not over:
            plans = await all_plans(app)
            over = bool(plans) and all(map(_has_settled, plans))
            live.update(_picture(plans, await _story(app, plans)))
            await _something(app)


async def all_plans(app: App) -> list[PlanRecord]:
    """Return the plans of all incidents."""
    incidents = await app.incidents.find(IncidentQuery(limit=1000), SYSTEM)
    return [plan for incident in incidents for plan in await app.store.plans(incident.id)]


async def _until_ended(app: App) -> None:
    while not (plans := await all_plans(app)) or not all(map(_has_settled, plans)):
        await _something(app)


def _has_settled(plan: PlanRecord) -> bool:
    """Whether a plan has ended, or waits for a person, whom the demo does not have."""
    return plan.state in ENDED or (plan.state is PlanState.WAITING and plan.wake_at is None)


async def _something(app: App) -> None:
    """Wait for the next commit, or a moment."""
    listener = app.journal.listen()
    try:
        async with asyncio.timeout(REFRESH_SECONDS):
            await listener.wait()
    except TimeoutError:
        return
    finally:
        app.journal.unlisten(listener)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The part of a plan that the view shows: a playbook's own tasks, without those of its sub-playbooks."""

    plan: PlanRecord
    playbook: str
    tasks: Sequence[TaskRecord]


async def _story(app: App, plans: Sequence[PlanRecord]) -> Story | None:
    """Find the playbook that saves evidence, with its steps; until it has begun, the plan that has done most."""
    evidence: Story | None = None
    most: Story | None = None
    for plan in plans:
        tasks = [task for task in await app.store.tasks(plan.id) if task.state is not TaskState.SKIPPED]
        for prefix, frame in [("", plan.frame), *((f"{task.key}/", task.frame) for task in tasks if task.frame)]:
            own = [task for task in tasks if task.key.rpartition("/")[0] == prefix.removesuffix("/")]
            story = Story(plan=plan, playbook=started_name(frame.name), tasks=own)
            if EVIDENCE in frame.name and (evidence is None or len(own) > len(evidence.tasks)):
                evidence = story
            if not prefix and (most is None or len(own) > len(most.tasks)):
                most = story
    return evidence or most


def _picture(plans: Sequence[PlanRecord], story: Story | None) -> Group:
    over = sum(plan.state in ENDED for plan in plans)
    head = Text(f"Incidents made of alerts: {len(plans)}; playbooks that have ended: {over}")
    if story is None:
        return Group(head)
    table = Table(title=f"Incident {story.plan.incident}: {printable(story.playbook)}", title_justify="left")
    for column in ("task", "state", "branch", "seconds"):
        table.add_column(column)
    for task in sorted(story.tasks, key=lambda task: (task.started or story.plan.created, task.key)):
        if task.name:
            table.add_row(*_row(task))
    return Group(head, table)


def _row(task: TaskRecord) -> tuple[Text, Text, Text, Text]:
    seconds = f"{(task.ended - task.started).total_seconds():.2f}" if task.ended and task.started else ""
    return (
        Text(printable(task.name)),
        Text(task.state.value, style=STATE_STYLES.get(task.state.value, "")),
        Text(printable(BRANCHES.get(task.branch, task.branch))),
        Text(seconds),
    )
