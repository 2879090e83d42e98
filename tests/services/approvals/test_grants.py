"""A form that says what it asks for approves that in advance, for one action of its plan."""

import json
from dataclasses import replace

import pytest

from tests.services.approvals.approval_world import BOB, EVE, ApprovalWorld, approval_world
from tests.services.world import playbook
from warroom.content.integration import Argument
from warroom.content.playbook import Playbook
from warroom.model.errors import ForbiddenError
from warroom.model.ids import TaskKey
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord, PlanState
from warroom.model.user import Actor, Role
from warroom.services.approvals.grants import covers, decision_of, declared_in
from warroom.services.approvals.request import ExactAction
from warroom.services.approvals.rules import Rules

ALWAYS = Rules(commands=("isolate", "wipe"))
FORM: JsonObject = {
    "title": "Approval",
    "questions": [
        {"id": "0", "type": "singleSelect", "required": True, "labelarg": {"simple": "Shall it be done?"},
         "optionsarg": [{"simple": "Approve"}, {"simple": "Reject"}]},
        {"id": "1", "type": "longText", "required": True, "labelarg": {"simple": "Why?"}},
    ],
}  # fmt: skip
ASK = {
    "id": "1", "taskid": "a", "type": "collection", "task": {"id": "a", "name": "Approve or reject"}, "form": FORM,
}  # fmt: skip


def asking(form: JsonObject = FORM, **inputs: Json) -> Playbook:
    """A playbook that only asks, as Vision One - Ask for Approval does."""
    given = {"Command": None, "Targets": None, "Proposal": None, **inputs}
    return playbook(f"'1': {json.dumps({**ASK, 'form': form})}", "Ask", inputs=given)


def _isolate(number: str, endpoint: str, following: list[str], command: str = "isolate") -> JsonObject:
    return {
        "id": number, "taskid": number, "type": "regular",
        "task": {"id": number, "name": command, "script": f"Lab|||{command}"},
        "scriptarguments": {"endpoint": {"simple": endpoint}, "description": {"simple": "Because 1, 2, and 3."}},
        "nexttasks": {"#none#": following},
    }  # fmt: skip


def responding(*acts: str, command: str = "isolate", declared: str = "isolate", targets: str = "A,B") -> Playbook:
    """A playbook that asks for the declared command and targets, then acts on these endpoints one after the other."""
    return playbook(responding_text(*acts, command=command, declared=declared, targets=targets), "Contain")


def responding_text(*acts: str, command: str = "isolate", declared: str = "isolate", targets: str = "A,B") -> str:
    """Write the tasks of such a playbook, one a line."""
    arguments = {"Command": {"simple": declared}, "Targets": {"simple": targets}} if declared else {}
    ask = {
        "id": "1", "taskid": "1", "type": "playbook", "separatecontext": True,
        "task": {"id": "1", "name": "May it?", "playbookName": "Ask"},
        "scriptarguments": arguments, "nexttasks": {"#none#": ["2"]},
    }  # fmt: skip
    nodes = [ask] + [
        _isolate(str(number), endpoint, [str(number + 1)] if number < len(acts) + 1 else [], command)
        for number, endpoint in enumerate(acts, 2)
    ]
    return "\n".join(f"'{node['id']}': {json.dumps(node)}" for node in nodes)


async def approved(
    book: Playbook, *, rules: Rules = ALWAYS, choice: str = "Approve"
) -> tuple[ApprovalWorld, PlanRecord]:
    """Start a playbook and answer its form."""
    approvals = await approval_world(rules=rules, playbooks=[asking()])
    plan = await approvals.started(book)
    await answer_form(approvals, plan, choice)
    return approvals, plan


async def answer_form(approvals: ApprovalWorld, plan: PlanRecord, choice: str = "Approve", actor: Actor = EVE) -> None:
    form: dict[str, Json] = {"0": choice, "1": "It spreads."}
    await approvals.world.plans.answer(plan.id, TaskKey("1/1"), "", "", actor, form)
    await approvals.driven(plan.id)


async def test_what_a_form_declares_is_approved_with_it() -> None:
    approvals, plan = await approved(responding("A,B"))
    assert approvals.product.endpoints == ["A,B"]
    (intent,) = await approvals.world.store.intents(plan.id)
    assert intent.approved is not None
    assert (intent.approved.by, intent.approved.reason, intent.approved.key) == ("eve", "It spreads.", "1/1")
    assert intent.approved.instances == ("lab-1",)
    said = [str(text) for text in await approvals.world.said()]
    assert said[0] == "eve answered 'Approve or reject'. Approved in advance: isolate on A, B. It spreads."


async def test_what_a_form_rejects_is_told_with_why() -> None:
    approvals, _ = await approved(responding("A,B"), choice="Reject")
    assert approvals.product.endpoints == []
    said = [str(text) for text in await approvals.world.said()]
    assert said[0] == "eve answered 'Approve or reject'. Shall it be done? Reject. Why? It spreads."


async def test_a_form_lets_one_action_pass_and_the_next_one_is_asked_for() -> None:
    approvals, _ = await approved(responding("A", "B"))
    assert approvals.product.endpoints == ["A"]
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert approvals.product.endpoints == ["A", "B"]


@pytest.mark.parametrize(
    "book",
    [
        responding("A,B,C"),
        responding("C"),
        responding("A", declared="wipe"),
        responding("A", declared=""),
        responding("A", command="wipe"),
        responding("A", targets="A and others"),
        responding("A", targets="*"),
    ],
)
async def test_what_a_form_does_not_declare_is_only_a_question(book: Playbook) -> None:
    approvals, _ = await approved(book)
    assert approvals.product.asked == []
    assert len(await approvals.requests()) == 1


async def test_a_rejection_approves_nothing() -> None:
    approvals, _ = await approved(responding("A"), choice="Reject")
    assert approvals.product.asked == []
    assert len(await approvals.requests()) == 1


async def test_a_form_that_declares_several_commands_lets_each_of_them_pass_once() -> None:
    isolate, wipe, again = (
        json.loads(responding_text("A", command=name).splitlines()[1].partition(": ")[2])
        for name in ("isolate", "wipe", "wipe")
    )
    isolate["nexttasks"] = {"#none#": ["3"]}
    wipe |= {"id": "3", "taskid": "3", "nexttasks": {"#none#": ["4"]}}
    again |= {"id": "4", "taskid": "4"}
    ask = json.loads(responding_text("A", declared="isolate,!wipe").splitlines()[0].partition(": ")[2])
    nodes = (ask, isolate, wipe, again)
    approvals, _ = await approved(
        playbook("\n".join(f"'{node['id']}': {json.dumps(node)}" for node in nodes), "Contain")
    )
    assert approvals.product.endpoints == ["A", "A"]
    (request,) = await approvals.requests()
    assert (request.key, request.name) == ("4", "wipe")


async def test_of_two_tasks_that_act_at_once_one_takes_the_grant() -> None:
    ask, act, also = (json.loads(line.partition(": ")[2]) for line in responding_text("A", "A").splitlines())
    ask["nexttasks"] = {"#none#": ["2", "3"]}
    act["nexttasks"] = {}
    nodes = (ask, act, also)
    book = playbook("\n".join(f"'{node['id']}': {json.dumps(node)}" for node in nodes), "Contain")
    approvals, _ = await approved(book)
    assert approvals.product.endpoints == ["A"]
    assert len(await approvals.requests()) == 1


async def test_another_plan_of_the_incident_has_its_own_forms() -> None:
    approvals, _ = await approved(responding("C"))
    other = await approvals.started(responding("A"))
    await answer_form(approvals, other, "Reject")
    assert approvals.product.asked == []


async def test_whoever_started_the_playbook_may_not_approve_its_form() -> None:
    approvals = await approval_world(rules=ALWAYS, playbooks=[asking()])
    plan = await approvals.started(responding("A"), BOB)
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await answer_form(approvals, plan, actor=BOB)
    await answer_form(approvals, plan, "Reject", actor=BOB)
    fetched = await approvals.started(responding("A"), Actor(name="fetch", role=Role.ADMIN))
    await answer_form(approvals, fetched, actor=BOB)
    assert approvals.product.endpoints == ["A"]


async def test_a_form_that_declares_nothing_is_a_question_for_anybody() -> None:
    approvals = await approval_world(rules=ALWAYS, playbooks=[asking()])
    plan = await approvals.started(responding("A", declared=""), BOB)
    await answer_form(approvals, plan, actor=BOB)
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await approvals.answer(request, actor=BOB)


async def test_the_form_says_to_the_letter_what_it_would_approve() -> None:
    approvals = await approval_world(rules=ALWAYS, playbooks=[asking()])
    await approvals.started(responding("A", targets="A,<b>B</b>"))
    (form,) = await approvals.world.asked()
    assert form.wait is not None
    assert form.wait.data["approves"] == {"commands": ["isolate"], "targets": ["A", "<b>B</b>"]}


async def test_what_a_grant_was_used_for_is_known_after_a_restart() -> None:
    ask, act, also = (json.loads(line.partition(": ")[2]) for line in responding_text("A", "A").splitlines())
    by_hand = {"id": "9", "taskid": "9", "type": "regular", "task": {"id": "9", "name": "Look"}}
    by_hand["nexttasks"] = {"#none#": ["3"]}
    act["nexttasks"] = {"#none#": ["9"]}
    nodes = (ask, act, by_hand, also)
    approvals, plan = await approved(
        playbook("\n".join(f"'{node['id']}': {json.dumps(node)}" for node in nodes), "Contain")
    )
    approvals.world.restart()
    await approvals.world.answer(plan.id, "9")
    await approvals.driven(plan.id)
    assert approvals.product.endpoints == ["A"]
    (request,) = await approvals.requests()
    assert request.key == "3"


async def test_where_no_approval_is_needed_none_is_used_up() -> None:
    approvals, plan = await approved(responding("A", "B"), rules=Rules())
    assert approvals.product.endpoints == ["A", "B"]
    assert [intent.approved for intent in await approvals.world.store.intents(plan.id)] == [None, None]
    assert (await approvals.world.store.plan(plan.id)).state is PlanState.COMPLETED


# -- to the letter ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        {"endpoint": "A"},
        {"endpoint": ["a", "B"], "wait": "yes", "description": "Not on C"},
        {"agent_guid": '["A"]', "count": 3},
        {"identifiers": '[{"endpoint": "A", "description": "C"}]'},
    ],
)
def test_an_action_on_some_of_the_targets_is_covered(args: dict[str, Json]) -> None:
    assert covers({"commands": ["isolate"], "targets": ["A", "B"]}, ExactAction(command="isolate", args=args), {})


@pytest.mark.parametrize(
    "args",
    [
        {},
        {"description": "A"},
        {"endpoint": "A", "file": "x.exe"},
        {"endpoint": "A,C"},
        {"endpoint": "A*"},
        {"endpoint": "A,4711"},
        {"endpoint": ["A", 4711]},
        {"endpoint": "A,yes"},
        {"endpoint": '[{"endpoint": "A"}, {"endpoint": "C"}]'},
    ],
)
def test_an_action_on_anything_else_is_not(args: dict[str, Json]) -> None:
    assert not covers({"commands": ["isolate"], "targets": ["A", "B"]}, ExactAction(command="isolate", args=args), {})


def test_a_choice_that_the_command_offers_is_no_target() -> None:
    declared = {"action": Argument(name="action", predefined=("log", "block"))}
    exact = ExactAction(command="isolate", args={"endpoint": "A", "action": "block"})
    assert covers({"commands": ["isolate"], "targets": ["A"]}, exact, declared)
    assert not covers({"commands": ["isolate"], "targets": ["A"]}, exact, {})


def question(question_id: str, *options: str) -> JsonObject:
    return {"id": question_id, "options": list(options)}


def test_the_decision_is_the_answer_to_the_one_question_that_offers_it() -> None:
    form = {"questions": [question("0", "approve", "Reject"), question("1")]}
    assert decision_of(form, {"0": "Approve", "1": "Reject"}) == "Approve"
    assert decision_of({"questions": [question("0", "Approve", "Reject", "Later")]}, {"0": "Approve"}) == ""
    twice = {"questions": [question("0", "Approve", "Reject"), question("1", "Approve", "Reject")]}
    assert decision_of(twice, {"0": "Approve", "1": "Reject"}) == ""


@pytest.mark.parametrize(
    "inputs",
    [
        {}, {"Command": "isolate"}, {"Targets": "A"}, {"Command": "", "Targets": "A"}, {"Command": "x", "Targets": []},
    ],
)  # fmt: skip
def test_half_of_a_declaration_declares_nothing(inputs: dict[str, Json]) -> None:
    assert declared_in(inputs) is None


def test_a_declaration_is_read_as_lists_are() -> None:
    assert declared_in({"Command": "!isolate", "Targets": "A,B,A"}) == {"commands": ["isolate"], "targets": ["A", "B"]}


def test_a_form_covers_what_is_done_on_one_instance() -> None:
    grant: JsonObject = {"commands": ["isolate"], "targets": ["A"]}
    on_one, on_two = (
        ExactAction(command="isolate", instances=on, args={"endpoint": "A"}) for on in (("x",), ("x", "y"))
    )
    assert covers(grant, on_one, {})
    assert not covers(grant, on_two, {})


async def test_a_form_that_was_asked_under_four_eyes_stays_under_them() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.started(asking(Command="isolate", Targets="A"), EVE)
    await approvals.world.store.users.edit_user("bob", lambda user: replace(user, disabled=True))
    (form,) = await approvals.world.asked()
    answers: JsonObject = {"0": "Approve", "1": "It spreads."}
    with pytest.raises(ForbiddenError, match=r"eve asked for this, .*Nobody else can now"):
        await approvals.world.plans.answer(plan.id, form.key, "", "", EVE, answers)
    await approvals.world.plans.answer(plan.id, form.key, "", "", EVE, answers | {"0": "Reject"})
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
