"""An action that needs approval stops at the command, and exactly what was approved runs, once."""

from dataclasses import replace

import pytest

from tests.services.approvals.approval_world import BOB, EVE, ApprovalWorld, a_user, approval_world, isolating
from tests.services.world import an_instance, failure, note, playbook
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError
from warroom.model.ids import InstanceId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState, WaitKind
from warroom.model.user import User
from warroom.services.approvals.people import ALONE
from warroom.services.approvals.rules import Rules
from warroom.services.ports.store import Changes
from warroom.testing.runner import FakeCode
from warroom.testing.samples import some_changes

ALWAYS = Rules(commands=("isolate",))


async def _script_isolates(code: FakeCode) -> list[Json]:
    """A button: what it passes on may hold anything, and is not evaluated later."""
    hosts = [code.run.args["endpoint"], "${Host}"]
    return [await code.call("executeCommand", {"command": "isolate", "args": {"agent_guid": "G", "endpoint": hosts}})]


def _polls(code: FakeCode) -> list[Json]:
    if code.run.args.get("description") == "look":
        return [note("isolated")]
    polling = {"PollingCommand": "isolate", "NextRun": "30", "Timeout": "600", "PollingArgs": {"description": "look"}}
    return [{"Type": 1, "ContentsFormat": "text", "Contents": "queued", **polling}]


def _host(name: str, approvals: ApprovalWorld) -> Changes:
    patch = ContextPatch(incident=approvals.world.incident.id, kind=PatchKind.SET, path="Host", value=name)
    return some_changes(patches=[patch])


async def test_each_of_two_plans_on_one_incident_acts_on_its_own_host_only() -> None:
    """The case that was seen: A's form approved, and B was isolated."""
    approvals = await approval_world(rules=ALWAYS)
    first = await approvals.started(isolating(), hosts="HOST-A")
    second = await approvals.started(isolating(), hosts="HOST-B")
    assert approvals.product.asked == []
    of_first = next(task for task in await approvals.requests() if task.plan == first.id)
    ended = await approvals.answer(of_first)
    assert approvals.product.endpoints == ["HOST-A"]
    assert ended.state is PlanState.COMPLETED
    assert (await approvals.world.store.plan(second.id)).state is PlanState.WAITING


async def test_what_was_approved_runs_whatever_the_context_says_by_then() -> None:
    approvals = await approval_world(rules=ALWAYS)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: '${Host}'}}}
        """
    )
    await approvals.typed("!read what=x")
    await approvals.world.journal.commit(_host("HOST-A", approvals))
    await approvals.started(book)
    await approvals.world.journal.commit(_host("HOST-B", approvals))
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert approvals.product.endpoints == ["HOST-A"]


async def test_nothing_is_noted_as_begun_while_it_waits_and_the_intent_says_who_approved() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A description=why")
    assert await approvals.world.store.intents(plan.id) == []
    (request,) = await approvals.requests()
    assert request.state is TaskState.WAITING
    await approvals.answer(request, comment="It spreads.")
    (intent,) = await approvals.world.store.intents(plan.id)
    assert intent.approved is not None
    assert (intent.approved.by, intent.approved.reason) == ("eve", "It spreads.")
    assert intent.approved.instances == ("lab-1",)
    assert intent.target == {"endpoint": "A", "description": "why"}
    assert (intent.actor, intent.failed) == ("bob", False)


async def test_the_war_room_says_what_is_asked_and_what_exactly_was_approved_by_whom_and_why() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await approvals.answer(request, comment="It spreads.")
    asked, approved, done = await approvals.world.said()
    assert asked == (
        'bob asks for approval of `!isolate endpoint="A"` on lab-1. It is needed because `isolate` always needs it.'
        " Nothing is done until somebody else approves it, signed in to the console: eve."
        f" `warroom task answer {plan.id} 1 Reject --comment WHY` rejects it."
    )
    assert approved == 'eve approved `!isolate endpoint="A"` on lab-1. bob had asked for it. Reason: It spreads.'
    assert done == "isolate done"


@pytest.mark.parametrize("people", [(), (a_user("bob"),)])
async def test_the_terminal_is_offered_where_it_may_approve(people: tuple[User, ...]) -> None:
    approvals = await approval_world(rules=ALWAYS, people=people)
    plan = await approvals.typed("!isolate endpoint=A")
    (asked,) = await approvals.world.said()
    offered = f"Nothing is done until somebody answers: `warroom task answer {plan.id} 1 Approve --comment WHY`."
    assert str(asked).endswith(offered)


async def test_a_request_that_was_filed_under_four_eyes_stays_under_them() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A", EVE)
    await approvals.world.store.users.edit_user("bob", lambda user: replace(user, disabled=True))
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match=r"eve asked for this, .*Nobody else can now: make somebody a responder"):
        await approvals.answer(request, actor=EVE)
    assert approvals.product.asked == []
    await approvals.answer(request, "Reject", actor=EVE, comment="I ask anew.")
    await approvals.typed("!isolate endpoint=A", EVE)
    (anew,) = await approvals.requests()
    assert anew.plan != plan.id
    await approvals.answer(anew, actor=EVE)
    assert approvals.product.endpoints == ["A"]
    (intent,) = await approvals.world.store.intents(anew.plan)
    assert intent.approved is not None
    assert intent.approved.reason == f"It spreads. ({ALONE})"
    assert any(str(said).endswith(ALONE) for said in await approvals.world.said())


async def test_a_rejected_action_never_runs_and_the_plan_says_by_whom() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    ended = await approvals.answer(request, "reject", comment="It is a server.")
    assert approvals.product.asked == []
    assert (ended.state, ended.error) == (PlanState.FAILED, "!isolate: eve rejected it: It is a server.")
    assert await approvals.world.store.intents(ended.id) == []


async def test_a_rejection_goes_the_error_path_of_the_playbook() -> None:
    approvals = await approval_world(rules=ALWAYS)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              continueonerror: true, continueonerrortype: errorPath, nexttasks: {'#error#': ['2'], '#none#': ['3']},
              scriptarguments: {endpoint: {simple: A}}}
        '2': {id: '2', taskid: b, type: title, task: {id: b, name: Not isolated}}
        '3': {id: '3', taskid: c, type: title, task: {id: c, name: Isolated}}
        """
    )
    plan = await approvals.started(book)
    (request,) = await approvals.requests()
    await approvals.answer(request, "Reject")
    tasks = await approvals.world.tasks(plan)
    assert (tasks[TaskKey("2")].state, tasks[TaskKey("3")].state) == (TaskState.COMPLETED, TaskState.SKIPPED)


@pytest.mark.parametrize("choice", ["Approve", "Reject"])
async def test_a_decision_takes_a_reason(choice: str) -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    with pytest.raises(InvalidInputError, match="takes a reason"):
        await approvals.answer(request, choice, comment="  ")
    assert len(await approvals.requests()) == 1


async def test_of_two_decisions_the_first_one_counts() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await approvals.world.plans.answer(request.plan, request.key, "Reject", "no", EVE)
    with pytest.raises(ConflictError, match="was answered already"):
        await approvals.world.plans.answer(request.plan, request.key, "Approve", "yes", EVE)
    await approvals.driven(request.plan)
    assert approvals.product.asked == []


async def test_it_runs_on_the_instances_that_were_approved_and_no_other() -> None:
    approvals = await approval_world(rules=ALWAYS, instances=("lab-1", "lab-2"))
    await approvals.typed("!isolate endpoint=A using=lab-2")
    await approvals.typed("!isolate endpoint=B using=*")
    await approvals.world.journal.save_instance(an_instance("lab-3"), "ana", approvals.world.clock.now())
    for request in await approvals.requests():
        await approvals.answer(request)
    assert sorted((on, args["endpoint"]) for on, args in approvals.product.asked) == [
        ("lab-1", "B"), ("lab-2", "A"), ("lab-2", "B")
    ]  # fmt: skip


async def test_an_approved_instance_that_is_gone_stops_all_of_it() -> None:
    approvals = await approval_world(rules=ALWAYS, instances=("lab-1", "lab-2"))
    plan = await approvals.typed("!isolate endpoint=A using=*")
    (request,) = await approvals.requests()
    gone = next(each for each in await approvals.world.journal.instances() if each.name == "lab-2")
    await approvals.world.journal.remove_instance(gone.id, "ana", approvals.world.clock.now())
    ended = await approvals.answer(request)
    assert approvals.product.asked == []
    assert ended.id == plan.id
    assert "lab-2 is not enabled now, or another instance" in ended.error


async def test_an_instance_that_took_the_name_of_the_approved_one_gets_nothing() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    (approved,) = await approvals.world.journal.instances()
    await approvals.world.journal.remove_instance(approved.id, "ana", approvals.world.clock.now())
    other = replace(approved, id=InstanceId("another"))
    await approvals.world.journal.save_instance(other, "ana", approvals.world.clock.now())
    ended = await approvals.answer(request)
    assert approvals.product.asked == []
    assert "another instance has taken its name. Nothing was done" in ended.error


async def test_what_was_approved_runs_where_the_incident_came_from() -> None:
    approvals = await approval_world(rules=ALWAYS, instances=("lab-1", "lab-2"))
    bound = replace(approvals.world.incident, source_brand="Lab", source_instance="lab-2", source_id="id-lab-2")
    await approvals.world.store.commit(some_changes(incidents=[bound]))
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert [(on, args["endpoint"]) for on, args in approvals.product.asked] == [("lab-2", "A")]


async def test_what_a_script_asks_for_runs_where_the_script_was_told_to() -> None:
    approvals = await approval_world(
        rules=ALWAYS, instances=("lab-1", "lab-2"), scripts=("Respond",), Respond=_script_isolates
    )
    await approvals.typed("!Respond endpoint=A using=lab-2")
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert [on for on, _ in approvals.product.asked] == ["lab-2"]


async def test_secrets_of_a_request_are_shown_to_nobody_and_run_as_they_were_typed() -> None:
    approvals = await approval_world(rules=Rules(commands=("wipe",)), secrets=("password",))
    await approvals.typed("!wipe endpoint=A password=hunter22")
    (request,) = await approvals.requests()
    assert "hunter22" not in str(request)
    assert not any("hunter22" in str(text) for text in await approvals.world.said())
    await approvals.answer(request)
    assert [args["password"] for _, args in approvals.product.asked] == ["hunter22"]


async def test_a_read_and_an_action_that_needs_nobody_pass() -> None:
    approvals = await approval_world(rules=ALWAYS)
    assert (await approvals.typed("!read what=x")).state is PlanState.COMPLETED
    assert (await approvals.typed("!wipe endpoint=A")).state is PlanState.COMPLETED
    assert await approvals.requests() == []


async def test_a_later_look_of_an_approved_action_asks_nobody() -> None:
    approvals = await approval_world(rules=ALWAYS, isolate=_polls)
    plan = await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert (await approvals.task(plan)).wait is not None
    approvals.world.clock.advance(60)
    ended = await approvals.driven(plan.id)
    assert ended.state is PlanState.COMPLETED


async def test_a_retry_of_an_approved_action_is_the_same_action() -> None:
    tries: list[str] = []

    def fails_once(code: FakeCode) -> list[Json]:
        tries.append(code.run.args["endpoint"])
        return [failure("busy")] if len(tries) == 1 else [note("done")]

    approvals = await approval_world(rules=ALWAYS, isolate=fails_once)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: A}, retry-count: {simple: '2'}, retry-interval: {simple: '60'}}}
        """
    )
    plan = await approvals.started(book)
    (request,) = await approvals.requests()
    await approvals.answer(request)
    approvals.world.clock.advance(61)
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    assert tries == ["A", "A"]
    assert (await approvals.task(plan)).approved == ""


async def test_a_form_that_times_out_or_a_person_who_says_nothing_approves_nothing() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    approvals.world.clock.advance(23 * 3600)
    await approvals.driven(plan.id)
    (request,) = await approvals.requests()
    assert request.wait is not None
    assert request.wait.kind is WaitKind.APPROVAL
    assert approvals.product.asked == []


async def test_a_look_that_is_another_action_is_weighed_as_one() -> None:
    def schedules(code: FakeCode) -> list[Json]:
        polling = {"PollingCommand": "wipe", "NextRun": "30", "Timeout": "600", "PollingArgs": {"endpoint": "A"}}
        return [{"Type": 1, "ContentsFormat": "text", "Contents": code.run.command, **polling}]

    approvals = await approval_world(rules=Rules(commands=("wipe",)), read=schedules)
    plan = await approvals.typed("!read what=x")
    approvals.world.clock.advance(31)
    ended = await approvals.driven(plan.id)
    assert ended.state is PlanState.FAILED
    assert '`!wipe endpoint="A"` on lab-1. It needs approval' in ended.error
    assert approvals.product.asked == []
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert approvals.product.endpoints == ["A"]


async def test_whoever_started_a_playbook_has_asked_for_the_one_that_it_sets_as_well() -> None:
    other = isolating("A", name="Other")
    approvals = await approval_world(rules=ALWAYS, playbooks=[other])
    setting = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Set, script: 'Builtin|||setPlaybook'},
              scriptarguments: {name: {simple: Other}}}
        """
    )
    plan = await approvals.started(setting)
    started = next(each for each in await approvals.world.store.plans(plan.incident) if each.frame.name == "Other")
    assert started.started_by == "bob"
    await approvals.driven(started.id)
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await approvals.answer(request, actor=BOB)


# -- in scripts ---------------------------------------------------------------------------------------------------


async def test_a_script_is_told_that_its_action_waits_and_the_action_runs_when_it_is_approved() -> None:
    approvals = await approval_world(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    plan = await approvals.typed("!Respond endpoint=A")
    assert plan.state is PlanState.FAILED
    (request,) = await approvals.requests()
    assert f"the request waits as plan {request.plan}, task 1" in plan.error
    assert approvals.product.asked == []
    ended = await approvals.answer(request)
    assert (ended.state, approvals.product.endpoints) == (PlanState.COMPLETED, [["A", "${Host}"]])
    assert (ended.started_by, ended.frame.name) == ("bob", "!isolate")


async def test_pressed_twice_the_button_files_one_request() -> None:
    approvals = await approval_world(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    await approvals.typed("!Respond endpoint=A")
    await approvals.typed("!Respond endpoint=A")
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert len(approvals.product.asked) == 1


async def test_typed_again_it_is_not_asked_twice() -> None:
    approvals = await approval_world(rules=ALWAYS)
    first = await approvals.typed("!isolate endpoint=A")
    again = await approvals.typed("!isolate endpoint=A", EVE)
    assert again.state is PlanState.FAILED
    assert f"waits for approval already: plan {first.id}, task 1" in again.error
    assert (await approvals.typed("!isolate endpoint=B")).state is PlanState.WAITING
    assert len(await approvals.requests()) == 2
    for request in await approvals.requests():
        await approvals.answer(request)
    assert sorted(map(str, approvals.product.endpoints)) == ["A", "B"]
    assert (await approvals.typed("!isolate endpoint=A")).state is PlanState.WAITING


async def test_whoever_started_the_script_may_not_approve_what_it_asks_for() -> None:
    approvals = await approval_world(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    await approvals.typed("!Respond endpoint=A")
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await approvals.answer(request, actor=BOB)
