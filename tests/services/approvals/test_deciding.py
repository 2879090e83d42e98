"""What an answer to a request may say, who may say it, and what it comes to."""

import pytest

from tests.services.approvals.approval_world import BOB, EVE, ApprovalWorld, a_user, approval_world, isolating
from tests.services.world import ANA
from warroom.model.errors import ConflictError, ForbiddenError, InvalidInputError
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.model.user import Actor, Role
from warroom.services.approvals.rules import Rules

ALWAYS = Rules(commands=("isolate",))
DAY = 24 * 3600


async def asking(text: str = "!isolate endpoint=A", **given: object) -> ApprovalWorld:
    approvals = await approval_world(**{"rules": ALWAYS, **given})  # type: ignore[arg-type]  # the defaults are those of approval_world
    await approvals.typed(text)
    return approvals


# -- four eyes ----------------------------------------------------------------------------------------------------


async def test_whoever_typed_it_may_reject_but_not_approve() -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match=r"bob asked for this, so somebody else has to approve it\. Ask eve\."):
        await approvals.answer(request, actor=BOB)
    assert approvals.product.asked == []
    ended = await approvals.answer(request, "Reject", actor=BOB, comment="I was wrong.")
    assert ended.state is PlanState.FAILED


async def test_whoever_started_the_playbook_may_not_approve_its_action() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.started(isolating("A"), BOB)
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match="bob asked for this"):
        await approvals.answer(request, actor=BOB)


async def test_a_playbook_that_a_fetch_started_takes_one_approver() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.started(isolating("A"), Actor(name="fetch", role=Role.ADMIN))
    (request,) = await approvals.requests()
    await approvals.answer(request, actor=BOB)
    assert approvals.product.endpoints == ["A"]


@pytest.mark.parametrize("role", [Role.READER, Role.ANALYST])
async def test_whoever_may_not_answer_tasks_may_not_approve(role: Role) -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    with pytest.raises(ForbiddenError, match="may not answer tasks"):
        await approvals.answer(request, actor=Actor(name="eve", role=role))


async def test_a_lone_admin_approves_his_own_and_the_war_room_says_that_nobody_else_could() -> None:
    approvals = await approval_world(rules=ALWAYS, people=[a_user("ana", Role.ADMIN)])
    await approvals.typed("!isolate endpoint=A", ANA)
    (request,) = await approvals.requests()
    await approvals.answer(request, actor=ANA)
    assert approvals.product.endpoints == ["A"]
    assert any(
        "with a second responder, somebody else would have to" in str(said) for said in await approvals.world.said()
    )


# -- other arguments ----------------------------------------------------------------------------------------------


async def test_an_approval_may_leave_targets_out_and_the_change_is_recorded() -> None:
    approvals = await asking("!isolate endpoint=A,B,C")
    (request,) = await approvals.requests()
    plan = await approvals.answer(request, endpoint="A,C")
    assert approvals.product.endpoints == ["A,C"]
    (intent,) = await approvals.world.store.intents(plan.id)
    assert intent.approved is not None
    assert intent.approved.changed == {"endpoint": {"before": "A,B,C", "after": "A,C"}}
    assert intent.target["endpoint"] == "A,C"
    assert intent.idempotency_key != f"wr-{plan.id}-1"
    assert any(
        'Changed from what bob had asked for: endpoint: "A,B,C" \u2192 "A,C".' in str(said)
        for said in await approvals.world.said()
    )


PAIRS = '!isolate endpoint=`["A","B"]` agent_guid=`["x","y"]`'


@pytest.mark.parametrize(
    ("typed", "changes"),
    [
        (PAIRS, {"endpoint": ["B"]}),  # B was to go with y, and would go with x
        ("!isolate endpoint=A,B,C", {"endpoint": "C,A"}),
        ('!isolate endpoint=`[{"h":"A","f":"X"},{"h":"B","f":"Y"}]`', {"endpoint": [{"h": "A", "f": "Y"}]}),
    ],
)
async def test_what_only_looks_like_less_is_another_request(typed: str, changes: dict[str, Json]) -> None:
    approvals = await asking(typed)
    (request,) = await approvals.requests()
    await approvals.answer(request, **changes)
    assert approvals.product.asked == []
    (again,) = await approvals.requests()
    assert again.wait is not None
    assert again.wait.data["request"]["asked_by"] == "eve"


async def test_a_reason_may_be_changed_alone() -> None:
    approvals = await asking("!isolate endpoint=A description=x")
    (request,) = await approvals.requests()
    await approvals.answer(request, description="Ransomware, see incident 7")
    assert [args["description"] for _, args in approvals.product.asked] == ["Ransomware, see incident 7"]


async def test_another_target_is_a_request_of_whoever_changed_it() -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    await approvals.answer(request, endpoint="B")
    assert approvals.product.asked == []
    (again,) = await approvals.requests()
    assert again.wait is not None
    assert (again.wait.data["request"]["asked_by"], again.wait.data["request"]["args"]["endpoint"]) == ("eve", "B")
    with pytest.raises(ForbiddenError, match="eve asked for this"):
        await approvals.answer(again, actor=EVE)
    await approvals.answer(again, actor=BOB)
    assert approvals.product.endpoints == ["B"]


async def test_a_lone_admin_may_change_what_he_approves() -> None:
    approvals = await asking(people=[a_user("ana", Role.ADMIN)])
    (request,) = await approvals.requests()
    await approvals.answer(request, actor=ANA, endpoint="B")
    assert approvals.product.endpoints == ["B"]


async def test_other_targets_that_need_no_approval_pass_at_once() -> None:
    approvals = await approval_world(protected="dc-*")
    await approvals.typed("!isolate endpoint=dc-01")
    (request,) = await approvals.requests()
    await approvals.answer(request, endpoint="fin-7")
    assert approvals.product.endpoints == ["fin-7"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"endpiont": "B"}, "isolate has no argument 'endpiont'"),
        ({"idempotency_key": "mine"}, "idempotency_key is filled by the runtime"),
        ({"using": "lab-2"}, "isolate has no argument 'using'"),
    ],
)
async def test_a_change_that_the_command_does_not_take_is_refused(args: dict[str, str], said: str) -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    with pytest.raises(InvalidInputError, match=said):
        await approvals.world.plans.answer(request.plan, request.key, "Approve", "why", EVE, args)
    assert approvals.product.asked == []


async def test_a_rejection_changes_nothing() -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    with pytest.raises(InvalidInputError, match="changed with an approval only"):
        await approvals.answer(request, "Reject", endpoint="B")


# -- the same action twice ----------------------------------------------------------------------------------------


async def test_the_same_action_asked_for_twice_is_done_once_and_the_second_is_told() -> None:
    approvals = await approval_world(rules=ALWAYS)
    first = await approvals.started(isolating("A"))
    second = await approvals.started(isolating("A"), EVE)
    other = await approvals.started(isolating("B"))
    requests = {task.plan: task for task in await approvals.requests()}
    await approvals.answer(requests[first.id])
    told = await approvals.driven(second.id)
    assert approvals.product.endpoints == ["A"]
    assert told.state is PlanState.FAILED
    assert f"approved the same action, once: plan {first.id}, task 1 does it" in told.error
    assert [task.plan for task in await approvals.requests()] == [other.id]


async def test_both_are_rejected_with_one_word() -> None:
    approvals = await approval_world(rules=ALWAYS)
    first = await approvals.started(isolating("A"))
    second = await approvals.started(isolating("A"))
    (task, _) = await approvals.requests()
    await approvals.answer(task, "Reject")
    states = [(await approvals.driven(plan.id)).state for plan in (first, second)]
    assert states == [PlanState.FAILED, PlanState.FAILED]
    assert approvals.product.asked == []


# -- too late -----------------------------------------------------------------------------------------------------


async def test_an_approval_that_comes_too_late_is_refused_and_nothing_is_done() -> None:
    approvals = await asking()
    (request,) = await approvals.requests()
    approvals.world.clock.advance(DAY)
    with pytest.raises(ConflictError, match=r"expired at 2026-01-06 09:00 UTC; nothing was done"):
        await approvals.answer(request)
    assert approvals.product.asked == []
