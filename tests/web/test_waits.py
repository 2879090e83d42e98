from datetime import UTC, datetime

import pytest

from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import TaskRecord, TaskState, Wait, WaitKind
from warroom.web.waits import REASONS, wait_json

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def a_task(wait: Wait | None) -> TaskRecord:
    return TaskRecord(plan=PlanId("p1"), key=TaskKey("5"), name="Ask", state=TaskState.WAITING, wait=wait)


@pytest.mark.parametrize("kind", WaitKind)
def test_every_kind_of_wait_is_explained(kind: WaitKind) -> None:
    said = wait_json(a_task(Wait(kind=kind, since=NOW)))
    assert said is not None
    assert all(said[key] for key in ("why", "next", "who", "since"))


@pytest.mark.parametrize("kind", WaitKind)
def test_a_role_is_named_where_a_person_is_needed(kind: WaitKind) -> None:
    said = wait_json(a_task(Wait(kind=kind, since=NOW)))
    assert said is not None
    assert ("responder" in said["who"]) is (REASONS[kind].needs is not None)


def test_a_task_that_does_not_wait_has_nothing_to_explain() -> None:
    assert wait_json(a_task(None)) is None
