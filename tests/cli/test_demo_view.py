from dataclasses import replace
from io import StringIO
from types import SimpleNamespace
from typing import Any, cast

from rich.console import Console

from warroom.cli.demo_view import _has_settled, _picture, _story
from warroom.model.ids import PlanId
from warroom.model.plan import Frame, PlanRecord, PlanState, TaskState
from warroom.services.app import App
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, some_changes
from warroom.testing.store import MemoryStore

EVIDENCE = Frame(playbook="e", name="Vision One - Credential Dumping - Collect Evidence", content="e")


ROUTER = Frame(playbook="r", name="Vision One - Alert Router", content="r")


def routed(name: str = "p1", incident: int = 1) -> PlanRecord:
    return a_plan(name, incident, frame=ROUTER)


async def told(*plans: PlanRecord, **tasks: Any) -> App:
    store = MemoryStore()
    await store.commit(some_changes(plans=plans, tasks=[task for rows in tasks.values() for task in rows]))
    return cast("App", SimpleNamespace(store=store))


async def test_the_playbook_that_saves_evidence_is_followed_wherever_it_runs() -> None:
    rows = [
        a_task("1", name="Route"),
        a_task("2", name="Save", frame=EVIDENCE),
        a_task("2/8", name="Collect"),
        a_task("2/11/1", name="Look"),
        a_task("2/9", name="Skipped", state=TaskState.SKIPPED),
    ]
    busy = [a_task(str(number), plan="p2", name="Other") for number in range(9)]
    app = await told(routed(), routed("p2", 2), rows=rows, busy=busy)
    story = await _story(app, [routed("p2", 2), routed()])
    assert story is not None
    assert story.plan.id == PlanId("p1")
    assert [task.name for task in story.tasks] == ["Collect"]


async def test_its_steps_are_shown_by_the_name_that_a_person_starts() -> None:
    rows = [
        a_task("2", name="Save", frame=EVIDENCE),
        a_task("2/1", name="Save it", frame=replace(EVIDENCE, name=f"{EVIDENCE.name} - Steps")),
        a_task("2/1/2", name="Which endpoints are they?"),
        a_task("2/1/8", name="Collect"),
    ]
    story = await _story(await told(routed(), rows=rows), [routed()])
    assert story is not None
    assert story.playbook == EVIDENCE.name
    assert [task.name for task in story.tasks] == ["Which endpoints are they?", "Collect"]


async def test_until_it_has_begun_the_busiest_plan_is_shown() -> None:
    app = await told(routed(), routed("p2", 2), rows=[a_task("1", plan="p2", name="Other")])
    story = await _story(app, [routed(), routed("p2", 2)])
    assert story is not None
    assert story.plan.id == PlanId("p2")


async def test_the_picture_names_tasks_and_branches_and_lets_no_name_steer_the_terminal() -> None:
    done = a_task("1", name="Is it\x1b[2J?", state=TaskState.COMPLETED, branch="#default#", started=START, ended=START)
    app = await told(routed(), rows=[done])
    out = StringIO()
    Console(file=out, width=100).print(_picture([routed()], await _story(app, [routed()])))
    assert "Incidents made of alerts: 1; playbooks that have ended: 0" in out.getvalue()
    assert "Is it[2J?" in out.getvalue()
    assert " no " in out.getvalue()


def test_a_plan_has_settled_when_it_has_ended_or_waits_for_a_person() -> None:
    waits = replace(routed(), state=PlanState.WAITING)
    assert _has_settled(replace(routed(), state=PlanState.FAILED))
    assert _has_settled(waits)
    assert not _has_settled(replace(waits, wake_at=START))
    assert not _has_settled(routed())
