"""A request that comes to nothing: rejected, expired or withdrawn, it stands in the audit, and nothing is done."""

from dataclasses import replace

import pytest

from tests.services.approvals.desk import BOB, EVE, Desk, a_desk, isolating
from warroom.model.errors import ConflictError
from warroom.model.ids import IncidentId, TaskKey
from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanState, TaskState
from warroom.services.approvals.refusing import open_requests
from warroom.services.approvals.rules import Rules
from warroom.services.audit import Audit, AuditRow
from warroom.services.ports.store import ActionQuery
from warroom.testing.samples import some_changes

ALWAYS = Rules(commands=("isolate",))


def closed(current: Incident) -> Incident:
    return replace(current, status=Status.DONE)


def opened(current: Incident) -> Incident:
    return replace(current, status=Status.ACTIVE)


async def close(desk: Desk, actor: str = "eve") -> None:
    changes = some_changes(actor=actor, at=desk.world.clock.now())
    await desk.world.journal.commit(changes, {desk.world.incident.id: closed})


async def audit(desk: Desk, query: ActionQuery = ActionQuery()) -> list[AuditRow]:  # noqa: B008  # it is frozen
    return list(await Audit(store=desk.world.store).list(query, EVE))


async def test_a_rejection_stands_in_the_audit_and_is_no_action_that_began() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A description=why")
    (request,) = await desk.requests()
    await desk.answer(request, "Reject", comment="It is a server.")
    (row,) = await audit(desk)
    assert (row.refused, row.failed, row.command, row.target["endpoint"]) == ("rejected", True, "isolate", "A")
    assert (row.actor, row.approved_by, row.answer) == ("bob", (), "eve rejected it: It is a server.")
    assert await desk.world.store.intents(plan.id) == []
    assert [row.refused for row in await audit(desk, ActionQuery(actor="bob", command="isolate"))] == ["rejected"]
    assert await audit(desk, ActionQuery(before=row.mark)) == []


async def test_a_rejection_of_several_plans_that_ask_the_same_stands_there_for_each() -> None:
    desk = await a_desk(rules=ALWAYS)
    for _ in range(2):
        await desk.started(isolating("A"))
    first, second = await desk.requests()
    await desk.answer(first, "Reject")
    rows = await audit(desk)
    assert {(row.plan, row.refused, row.actor) for row in rows} == {
        (first.plan, "rejected", "DBot"), (second.plan, "rejected", "DBot")
    }  # fmt: skip


async def test_an_expiry_stands_in_the_audit_and_what_is_asked_again_and_approved_beside_it() -> None:
    desk = await a_desk(rules=ALWAYS)
    plan = await desk.typed("!isolate endpoint=A")
    desk.world.clock.advance(25 * 3600)
    await desk.driven(plan.id)
    (row,) = await audit(desk)
    assert (row.refused, row.answer) == ("expired", "Nobody answered in time. Nothing was done.")
    (task,) = await desk.world.asked()
    await desk.answer(task, "ask again")
    (request,) = await desk.requests()
    await desk.answer(request)
    assert [each.refused for each in await audit(desk)] == ["", "expired"]
    assert desk.product.endpoints == ["A"]


async def test_closing_the_incident_withdraws_its_requests_and_says_so() -> None:
    desk = await a_desk(rules=ALWAYS)
    typed = await desk.typed("!isolate endpoint=A")
    played = await desk.started(isolating("B"))
    requests = await desk.requests()
    await close(desk)
    said = [str(text) for text in await desk.world.said()]
    assert (
        'bob had asked for approval of `!isolate endpoint="A"` on lab-1. It was withdrawn, because eve closed incident'
        f" {desk.world.incident.id}. Nothing was done."
    ) in said
    for request in requests:  # also before a driver has come to it
        with pytest.raises(ConflictError, match=r"^The request was withdrawn at .*, because eve closed incident"):
            await desk.answer(request)
    for plan in (typed, played):
        ended = await desk.driven(plan.id)
        assert (ended.state, "It was withdrawn, because eve closed" in ended.error) == (PlanState.FAILED, True)
    for request in requests:
        with pytest.raises(ConflictError, match="whoever still wants it asks for it again"):
            await desk.answer(request)
    assert {row.refused for row in await audit(desk)} == {"withdrawn"}
    assert (len(await audit(desk)), desk.product.asked) == (2, [])


async def test_a_reopened_incident_has_no_request_until_somebody_asks_again() -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    await close(desk)
    await desk.world.journal.commit(some_changes(), {desk.world.incident.id: opened})
    assert await open_requests(desk.world.store, desk.world.incident.id) == []
    again = await desk.typed("!isolate endpoint=A")
    assert again.state is PlanState.WAITING
    (request,) = [task for task in await desk.requests() if task.plan == again.id]
    await desk.answer(request)
    assert desk.product.endpoints == ["A"]


async def test_closing_leaves_alone_what_was_answered_and_other_incidents_requests() -> None:
    desk = await a_desk(rules=ALWAYS)
    await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await desk.world.plans.answer(request.plan, request.key, "Approve", "It spreads.", EVE)
    await close(desk)
    assert (await desk.driven(request.plan)).state is PlanState.COMPLETED
    assert desk.product.endpoints == ["A"]
    other = replace(desk.world.incident, id=IncidentId("99"))
    await desk.world.store.commit(some_changes(incidents=[other]))
    await desk.typed("!isolate endpoint=B")
    await desk.world.journal.commit(some_changes(actor="eve"), {other.id: closed})
    assert len(await open_requests(desk.world.store, desk.world.incident.id)) == 1


async def test_a_command_that_closes_the_incident_withdraws_them_too() -> None:
    desk = await a_desk(rules=ALWAYS)
    asked = await desk.typed("!isolate endpoint=A")
    assert (await desk.typed("!closeInvestigation closeReason=Resolved")).state is PlanState.COMPLETED
    ended = await desk.driven(asked.id)
    assert "It was withdrawn, because bob closed incident" in ended.error
    assert (await desk.task(asked)).state is TaskState.ERROR


async def test_a_request_of_a_plan_whose_place_another_takes_is_withdrawn_in_the_audit() -> None:
    other = isolating("Z", name="Other")
    desk = await a_desk(rules=ALWAYS, playbooks=[other])
    plan = await desk.started(isolating("A"))
    await desk.typed("!setPlaybook name=Other", BOB)
    await desk.driven(plan.id)
    (row,) = [each for each in await audit(desk) if each.plan == plan.id]
    assert (row.refused, row.answer) == ("withdrawn", "'Other' took the plan's place. Nothing was done.")
    with pytest.raises(ConflictError, match="does not wait for an answer"):
        await desk.world.plans.answer(plan.id, TaskKey("1"), "Approve", "x", EVE)
