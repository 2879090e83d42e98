from datetime import UTC, datetime
from typing import Any

from tests.web.desk import Desk
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


async def test_questions_of_one_incident_leave_the_others_out(desk: Desk) -> None:
    asked, other = await desk.incident("Asked"), await desk.incident("Other")
    await desk.done(await desk.responder.post(f"/api/v1/incidents/{asked}/playbooks", json={"name": "Ask"}))
    assert [question.incident_name for question in await waiting_questions(desk.app, SYSTEM)] == ["Asked"]
    assert await waiting_questions(desk.app, SYSTEM, AskedQuery(incident=IncidentId(other))) == []
