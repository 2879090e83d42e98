from datetime import UTC, datetime

import pytest

from warroom.doors.answer import json_of
from warroom.doors.waits import REASONS, explained, wait_of
from warroom.model.ids import PlanId, TaskKey
from warroom.model.plan import TaskRecord, TaskState, Wait, WaitKind
from warroom.testing.clock import START

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def a_task(wait: Wait | None = None) -> TaskRecord:
    return TaskRecord(plan=PlanId("p1"), key=TaskKey("5"), name="Ask", state=TaskState.WAITING, wait=wait)


@pytest.mark.parametrize("kind", WaitKind)
def test_every_kind_of_wait_is_explained(kind: WaitKind) -> None:
    said = explained(a_task(Wait(kind=kind, since=NOW)))
    assert said is not None
    assert all((said.why, said.next, said.who, said.since))


@pytest.mark.parametrize("kind", WaitKind)
def test_a_role_is_named_where_a_person_is_needed(kind: WaitKind) -> None:
    said = explained(a_task(Wait(kind=kind, since=NOW)))
    assert said is not None
    assert ("responder" in said.who) is (REASONS[kind].needs is not None)


def test_a_task_that_does_not_wait_has_nothing_to_explain() -> None:
    assert explained(a_task(None)) is None


def test_a_waiting_task_says_for_what() -> None:
    wait = Wait(kind=WaitKind.PERSON, since=START, data={"question": "Isolate?", "options": ["yes", "no"], "x": "y"})
    assert json_of(wait_of(a_task(wait=wait))) == {
        "kind": "person", "since": START.isoformat(), "wake_at": None, "question": "Isolate?", "options": ["yes", "no"],
        "has_form": False,
    }  # fmt: skip
    assert wait_of(a_task()) is None


def test_a_request_for_approval_says_what_who_why_and_until_when() -> None:
    shown = {
        "command": "isolate", "instances": ["lab-1"], "args": {"endpoint": "A"}, "targets": ["A"], "why": "it is many",
        "asked_by": "bob", "digest": "c0ffee",
    }  # fmt: skip
    wait = Wait(kind=WaitKind.APPROVAL, since=START, deadline=START, data={"request": shown, "sealed": "s"})
    said = json_of(wait_of(a_task(wait=wait)))
    assert said is not None
    assert said["request"] == {**{key: shown[key] for key in shown if key != "digest"}, "expires": START.isoformat()}
    assert "sealed" not in str(said)
