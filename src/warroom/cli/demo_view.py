"""Watching a demo: incidents as they come, and the tasks of the playbook that has something to do, live."""

import asyncio
from collections.abc import Sequence

from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from warroom.cli.output import STATE_STYLES, console, printable
from warroom.model.plan import PlanRecord, PlanState, TaskRecord, TaskState
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.ports.store import IncidentQuery

ENDED = frozenset({PlanState.COMPLETED, PlanState.FAILED})
REFRESH_SECONDS = 0.1


async def watch(app: App, *, quiet: bool) -> None:
    """Show what happens until every incident's plan has ended."""
    if quiet:
        await _until_over(app)
        return
    with Live(console=console(), refresh_per_second=10, transient=False) as live:
        over = False
        while not over:
            plans = await all_plans(app)
            over = bool(plans) and all(plan.state in ENDED for plan in plans)
            busiest, tasks = await _busiest(app, plans)
            live.update(_picture(plans, busiest, tasks))
            await _something(app)


async def all_plans(app: App) -> list[PlanRecord]:
    """Give the plans of all incidents."""
    incidents = await app.incidents.find(IncidentQuery(limit=1000), SYSTEM)
    return [plan for incident in incidents for plan in await app.store.plans(incident.id)]


async def _until_over(app: App) -> None:
    while not (plans := await all_plans(app)) or any(plan.state not in ENDED for plan in plans):
        await _something(app)


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


async def _busiest(app: App, plans: Sequence[PlanRecord]) -> tuple[PlanRecord | None, list[TaskRecord]]:
    """Find the plan that has done most: the one whose alert was credential dumping."""
    busiest: PlanRecord | None = None
    most: list[TaskRecord] = []
    for plan in plans:
        done = [task for task in await app.store.tasks(plan.id) if task.state is not TaskState.SKIPPED]
        if len(done) > len(most):
            busiest, most = plan, done
    return busiest, most


def _picture(plans: Sequence[PlanRecord], busiest: PlanRecord | None, tasks: Sequence[TaskRecord]) -> Group:
    over = sum(plan.state in ENDED for plan in plans)
    head = Text(f"{len(plans)} alerts became incidents; {over} playbooks have ended")
    if busiest is None:
        return Group(head)
    table = Table(title=f"Incident {busiest.incident}: {printable(busiest.frame.name)}", title_justify="left")
    for column in ("task", "state", "branch", "seconds"):
        table.add_column(column)
    for task in sorted(tasks, key=lambda task: (task.started or busiest.created, task.key)):
        if task.name:
            table.add_row(*_row(task))
    return Group(head, table)


def _row(task: TaskRecord) -> tuple[Text, Text, Text, Text]:
    seconds = f"{(task.finished - task.started).total_seconds():.2f}" if task.finished and task.started else ""
    return (
        Text(printable(task.name)),
        Text(task.state.value, style=STATE_STYLES.get(task.state.value, "")),
        Text(printable(task.branch.replace("#none#", ""))),
        Text(seconds),
    )
