from datetime import UTC, datetime, timedelta

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.playbook import Playbook
from warroom.content.read_playbook import read_playbook_text
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Frame, PlanRecord, TaskRecord, TaskState
from warroom.services.commands.library import Library
from warroom.testing.store import MemoryStore
from warroom.web.graph.appearance import Appearance
from warroom.web.graph.svg import Drawings
from warroom.web.pages.plan_view import PlanView, Progress, Wish, plan_view, prefix_of, progress

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PARENT = """
id: Parent
version: -1
name: Parent
starttaskid: '0'
tasks:
  '0': {id: '0', taskid: s, type: start, task: {id: s, name: ''}, nexttasks: {'#none#': ['1']}}
  '1': {id: '1', taskid: a, type: playbook, task: {id: a, name: Look inside, playbookName: Child},
        nexttasks: {'#none#': ['2']}}
  '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Tell, script: Print}}
"""
CHILD = """
id: Child
version: -1
name: Child
starttaskid: '0'
tasks:
  '0': {id: '0', taskid: s, type: start, task: {id: s, name: ''}, nexttasks: {'#none#': ['1']}}
  '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Wait for somebody}}
"""


def frame(playbook: Playbook, turn: int = -1) -> Frame:
    return Frame(playbook=playbook.id, name=playbook.name, content=playbook.sha256, turn=turn)


def record(key: str, name: str, state: TaskState, *, within: Frame | None = None, second: int = 0) -> TaskRecord:
    started = NOON + timedelta(seconds=second)
    ended = started + timedelta(seconds=2) if state is TaskState.COMPLETED else None
    return TaskRecord(
        plan=PlanId("p"), key=TaskKey(key), name=name, state=state, started=started, ended=ended, frame=within
    )


parent = read_playbook_text(PARENT, "parent")
child = read_playbook_text(CHILD, "child")
RUNNING = [
    record("0", "", TaskState.COMPLETED),
    record("1", "Look inside", TaskState.IN_PROGRESS, within=frame(child), second=1),
    record("1/0", "", TaskState.COMPLETED, second=2),
    record("1/1", "Wait for somebody", TaskState.IN_PROGRESS, second=3),
]


async def view(wish: Wish, tasks: list[TaskRecord] = RUNNING) -> PlanView:
    library = Library(Catalogue([]), MemoryStore())
    for playbook in (parent, child):
        await library.pin(playbook)
    plan = PlanRecord(id=PlanId("p"), incident=IncidentId("7"), frame=frame(parent), created=NOON)
    return await plan_view(library, Drawings(), plan, tasks, wish)


async def test_following_opens_what_is_under_way_and_looks_at_the_task_inside() -> None:
    seen = await view(Wish())
    assert seen.opened == ("1/",)
    assert seen.active == "1/1"
    assert [(row.key, row.depth) for row in seen.rows] == [("0", 0), ("1", 0), ("1/0", 1), ("1/1", 1), ("2", 0)]


async def test_what_a_reader_has_closed_stays_closed() -> None:
    seen = await view(Wish(closed=frozenset({"1/"})))
    assert seen.opened == ()
    assert 'data-task="1/1"' not in seen.svg


async def test_without_following_only_what_was_opened_is_open() -> None:
    assert (await view(Wish(follow=False))).opened == ()
    assert (await view(Wish(follow=False, opened=frozenset({"1/"})))).opened == ("1/",)


async def test_the_list_counts_the_plans_own_tasks() -> None:
    seen = await view(Wish())
    assert (seen.progress.passed, seen.progress.total) == (0, 2)
    assert [row.took for row in seen.rows[:2]] == ["2.0 s", ""]
    assert seen.rows[3].appearance is Appearance.RUNNING
    assert seen.rows[0].name == "Start"


@pytest.mark.parametrize(("turn", "prefix"), [(-1, "1/"), (2, "1#2/")])
def test_the_turn_of_a_loop_is_part_of_the_prefix(turn: int, prefix: str) -> None:
    assert prefix_of(record("1", "", TaskState.IN_PROGRESS, within=frame(child, turn))) == prefix


def test_progress_leaves_titles_and_what_is_inside_out() -> None:
    tasks = [*RUNNING, record("2", "Tell", TaskState.SKIPPED)]
    assert progress(parent, tasks) == Progress(passed=1, skipped=1, total=2)
