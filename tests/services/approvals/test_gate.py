"""An action that needs approval stops at the command, and exactly what was approved runs, once."""

from dataclasses import replace

import pytest

from tests.services.approvals.desk import BOB, EVE, Desk, a_desk, a_user, isolating
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


def _host(name: str, desk: Desk) -> Changes:
    patch = ContextPatch(incident=desk.world.incident.id, kind=PatchKind.SET, path="Host", value=name)
    return some_changes(patches=[patch])


async def test_each_of_two_plans_on_one_incident_acts_on_its_own_host_only() -> None:
    """The case that was seen: A's form approved, and B was isolated."""
    desk = await a_desk(rules=ALWAYS)
    first = await desk.started(isolating(), hosts="HOST-A")
    second = await desk.started(isolating(), hosts="HOST-B")
    assert desk.product.asked == []
    of_first = next(task for task in await desk.requests() if task.plan == first.id)
    ended = await desk.answer(of_first)
    assert desk.product.endpoints == ["HOST-A"]
    assert ended.state is PlanState.COMPLETED
    assert (await desk.world.store.plan(second.id)).state is PlanState.WAITING


async def test_what_was_approved_runs_whatever_the_context_says_by_then() -> None:
    desk = await a_desk(rules=ALWAYS)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: '${Host}'}}}
        """
    )
    await desk.typed("!read what=x")
    await desk.world.journal.commit(_host("HOST-A", desk))
    await desk.started(book)
    await desk.world.journal.commit(_host("HOST-B", desk))
    (request,) = await desk.requests()
    await desk.answer(request)
    assert desk.product.endpoints == ["HOST-A"]


async def test_nothing_is_noted_as_begun_while_it_waits_and_the_intent_says_who_approved() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A description=why")
    assert await desk.world.store.intents(plan.id) == []
    (request,) = await desk.requests()
    assert request.state is TaskState.WAITING
    await desk.answer(request, comment="It spreads.")
    (intent,) = await desk.world.store.intents(plan.id)
    assert intent.approved is not None
    assert (intent.approved.by, intent.approved.reason) == ("eve", "It spreads.")
    assert intent.approved.instances == ("lab-1",)
    assert intent.target == {"endpoint": "A", "description": "why"}
    assert (intent.actor, intent.failed) == ("bob", False)


async def test_the_war_room_says_what_is_asked_and_what_exactly_was_approved_by_whom_and_why() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await desk.answer(request, comment="It spreads.")
    asked, approved, done = await desk.world.said()
    assert asked == (
        'bob asks for approval of `!isolate endpoint="A"` on lab-1. It is needed because `isolate` always needs it.'
        " Nothing is done until somebody else approves it, signed in to the console: eve."
        f" `warroom task answer {plan.id} 1 Reject --comment WHY` rejects it."
    )
    assert approved == 'eve approved `!isolate endpoint="A"` on lab-1. bob had asked for it. Reason: It spreads.'
    assert done == "isolate done"


@pytest.mark.parametrize("people", [(), (a_user("bob"),)])
async def test_the_terminal_is_offered_where_it_may_approve(people: tuple[User, ...]) -> None:
    desk = await a_desk(rules=ALWAYS, people=people)
    plan = await desk.typed("!isolate endpoint=A")
    (asked,) = await desk.world.said()
    offered = f"Nothing is done until somebody answers: `warroom task answer {plan.id} 1 Approve --comment WHY`."
    assert str(asked).endswith(offered)


async def test_a_request_that_was_filed_under_four_eyes_stays_under_them() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A", EVE)
    await desk.world.store.users.edit_user("bob", lambda user: replace(user, disabled=True))
    (request,) = await desk.requests()
    with pytest.raises(ForbiddenError, match=r"eve asked for this, .*Nobody else can now: make somebody a responder"):
        await desk.answer(request, actor=EVE)
    assert desk.product.asked == []
    await desk.answer(request, "Reject", actor=EVE, comment="I ask anew.")
    await desk.typed("!isolate endpoint=A", EVE)
    (anew,) = await desk.requests()
    assert anew.plan != plan.id
    await desk.answer(anew, actor=EVE)
    assert desk.product.endpoints == ["A"]
    (intent,) = await desk.world.store.intents(anew.plan)
    assert intent.approved is not None
    assert intent.approved.reason == f"It spreads. ({ALONE})"
    assert any(str(said).endswith(ALONE) for said in await desk.world.said())


async def test_a_rejected_action_never_runs_and_the_plan_says_by_whom() -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    ended = await desk.answer(request, "reject", comment="It is a server.")
    assert desk.product.asked == []
    assert (ended.state, ended.error) == (PlanState.FAILED, "!isolate: eve rejected it: It is a server.")
    assert await desk.world.store.intents(ended.id) == []


async def test_a_rejection_goes_the_error_path_of_the_playbook() -> None:
    desk = await a_desk(rules=ALWAYS)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              continueonerror: true, continueonerrortype: errorPath, nexttasks: {'#error#': ['2'], '#none#': ['3']},
              scriptarguments: {endpoint: {simple: A}}}
        '2': {id: '2', taskid: b, type: title, task: {id: b, name: Not isolated}}
        '3': {id: '3', taskid: c, type: title, task: {id: c, name: Isolated}}
        """
    )
    plan = await desk.started(book)
    (request,) = await desk.requests()
    await desk.answer(request, "Reject")
    tasks = await desk.world.tasks(plan)
    assert (tasks[TaskKey("2")].state, tasks[TaskKey("3")].state) == (TaskState.COMPLETED, TaskState.SKIPPED)


@pytest.mark.parametrize("choice", ["Approve", "Reject"])
async def test_a_decision_takes_a_reason(choice: str) -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    with pytest.raises(InvalidInputError, match="takes a reason"):
        await desk.answer(request, choice, comment="  ")
    assert len(await desk.requests()) == 1


async def test_of_two_decisions_the_first_one_counts() -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await desk.world.plans.answer(request.plan, request.key, "Reject", "no", EVE)
    with pytest.raises(ConflictError, match="was answered already"):
        await desk.world.plans.answer(request.plan, request.key, "Approve", "yes", EVE)
    await desk.driven(request.plan)
    assert desk.product.asked == []


async def test_it_runs_on_the_instances_that_were_approved_and_no_other() -> None:
    desk = await a_desk(rules=ALWAYS, instances=("lab-1", "lab-2"))
    await desk.typed("!isolate endpoint=A using=lab-2")
    await desk.typed("!isolate endpoint=B using=*")
    await desk.world.journal.save_instance(an_instance("lab-3"), "ana", desk.world.clock.now())
    for request in await desk.requests():
        await desk.answer(request)
    assert sorted((on, args["endpoint"]) for on, args in desk.product.asked) == [
        ("lab-1", "B"), ("lab-2", "A"), ("lab-2", "B")
    ]  # fmt: skip


async def test_an_approved_instance_that_is_gone_stops_all_of_it() -> None:
    desk = await a_desk(rules=ALWAYS, instances=("lab-1", "lab-2"))
    plan = await desk.typed("!isolate endpoint=A using=*")
    (request,) = await desk.requests()
    gone = next(each for each in await desk.world.journal.instances() if each.name == "lab-2")
    await desk.world.journal.remove_instance(gone.id, "ana", desk.world.clock.now())
    ended = await desk.answer(request)
    assert desk.product.asked == []
    assert ended.id == plan.id
    assert "lab-2 is not enabled now, or another instance" in ended.error


async def test_an_instance_that_took_the_name_of_the_approved_one_gets_nothing() -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    (approved,) = await desk.world.journal.instances()
    await desk.world.journal.remove_instance(approved.id, "ana", desk.world.clock.now())
    other = replace(approved, id=InstanceId("another"))
    await desk.world.journal.save_instance(other, "ana", desk.world.clock.now())
    ended = await desk.answer(request)
    assert desk.product.asked == []
    assert "another instance has taken its name. Nothing was done" in ended.error


async def test_what_was_approved_runs_where_the_incident_came_from() -> None:
    desk = await a_desk(rules=ALWAYS, instances=("lab-1", "lab-2"))
    bound = replace(desk.world.incident, source_brand="Lab", source_instance="lab-2", source_id="id-lab-2")
    await desk.world.store.commit(some_changes(incidents=[bound]))
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await desk.answer(request)
    assert [(on, args["endpoint"]) for on, args in desk.product.asked] == [("lab-2", "A")]


async def test_what_a_script_asks_for_runs_where_the_script_was_told_to() -> None:
    desk = await a_desk(rules=ALWAYS, instances=("lab-1", "lab-2"), scripts=("Respond",), Respond=_script_isolates)
    await desk.typed("!Respond endpoint=A using=lab-2")
    (request,) = await desk.requests()
    await desk.answer(request)
    assert [on for on, _ in desk.product.asked] == ["lab-2"]


async def test_secrets_of_a_request_are_shown_to_nobody_and_run_as_they_were_typed() -> None:
    desk = await a_desk(rules=Rules(commands=("wipe",)), secrets=("password",))
    await desk.typed("!wipe endpoint=A password=hunter22")
    (request,) = await desk.requests()
    assert "hunter22" not in str(request)
    assert not any("hunter22" in str(text) for text in await desk.world.said())
    await desk.answer(request)
    assert [args["password"] for _, args in desk.product.asked] == ["hunter22"]


async def test_a_read_and_an_action_that_needs_nobody_pass() -> None:
    desk = await a_desk(rules=ALWAYS)
    assert (await desk.typed("!read what=x")).state is PlanState.COMPLETED
    assert (await desk.typed("!wipe endpoint=A")).state is PlanState.COMPLETED
    assert await desk.requests() == []


async def test_a_later_look_of_an_approved_action_asks_nobody() -> None:
    desk = await a_desk(rules=ALWAYS, isolate=_polls)
    plan = await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await desk.answer(request)
    assert (await desk.task(plan)).wait is not None
    desk.world.clock.advance(60)
    ended = await desk.driven(plan.id)
    assert ended.state is PlanState.COMPLETED


async def test_a_retry_of_an_approved_action_is_the_same_action() -> None:
    tries: list[str] = []

    def fails_once(code: FakeCode) -> list[Json]:
        tries.append(code.run.args["endpoint"])
        return [failure("busy")] if len(tries) == 1 else [note("done")]

    desk = await a_desk(rules=ALWAYS, isolate=fails_once)
    book = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate, script: 'Lab|||isolate'},
              scriptarguments: {endpoint: {simple: A}, retry-count: {simple: '2'}, retry-interval: {simple: '60'}}}
        """
    )
    plan = await desk.started(book)
    (request,) = await desk.requests()
    await desk.answer(request)
    desk.world.clock.advance(61)
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    assert tries == ["A", "A"]
    assert (await desk.task(plan)).approved == ""


async def test_a_form_that_times_out_or_a_person_who_says_nothing_approves_nothing() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    desk.world.clock.advance(23 * 3600)
    await desk.driven(plan.id)
    (request,) = await desk.requests()
    assert request.wait is not None
    assert request.wait.kind is WaitKind.APPROVAL
    assert desk.product.asked == []


async def test_a_look_that_is_another_action_is_weighed_as_one() -> None:
    def schedules(code: FakeCode) -> list[Json]:
        polling = {"PollingCommand": "wipe", "NextRun": "30", "Timeout": "600", "PollingArgs": {"endpoint": "A"}}
        return [{"Type": 1, "ContentsFormat": "text", "Contents": code.run.command, **polling}]

    desk = await a_desk(rules=Rules(commands=("wipe",)), read=schedules)
    plan = await desk.typed("!read what=x")
    desk.world.clock.advance(31)
    ended = await desk.driven(plan.id)
    assert ended.state is PlanState.FAILED
    assert '`!wipe endpoint="A"` on lab-1. It needs approval' in ended.error
    assert desk.product.asked == []
    (request,) = await desk.requests()
    await desk.answer(request)
    assert desk.product.endpoints == ["A"]


async def test_whoever_started_a_playbook_has_asked_for_the_one_that_it_sets_as_well() -> None:
    other = isolating("A", name="Other")
    desk = await a_desk(rules=ALWAYS, playbooks=[other])
    setting = playbook(
        """
        '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Set, script: 'Builtin|||setPlaybook'},
              scriptarguments: {name: {simple: Other}}}
        """
    )
    plan = await desk.started(setting)
    started = next(each for each in await desk.world.store.plans(plan.incident) if each.frame.name == "Other")
    assert started.started_by == "bob"
    await desk.driven(started.id)
    (request,) = await desk.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await desk.answer(request, actor=BOB)


# -- in scripts ---------------------------------------------------------------------------------------------------


async def test_a_script_is_told_that_its_action_waits_and_the_action_runs_when_it_is_approved() -> None:
    desk = await a_desk(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    plan = await desk.typed("!Respond endpoint=A")
    assert plan.state is PlanState.FAILED
    (request,) = await desk.requests()
    assert f"the request waits as plan {request.plan}, task 1" in plan.error
    assert desk.product.asked == []
    ended = await desk.answer(request)
    assert (ended.state, desk.product.endpoints) == (PlanState.COMPLETED, [["A", "${Host}"]])
    assert (ended.started_by, ended.frame.name) == ("bob", "!isolate")


async def test_pressed_twice_the_button_files_one_request() -> None:
    desk = await a_desk(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    await desk.typed("!Respond endpoint=A")
    await desk.typed("!Respond endpoint=A")
    (request,) = await desk.requests()
    await desk.answer(request)
    assert len(desk.product.asked) == 1


async def test_typed_again_it_is_not_asked_twice() -> None:
    desk = await a_desk(rules=ALWAYS)
    first = await desk.typed("!isolate endpoint=A")
    again = await desk.typed("!isolate endpoint=A", EVE)
    assert again.state is PlanState.FAILED
    assert f"waits for approval already: plan {first.id}, task 1" in again.error
    assert (await desk.typed("!isolate endpoint=B")).state is PlanState.WAITING
    assert len(await desk.requests()) == 2
    for request in await desk.requests():
        await desk.answer(request)
    assert sorted(map(str, desk.product.endpoints)) == ["A", "B"]
    assert (await desk.typed("!isolate endpoint=A")).state is PlanState.WAITING


async def test_whoever_started_the_script_may_not_approve_what_it_asks_for() -> None:
    desk = await a_desk(rules=ALWAYS, scripts=("Respond",), Respond=_script_isolates)
    await desk.typed("!Respond endpoint=A")
    (request,) = await desk.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await desk.answer(request, actor=BOB)
