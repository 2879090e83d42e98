"""A request that comes to nothing: rejected, expired or withdrawn, it stands in the audit, and nothing is done."""

from dataclasses import replace

import pytest

from tests.services.approvals.approval_world import BOB, EVE, ApprovalWorld, approval_world, isolating
from warroom.model.errors import ConflictError
from warroom.model.ids import IncidentId, TaskKey
from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanState, TaskState
from warroom.services.approvals.refusing import open_requests
from warroom.services.approvals.rules import Rules
from warroom.services.audit.audit import Audit, AuditRow
from warroom.services.ports.store import ActionQuery
from warroom.testing.samples import some_changes

ALWAYS = Rules(commands=("isolate",))


def closed(current: Incident) -> Incident:
    return replace(current, status=Status.DONE)


def opened(current: Incident) -> Incident:
    return replace(current, status=Status.ACTIVE)


async def close(approvals: ApprovalWorld, actor: str = "eve") -> None:
    changes = some_changes(actor=actor, at=approvals.world.clock.now())
    await approvals.world.journal.commit(changes, {approvals.world.incident.id: closed})


async def audit(approvals: ApprovalWorld, query: ActionQuery = ActionQuery()) -> list[AuditRow]:  # noqa: B008  # it is frozen
    return list(await Audit(store=approvals.world.store).list(query, EVE))


async def test_a_rejection_stands_in_the_audit_and_is_no_action_that_began() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A description=why")
    (request,) = await approvals.requests()
    await approvals.answer(request, "Reject", comment="It is a server.")
    (row,) = await audit(approvals)
    assert (row.refused, row.failed, row.command, row.target["endpoint"]) == ("rejected", True, "isolate", "A")
    assert (row.actor, row.approved_by, row.answer) == ("bob", (), "eve rejected it: It is a server.")
    assert await approvals.world.store.intents(plan.id) == []
    assert [row.refused for row in await audit(approvals, ActionQuery(actor="bob", command="isolate"))] == ["rejected"]
    assert await audit(approvals, ActionQuery(before=row.mark)) == []


async def test_a_rejection_of_several_plans_that_ask_the_same_stands_there_for_each() -> None:
    approvals = await approval_world(rules=ALWAYS)
    for _ in range(2):
        await approvals.started(isolating("A"))
    first, second = await approvals.requests()
    await approvals.answer(first, "Reject")
    rows = await audit(approvals)
    assert {(row.plan, row.refused, row.actor) for row in rows} == {
        (first.plan, "rejected", "DBot"), (second.plan, "rejected", "DBot")
    }  # fmt: skip


async def test_an_expiry_stands_in_the_audit_and_what_is_asked_again_and_approved_beside_it() -> None:
    approvals = await approval_world(rules=ALWAYS)
    plan = await approvals.typed("!isolate endpoint=A")
    approvals.world.clock.advance(25 * 3600)
    await approvals.driven(plan.id)
    (row,) = await audit(approvals)
    assert (row.refused, row.answer) == ("expired", "There was no answer in time. Nothing was done.")
    (task,) = await approvals.world.asked()
    await approvals.answer(task, "ask again")
    (request,) = await approvals.requests()
    await approvals.answer(request)
    assert [each.refused for each in await audit(approvals)] == ["", "expired"]
    assert approvals.product.endpoints == ["A"]


async def test_closing_the_incident_withdraws_its_requests_and_says_so() -> None:
    approvals = await approval_world(rules=ALWAYS)
    typed = await approvals.typed("!isolate endpoint=A")
    played = await approvals.started(isolating("B"))
    requests = await approvals.requests()
    await close(approvals)
    said = [str(text) for text in await approvals.world.said()]
    assert (
        'bob had asked for approval of `!isolate endpoint="A"` on lab-1. It was withdrawn, because eve closed incident'
        f" {approvals.world.incident.id}. Nothing was done."
    ) in said
    for request in requests:  # also before a driver has come to it
        with pytest.raises(ConflictError, match=r"^The request was withdrawn at .*, because eve closed incident"):
            await approvals.answer(request)
    for plan in (typed, played):
        ended = await approvals.driven(plan.id)
        assert (ended.state, "It was withdrawn, because eve closed" in ended.error) == (PlanState.FAILED, True)
    for request in requests:
        with pytest.raises(ConflictError, match="whoever still wants it asks for it again"):
            await approvals.answer(request)
    assert {row.refused for row in await audit(approvals)} == {"withdrawn"}
    assert (len(await audit(approvals)), approvals.product.asked) == (2, [])


async def test_a_reopened_incident_has_no_request_until_somebody_asks_again() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    await close(approvals)
    await approvals.world.journal.commit(some_changes(), {approvals.world.incident.id: opened})
    assert await open_requests(approvals.world.store, approvals.world.incident.id) == []
    again = await approvals.typed("!isolate endpoint=A")
    assert again.state is PlanState.WAITING
    (request,) = [task for task in await approvals.requests() if task.plan == again.id]
    await approvals.answer(request)
    assert approvals.product.endpoints == ["A"]


async def test_closing_leaves_alone_what_was_answered_and_other_incidents_requests() -> None:
    approvals = await approval_world(rules=ALWAYS)
    await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await approvals.world.plans.answer(request.plan, request.key, "Approve", "It spreads.", EVE)
    await close(approvals)
    assert (await approvals.driven(request.plan)).state is PlanState.COMPLETED
    assert approvals.product.endpoints == ["A"]
    other = replace(approvals.world.incident, id=IncidentId("99"))
    await approvals.world.store.commit(some_changes(incidents=[other]))
    await approvals.typed("!isolate endpoint=B")
    await approvals.world.journal.commit(some_changes(actor="eve"), {other.id: closed})
    assert len(await open_requests(approvals.world.store, approvals.world.incident.id)) == 1


async def test_a_command_that_closes_the_incident_withdraws_them_too() -> None:
    approvals = await approval_world(rules=ALWAYS)
    asked = await approvals.typed("!isolate endpoint=A")
    assert (await approvals.typed("!closeInvestigation closeReason=Resolved")).state is PlanState.COMPLETED
    ended = await approvals.driven(asked.id)
    assert "It was withdrawn, because bob closed incident" in ended.error
    assert (await approvals.task(asked)).state is TaskState.ERROR


async def test_a_request_of_a_plan_whose_place_another_takes_is_withdrawn_in_the_audit() -> None:
    other = isolating("Z", name="Other")
    approvals = await approval_world(rules=ALWAYS, playbooks=[other])
    plan = await approvals.started(isolating("A"))
    await approvals.typed("!setPlaybook name=Other", BOB)
    await approvals.driven(plan.id)
    (row,) = [each for each in await audit(approvals) if each.plan == plan.id]
    assert (row.refused, row.answer) == ("withdrawn", "'Other' took the plan's place. Nothing was done.")
    with pytest.raises(ConflictError, match="does not wait for an answer"):
        await approvals.world.plans.answer(plan.id, TaskKey("1"), "Approve", "x", EVE)
