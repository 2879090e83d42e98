from datetime import UTC, datetime
from typing import Any

from tests.web.clients import Clients
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Frame, PlanRecord, TaskRecord, TaskState, Wait, WaitKind
from warroom.model.user import SYSTEM
from warroom.services.ports.store import AskedQuery
from warroom.web.pages.question import choices_of, question_of, waiting_questions

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = PlanRecord(
    id=PlanId("p"), incident=IncidentId("7"), frame=Frame(playbook="Ask", name="Ask", content=""), created=NOW
)


def waiting(kind: WaitKind = WaitKind.PERSON, **data: Any) -> TaskRecord:
    return TaskRecord(
        plan=PLAN.id,
        key=TaskKey("1"),
        name="Isolate it?",
        state=TaskState.WAITING,
        wait=Wait(kind=kind, since=NOW, data=data),
    )


def test_a_task_that_waits_for_a_time_asks_nobody() -> None:
    assert question_of(PLAN, waiting(WaitKind.POLL)) is None


def test_a_question_that_only_repeats_the_name_is_said_once() -> None:
    question = question_of(PLAN, waiting(question="Isolate it?", options=["yes", "no"]))
    assert question is not None
    assert not question.text
    assert [(choice.value, choice.is_refusal) for choice in question.choices] == [("yes", False), ("no", True)]


def test_every_type_of_question_has_its_input() -> None:
    types = ("shortText", "longText", "number", "singleSelect", "multiSelect", "date", "unheard-of")
    form = {"questions": [{"id": str(at), "label": name, "type": name} for at, name in enumerate(types)]}
    question = question_of(PLAN, waiting(form=form))
    assert question is not None
    assert [item.kind for item in question.inputs] == ["text", "area", "number", "one", "several", "date", "text"]
    assert [choice.label for choice in question.choices] == ["Send the answers"]


def test_what_a_question_says_too_is_said_once() -> None:
    form = {"description": "Isolate FIN-1.", "questions": [{"id": "0", "label": "Isolate FIN-1. Shall it be done?"}]}
    question = question_of(PLAN, waiting(form=form))
    assert question is not None
    assert not question.description


def test_doubt_about_an_action_is_marked() -> None:
    question = question_of(PLAN, waiting(WaitKind.UNKNOWN, options=["it happened", "run it again"]))
    assert question is not None
    assert question.is_doubt


def test_a_task_without_options_is_simply_done() -> None:
    assert [(choice.value, choice.label) for choice in choices_of([])] == [("", "Done")]


REQUEST = {
    "command": "isolate", "instances": ["lab-1"], "targets": ["FIN-7 (G1)"], "why": "it has 6 targets",
    "asked_by": "bob",
    "args": {"endpoint": ["G1"], "reason": "a\nb", "password": "\u2022" * 6, "host": "FIN-7"},
}  # fmt: skip


def test_a_request_shows_what_would_be_done_and_which_of_it_may_be_changed() -> None:
    question = question_of(
        PLAN, waiting(WaitKind.APPROVAL, question="x", options=["Approve", "Reject"], request=REQUEST)
    )
    assert question is not None
    assert question.requested is not None
    assert (question.requested.targets, question.requested.asked_by) == (("FIN-7 (G1)",), "bob")
    assert dict(question.requested.args)["endpoint"] == '["G1"]'
    assert [(item.id, item.kind, item.value) for item in question.changes] == [
        ("reason", "area", "a\nb"), ("host", "text", "FIN-7")
    ]  # fmt: skip
    assert question.needs_reason
    assert [choice.is_refusal for choice in question.choices] == [False, True]


def test_an_expired_request_is_shown_and_nothing_of_it_is_changed() -> None:
    question = question_of(
        PLAN, waiting(WaitKind.EXPIRED, question="x", options=["ask again", "drop it"], request=REQUEST)
    )
    assert question is not None
    assert question.requested is not None
    assert not question.needs_reason
    assert question.changes == ()


def test_a_form_shows_what_it_would_approve() -> None:
    wanted = {"commands": ["isolate"], "targets": ["A", "B"]}
    question = question_of(PLAN, waiting(form={"questions": []}, approves=wanted))
    assert question is not None
    assert question.requested is not None
    assert (question.requested.command, question.requested.targets) == ("isolate", ("A", "B"))


async def test_questions_of_one_incident_leave_the_others_out(clients: Clients) -> None:
    asked, other = await clients.incident("Asked"), await clients.incident("Other")
    await clients.done(await clients.responder.post(f"/api/v1/incidents/{asked}/playbooks", json={"name": "Ask"}))
    assert [question.incident_name for question in await waiting_questions(clients.app, SYSTEM)] == ["Asked"]
    assert await waiting_questions(clients.app, SYSTEM, AskedQuery(incident=IncidentId(other))) == []
