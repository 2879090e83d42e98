from hypothesis import given
from hypothesis import strategies as st

from tests.playbook.transcript import Drive, playbook, task
from warroom.content.playbook import OnError, Playbook, Task, TaskKind
from warroom.model.plan import PlanState, TaskState
from warroom.playbook import (
    Command,
    FinishPlan,
    PlanStarted,
    StartTask,
    TaskDone,
    TaskFailed,
    TaskReopened,
    TaskUnavailable,
    WorkPlan,
    advance,
    blocked,
    pending,
)

COMPLETED = FinishPlan(PlanState.COMPLETED)
FAILED = FinishPlan(PlanState.FAILED)
CONDITION = TaskKind.CONDITION
TITLE = TaskKind.TITLE


def test_a_no_goes_straight_to_the_end() -> None:
    book = playbook(task("dump?", CONDITION, yes="collect", no="end"), task("collect", none="end"), task("end", TITLE))
    Drive(book) << [StartTask("dump?")] >> TaskDone("dump?", "no") << [COMPLETED]


def test_end_waits_for_both_branches() -> None:
    book = playbook(task("a", none="b c"), task("b", none="end"), task("c", none="end"), task("end"))
    drive = Drive(book) << [StartTask("a")] >> TaskDone("a") << [StartTask("b"), StartTask("c")]
    drive >> TaskDone("c") << [] >> TaskDone("b") << [StartTask("end")] >> TaskDone("end") << [COMPLETED]


def test_a_skipped_branch_does_not_drag_the_shared_end_with_it() -> None:
    book = playbook(
        task("q", CONDITION, yes="b", no="c"), task("b", none="end"), task("c", none="end"), task("end", none="")
    )
    drive = Drive(book) >> TaskDone("q", "no") << [StartTask("c")] >> TaskDone("c") << [StartTask("end")]
    assert drive.plan.marks["b"].state is TaskState.SKIPPED


def test_a_condition_without_a_matching_label_ends_the_branch_quietly() -> None:
    book = playbook(task("q", CONDITION, yes="b"), task("b"))
    drive = Drive(book) >> TaskDone("q", "perhaps") << [COMPLETED]
    assert drive.plan.marks["b"].state is TaskState.SKIPPED


def test_a_label_in_another_case_is_the_same_label() -> None:
    book = playbook(task("q", CONDITION, Yes="b", default="c"), task("b"), task("c"))
    Drive(book) >> TaskDone("q", "yes") << [StartTask("b")]


def test_an_event_seen_before_changes_nothing() -> None:
    book = playbook(task("a", none="b"), task("b"))
    drive = Drive(book) >> TaskDone("a") << [StartTask("b")]
    plan = drive.plan
    drive >> TaskDone("a") << [] >> PlanStarted() << []
    assert drive.plan == plan


def test_an_error_stops_its_branch_and_no_other() -> None:
    book = playbook(task("a", none="b c"), task("b", none="d"), task("c", none="e"), task("d"), task("e"))
    drive = Drive(book) >> TaskDone("a") >> TaskFailed("b") << [] >> TaskDone("c") << [StartTask("e")]
    drive >> TaskDone("e") << [FAILED]
    assert blocked(book, drive.plan) == ["d"]


def test_an_error_path_is_taken_instead_of_the_normal_one() -> None:
    book = playbook(task("a", on_error=OnError.ERROR_PATH, none="b", error="c"), task("b"), task("c"))
    Drive(book) >> TaskFailed("a") << [StartTask("c")] >> TaskDone("c") << [COMPLETED]


def test_continue_on_error_goes_on_as_if_nothing_had_happened() -> None:
    book = playbook(task("a", on_error=OnError.CONTINUE, none="b"), task("b"))
    Drive(book) >> TaskFailed("a") << [StartTask("b")]


def test_a_condition_in_error_does_not_take_its_default() -> None:
    book = playbook(task("q", CONDITION, OnError.ERROR_PATH, yes="b", default="c"), task("b"), task("c"))
    Drive(book) >> TaskFailed("q") << [COMPLETED]


def test_an_unavailable_task_takes_its_branch_with_it() -> None:
    book = playbook(task("a", none="b"), task("b"))
    Drive(book) >> TaskUnavailable("a") << [COMPLETED]


def test_a_reopened_task_runs_again_and_the_plan_goes_on() -> None:
    book = playbook(task("a", none="b"), task("b"))
    drive = Drive(book) >> TaskFailed("a") << [FAILED] >> TaskReopened("a") << [StartTask("a")]
    drive >> TaskDone("a") << [StartTask("b")] >> TaskDone("b") << [COMPLETED]


def test_only_a_task_in_error_can_be_reopened() -> None:
    book = playbook(task("a", none="b"), task("b"))
    Drive(book) >> TaskDone("a") >> TaskReopened("a") << []


def test_pending_names_what_was_started_and_not_finished() -> None:
    book = playbook(task("a", none="b c"), task("b"), task("c"))
    drive = Drive(book) >> TaskDone("a") >> TaskDone("b")
    assert pending(drive.plan) == ["c"]


@st.composite
def acyclic_playbooks(draw: st.DrawFn) -> Playbook:
    """Random graphs whose edges only go to higher numbers; half of the tasks are conditions."""
    count = draw(st.integers(1, 9))
    tasks = []
    for number in range(1, count + 1):
        later = st.lists(st.integers(number + 1, count).map(str), max_size=3, unique=True) if number < count else None
        kind = draw(st.sampled_from([TaskKind.REGULAR, CONDITION, TITLE]))
        labels = ["yes", "#default#"] if kind is CONDITION else ["#none#"]
        edges = {label: tuple(draw(later)) for label in labels} if later is not None else {}
        tasks.append(Task(id=str(number), kind=kind, name=str(number), next=edges))
    return playbook(*tasks)


def play(book: Playbook, choose: st.DataObject, branch: dict[str, str]) -> tuple[WorkPlan, list[str], int]:
    """Run a playbook to its end, finishing started tasks in an order that hypothesis picks."""
    plan, asked = advance(book, WorkPlan(), PlanStarted())
    running: list[str] = []
    started: list[str] = []
    finished = 0
    while True:
        running += _started(asked)
        started += _started(asked)
        finished += sum(isinstance(command, FinishPlan) for command in asked)
        if not running:
            return plan, started, finished
        task_id = running.pop(choose.draw(st.integers(0, len(running) - 1)))
        plan, asked = advance(book, plan, TaskDone(task_id, branch[task_id]))


def _started(asked: list[Command]) -> list[str]:
    return [command.task_id for command in asked if isinstance(command, StartTask)]


@given(acyclic_playbooks(), st.data())
def test_no_task_starts_twice_and_the_plan_always_finishes_the_same(book: Playbook, data: st.DataObject) -> None:
    branch = {
        node.id: data.draw(st.sampled_from(["yes", "no"])) if node.kind is CONDITION else "#none#"
        for node in book.tasks.values()
    }
    first, started, finished = play(book, data, branch)
    second, again, _ = play(book, data, branch)
    assert len(started) == len(set(started))
    assert finished == 1
    assert set(started) == set(again)
    assert first == second
