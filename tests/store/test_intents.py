from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Intent
from warroom.services.ports.store import Action, ActionQuery, Store
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, some_changes

P1 = PlanId("p1")
LATER = START + timedelta(seconds=30)
FULL = Intent(
    plan=P1,
    key=TaskKey("5#3/2"),
    attempt=1,
    command="isolate",
    idempotency_key="k",
    started=START,
    ended=LATER,
    actor="ana",
    target={"endpoint": ["WIN-7"]},
    answer="1 task started",
    failed=True,
)


async def test_an_intent_comes_back_whole(store: Store) -> None:
    await store.commit(some_changes(intents=[FULL], durable=True))
    assert await store.intents(P1) == [FULL]


async def test_an_intent_is_done_when_it_is_saved_again(store: Store) -> None:
    first = replace(FULL, ended=None)
    second = replace(first, attempt=2, started=LATER)
    await store.commit(some_changes(intents=[first, second], durable=True))
    await store.commit(some_changes(intents=[replace(first, ended=LATER)]))
    assert await store.intents(P1) == [replace(first, ended=LATER), second]
    assert await store.intents(PlanId("p2")) == []


async def test_a_request_that_came_to_nothing_is_in_the_audit_and_never_began(store: Store) -> None:
    refused = replace(FULL, attempt=2, refused="rejected")
    await store.commit(some_changes(plans=[a_plan("p1", 7)], intents=[FULL, refused], durable=True))
    assert await store.intents(P1) == [FULL]
    assert [action.intent for action in await store.actions(ActionQuery())] == [refused, FULL]


def an_intent(minute: int, **fields: str) -> Intent:
    known: dict[str, Any] = {"key": TaskKey(str(minute)), "started": START + timedelta(minutes=minute), "actor": "DBot"}
    return replace(FULL, **{**known, **fields})


@pytest.fixture
async def audit(store: Store) -> Store:
    """Five actions on two incidents."""
    await store.commit(some_changes(plans=[a_plan("p1", 1, started_by="ana"), a_plan("p2", 2)]))
    intents = [
        an_intent(1),
        an_intent(2, actor="ana"),
        an_intent(3, plan="p2"),
        an_intent(4, plan="p2", command="restore"),
        an_intent(5, command="restore", actor="ana"),
    ]
    await store.commit(some_changes(intents=intents))
    return store


def keys(actions: Sequence[Action]) -> list[str]:
    return [action.intent.key for action in actions]


async def test_actions_come_newest_first_with_their_plans(audit: Store) -> None:
    actions = await audit.actions(ActionQuery())
    assert keys(actions) == ["5", "4", "3", "2", "1"]
    assert actions[0].plan == await audit.plan(P1)
    assert [action.plan.incident for action in actions] == ["1", "2", "2", "1", "1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (ActionQuery(actor="ana"), ["5", "2"]),
        (ActionQuery(command="restore"), ["5", "4"]),
        (ActionQuery(incident=IncidentId("2")), ["4", "3"]),
        (ActionQuery(since=START + timedelta(minutes=4)), ["5", "4"]),
        (ActionQuery(until=START + timedelta(minutes=2)), ["1"]),
        (ActionQuery(actor="ana", command="isolate"), ["2"]),
        (ActionQuery(actor="no\0body"), []),
        (ActionQuery(limit=2), ["5", "4"]),
    ],
)
async def test_actions_are_found_by(audit: Store, query: ActionQuery, found: list[str]) -> None:
    assert keys(await audit.actions(query)) == found


async def test_pages_follow_each_other_without_gap_or_repetition(audit: Store) -> None:
    same_moment = [an_intent(1, key=key) for key in ("a", "b", "c")]
    await audit.commit(some_changes(intents=same_moment))
    seen: list[str] = []
    query = ActionQuery(limit=2)
    while page := await audit.actions(query):
        seen += keys(page)
        query = replace(query, before=page[-1].mark)
    assert seen[:4] == ["5", "4", "3", "2"]
    assert sorted(seen[4:]) == ["1", "a", "b", "c"]
