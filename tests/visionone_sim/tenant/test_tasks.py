from datetime import UTC, datetime, timedelta

import pytest

from visionone_sim.settings import NORMAL
from visionone_sim.tenant.targets import EndpointTarget
from visionone_sim.tenant.tasks import Action, Outcome, ResponseTask, TaskBook, TaskError

FILE_NOT_FOUND = TaskError(code="FileNotFound", message="It is gone.")
START = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
TARGET = EndpointTarget(agent_guid="g1", endpoint_name="FIN-LT-042")


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def task(book: TaskBook, action: Action = "isolate", created: datetime = START) -> ResponseTask:
    return ResponseTask(
        id=book.next_id(),
        action=action,
        target=TARGET,
        description=None,
        account="soc-bot",
        created=created,
        timeline=NORMAL,
    )


@pytest.mark.parametrize(
    ("age", "status", "since"),
    [(0, "queued", 0), (1.9, "queued", 0), (2, "running", 2), (4.9, "running", 2), (5, "succeeded", 5)],
)
def test_the_table_says_the_status_of_each_moment(age: float, status: str, since: float) -> None:
    seen = task(TaskBook())
    assert seen.status(after(age)) == status
    assert seen.last_action(after(age)) == after(since)


def test_ids_count_up_in_eight_digits() -> None:
    book = TaskBook()
    book.add(task(book))
    assert (list(book), book.next_id()) == (["00000001"], "00000002")


def test_each_end_is_told_once_and_in_its_order() -> None:
    book = TaskBook()
    late, early = book.add(task(book, created=after(3))), book.add(task(book))
    assert book.settle(after(4)) == []
    assert book.settle(after(60)) == [early, late]
    assert book.settle(after(61)) == []


def test_a_prepared_outcome_is_for_the_next_task_of_its_action_only() -> None:
    book = TaskBook()
    book.expect(Outcome(action="isolate", timeline=((0, "failed"),), error=FILE_NOT_FOUND))
    assert book.add(task(book, "restoreIsolate")).timeline == NORMAL
    assert book.add(task(book)).status(START) == "failed"
    assert book.add(task(book)).timeline == NORMAL


def test_a_task_goes_by_differently_from_the_moment_it_is_told_to() -> None:
    book = TaskBook()
    first = book.add(task(book))
    changed = book.replan(first.id, ((0, "running"), (10, "failed")), after(3), FILE_NOT_FOUND)
    assert [changed.status(after(age)) for age in (1, 2.5, 3, 12.9, 13)] == [
        "queued", "running", "running", "running", "failed",
    ]  # fmt: skip


def test_what_has_ended_stays_so() -> None:
    book = TaskBook()
    first = book.add(task(book))
    with pytest.raises(ValueError, match="has ended as succeeded"):
        book.replan(first.id, NORMAL, after(5))


def test_a_twin_is_a_task_with_the_same_action_and_target_that_has_not_ended() -> None:
    book = TaskBook()
    first = book.add(task(book))
    assert book.running_twin_of("isolate", TARGET, after(4)) == first
    assert book.running_twin_of("isolate", TARGET, after(5)) is None
    assert book.running_twin_of("restoreIsolate", TARGET, after(4)) is None


def test_tasks_can_be_counted_from_another_number() -> None:
    book = TaskBook()
    book.count_from(100_001)
    ids = [book.add(task(book, action)).id for action in ("isolate", "collectFile")]
    assert ids == ["00100001", "00100002"]
