from dataclasses import replace
from typing import Any

import pytest

from tests.web.graph.sketch import book, task
from warroom.content.playbook import Task, TaskKind
from warroom.content.value import Case
from warroom.model.plan import Frame, TaskRecord, TaskState, Wait, WaitKind
from warroom.testing.clock import START
from warroom.testing.samples import a_task
from warroom.web.graph.appearance import (
    SAID,
    URGENCY,
    Appearance,
    Flow,
    Kind,
    active,
    appearance_of,
    flow_of,
    kind_of,
    states_of,
)
from warroom.web.graph.route import Edge


def waiting(kind: WaitKind, key: str = "1") -> TaskRecord:
    return a_task(key, state=TaskState.WAITING, wait=Wait(kind=kind, since=START))


def with_frame(key: str, turn: int = -1) -> TaskRecord:
    return a_task(key, frame=Frame(playbook="c", name="c", content="", turn=turn))


@pytest.mark.parametrize(
    ("record", "appearance"),
    [
        (None, Appearance.PENDING),
        (a_task(state=TaskState.NOT_STARTED), Appearance.PENDING),
        (a_task(state=TaskState.IN_PROGRESS), Appearance.RUNNING),
        (a_task(state=TaskState.COMPLETED), Appearance.COMPLETED),
        (a_task(state=TaskState.ERROR), Appearance.ERROR),
        (a_task(state=TaskState.SKIPPED), Appearance.SKIPPED),
        (a_task(state=TaskState.BLOCKED), Appearance.BLOCKED),
        (waiting(WaitKind.POLL), Appearance.WAITING),
        (waiting(WaitKind.RETRY), Appearance.WAITING),
        (waiting(WaitKind.LOOP), Appearance.WAITING),
        (waiting(WaitKind.PERSON), Appearance.NEEDS_PERSON),
        (waiting(WaitKind.UNKNOWN), Appearance.NEEDS_PERSON),
    ],
)
def test_a_task_looks_like_what_it_does(record: TaskRecord | None, appearance: Appearance) -> None:
    assert appearance_of(record) is appearance


def test_every_look_can_be_said_and_what_is_urgent_is_under_way() -> None:
    assert set(SAID) == set(Appearance)
    assert URGENCY[0] is Appearance.NEEDS_PERSON


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"kind": TaskKind.START}, Kind.START),
        ({"kind": TaskKind.TITLE}, Kind.TITLE),
        ({"kind": TaskKind.PLAYBOOK}, Kind.PLAYBOOK),
        ({"kind": TaskKind.COLLECTION}, Kind.COLLECTION),
        ({"is_command": True}, Kind.COMMAND),
        ({}, Kind.SCRIPT),
        ({"script": ""}, Kind.PERSON),
        ({"kind": TaskKind.CONDITION, "script": ""}, Kind.DECISION),
        ({"kind": TaskKind.CONDITION, "script": "", "cases": (Case(label="yes", condition=()),)}, Kind.CONDITION),
        ({"kind": TaskKind.CONDITION}, Kind.CONDITION),
    ],
)
def test_a_card_tells_what_kind_of_task_it_is(changes: dict[str, Any], kind: Kind) -> None:
    plain: Task = task("1")
    assert kind_of(replace(plain, **changes)) is kind


def test_what_lies_behind_an_error_is_blocked_and_other_branches_are_not() -> None:
    plan = book(task("0", none="1 2"), task("1", none="3"), task("2", none="4"), task("3"), task("4"))
    records = {"0": a_task("0", state=TaskState.COMPLETED), "1": a_task("1", state=TaskState.ERROR)}
    appearances = {task_id: state.appearance for task_id, state in states_of(plan, records).items()}
    assert appearances == {
        "0": Appearance.COMPLETED,
        "1": Appearance.ERROR,
        "2": Appearance.PENDING,
        "3": Appearance.BLOCKED,
        "4": Appearance.PENDING,
    }


def test_a_sub_playbook_shows_that_a_person_is_waited_for_inside() -> None:
    plan = book(task("5", TaskKind.PLAYBOOK), task("6", TaskKind.PLAYBOOK))
    records = {
        "5": with_frame("5", turn=3),
        "5#3/2": with_frame("5#3/2"),
        "5#3/2/1": waiting(WaitKind.PERSON, "5#3/2/1"),
        "6": with_frame("6"),
        "6/1": waiting(WaitKind.POLL, "6/1"),
    }
    states = states_of(plan, records)
    assert (states["5"].appearance, states["5"].frame) == (Appearance.NEEDS_PERSON, "5#3/")
    assert (states["6"].appearance, states["6"].frame) == (Appearance.RUNNING, "6/")


def test_a_frame_shows_its_own_tasks_only() -> None:
    child = book(task("1"), task("2"))
    records = {
        "1": a_task("1", state=TaskState.ERROR),
        "5/1": a_task("5/1", state=TaskState.COMPLETED),
        "5#1/2": a_task("5#1/2"),
    }
    states = states_of(child, records, "5/")
    assert {task_id: state.appearance for task_id, state in states.items()} == {
        "1": Appearance.COMPLETED,
        "2": Appearance.PENDING,
    }


@pytest.mark.parametrize(
    ("record", "flows"),
    [
        (None, (Flow.OPEN, Flow.OPEN, Flow.OPEN)),
        (a_task(state=TaskState.IN_PROGRESS), (Flow.OPEN, Flow.OPEN, Flow.OPEN)),
        (a_task(state=TaskState.ERROR), (Flow.OPEN, Flow.OPEN, Flow.OPEN)),
        (a_task(state=TaskState.SKIPPED), (Flow.DEAD, Flow.DEAD, Flow.DEAD)),
        (a_task(state=TaskState.COMPLETED, branch="YES"), (Flow.TAKEN, Flow.DEAD, Flow.DEAD)),
        (a_task(state=TaskState.COMPLETED, branch="what?"), (Flow.DEAD, Flow.TAKEN, Flow.DEAD)),
        (a_task(state=TaskState.COMPLETED, branch="#error#"), (Flow.DEAD, Flow.DEAD, Flow.TAKEN)),
    ],
)
def test_an_edge_shows_whether_the_plan_went_along_it(record: TaskRecord | None, flows: tuple[Flow, ...]) -> None:
    condition = task("1", TaskKind.CONDITION, yes="2", default="3", error="4")
    edges = [Edge("1", label, to) for label, targets in condition.next.items() for to in targets]
    assert tuple(flow_of(edge, condition, record) for edge in edges) == flows


def test_a_person_is_looked_at_before_an_error_and_that_before_what_runs() -> None:
    plan = book(task("1"), task("2"), task("3"), task("4"))
    records = {
        "1": a_task("1", state=TaskState.COMPLETED),
        "2": a_task("2"),
        "3": a_task("3", state=TaskState.ERROR),
        "4": waiting(WaitKind.PERSON, "4"),
    }
    assert active(states_of(plan, records)) == "4"
    assert active(states_of(plan, {key: records[key] for key in "123"})) == "3"
    assert active(states_of(plan, {key: records[key] for key in "12"})) == "2"
    assert active(states_of(plan, {})) == ""


def test_an_error_that_the_playbook_deals_with_is_said() -> None:
    state = states_of(
        book(task("1", error="2"), task("2")), {"1": a_task("1", state=TaskState.COMPLETED, branch="#error#")}
    )["1"]
    assert state.has_failed_over
    assert state.said == "completed by its error path"
