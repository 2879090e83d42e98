from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Answer, Approved, Intent
from warroom.model.user import Role
from warroom.services.audit.audit import Audit
from warroom.services.ports.store import ActionQuery
from warroom.services.ports.users import UserEvent
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, an_actor, an_entry, some_changes
from warroom.testing.store import MemoryStore

LATER = START + timedelta(minutes=1)
ISOLATED = Intent(
    plan=PlanId("p1"),
    key=TaskKey("2"),
    attempt=1,
    command="isolate",
    started=LATER,
    ended=LATER,
    actor="DBot",
    target={"endpoint": "WIN-7"},
    answer="1 task started",
)
APPROVED = Answer(plan=PlanId("p1"), key=TaskKey("1"), choice="yes", actor="ana", at=START)


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore()
    await store.commit(some_changes(plans=[a_plan("p1", 7, started_by="fetch"), a_plan("p2", 8, started_by="bob")]))
    return store


async def test_a_row_says_who_did_what_on_which_target_when_with_which_answer(store: MemoryStore) -> None:
    await store.commit(some_changes(intents=[ISOLATED], answers=[APPROVED]))
    (row,) = await Audit(store=store).list(ActionQuery(), an_actor(role=Role.READER))
    assert (row.incident, row.playbook, row.task, row.command) == ("7", "Collect Evidence", "2", "isolate")
    assert (row.actor, row.started_by, row.approved_by) == ("DBot", "fetch", ("ana",))
    assert (row.target, row.answer, row.failed) == ({"endpoint": "WIN-7"}, "1 task started", False)
    assert (row.started, row.ended) == (LATER, LATER)


async def test_who_answered_afterwards_did_not_approve(store: MemoryStore) -> None:
    late = replace(APPROVED, key=TaskKey("3"), actor="eve", at=LATER + timedelta(seconds=1))
    again = replace(APPROVED, key=TaskKey("4"))
    await store.commit(some_changes(intents=[ISOLATED], answers=[APPROVED, again, late]))
    (row,) = await Audit(store=store).list(ActionQuery(), an_actor())
    assert row.approved_by == ("ana",)


async def test_an_action_that_needed_approval_says_by_whose_word_it_passed(store: MemoryStore) -> None:
    word = Approved(by="eve", at=START, reason="It spreads.", key=TaskKey("2"), attempt=0, instances=("lab-1",))
    await store.commit(some_changes(intents=[replace(ISOLATED, approved=word)], answers=[APPROVED]))
    (row,) = await Audit(store=store).list(ActionQuery(), an_actor())
    assert (row.approved_by, row.approval) == (("eve",), word)


async def test_pages_go_on_from_a_mark(store: MemoryStore) -> None:
    older = replace(ISOLATED, plan=PlanId("p2"), started=START, actor="bob")
    await store.commit(some_changes(intents=[ISOLATED, older]))
    audit = Audit(store=store)
    (first,) = await audit.list(ActionQuery(limit=1), an_actor())
    (second,) = await audit.list(ActionQuery(limit=1, before=first.mark), an_actor())
    assert (first.incident, second.incident, second.actor) == ("7", IncidentId("8"), "bob")
    assert await audit.list(ActionQuery(before=second.mark), an_actor()) == []


async def test_only_an_admin_is_told_of_users_and_others_still_move_on(store: MemoryStore) -> None:
    told = UserEvent(kind="sign-in", actor="eve", at=START, payload={"name": "eve", "outcome": "refused"})
    await store.users.tell(told)
    await store.commit(some_changes(entries=[an_entry()]))
    audit = Audit(store=store)
    whole = await audit.events(2, an_actor())
    seen = await audit.events(2, an_actor(role=Role.RESPONDER))
    assert whole == await store.events(2)
    assert [event.sequence for event in seen] == [event.sequence for event in whole] == [3, 4]
    assert (seen[0].actor, seen[0].payload) == ("", {})
    assert seen[1] == whole[1]
