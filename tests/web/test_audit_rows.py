"""Pauses stand among the actions of the audit, at their time, and page on with them."""

from datetime import timedelta
from typing import Any

import pytest

from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, TaskKey
from warroom.model.plan import Intent
from warroom.model.user import Role
from warroom.services.app import App
from warroom.services.ports.halts import HaltChange
from warroom.services.ports.store import ActionQuery
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, an_actor, an_incident, some_changes
from warroom.web.audit_rows import page
from warroom.web.perform import perform

ADMIN = an_actor()


def at(minutes: int) -> Any:
    return START + timedelta(minutes=minutes)


@pytest.fixture
async def audited(app: App) -> App:
    """Actions at 0, 2, 4, 6 and 8 minutes; a pause at 3, its end at 5, one of an instance at 6."""
    plan = a_plan()
    intents = [
        Intent(
            plan=plan.id,
            key=TaskKey(f"{number}"),
            attempt=1,
            command="isolate",
            actor="bob",
            began=at(number),
            done=at(number),
        )
        for number in range(0, 10, 2)
    ]
    await app.store.commit(some_changes(incidents=[an_incident(1)], plans=[plan], intents=intents))
    everything = Halt(actor="eve", since=at(3), reason="It isolates the wrong hosts.")
    await app.pausing.halting.halts.begin(everything)
    await app.pausing.halting.halts.end(everything, "Fixed.", "ana", at(5))
    await app.pausing.halting.halts.begin(Halt(instance="acme", actor="eve", since=at(6), reason="Their window."))
    return app


def names(rows: Any) -> list[str]:
    return [row.change if isinstance(row, HaltChange) else row.task for row in rows]


async def test_a_pause_stands_where_it_happened(audited: App) -> None:
    found = await page(audited, ActionQuery(), ADMIN)
    assert names(found.rows) == ["8", "6", "paused", "resumed", "4", "paused", "2", "0"]
    assert found.mark is None


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_page_by_page_each_row_comes_once(audited: App, limit: int) -> None:
    whole = names((await page(audited, ActionQuery(), ADMIN)).rows)
    seen: list[str] = []
    query = ActionQuery(limit=limit)
    while True:
        found = await page(audited, query, ADMIN)
        seen += names(found.rows)
        if found.mark is None:
            break
        query = ActionQuery(limit=limit, before=found.mark)
    assert sorted(seen) == sorted(whole)
    assert len(whole) == 8


async def test_filters_hold_for_pauses_too(audited: App) -> None:
    assert names((await page(audited, ActionQuery(command="resume"), ADMIN)).rows) == ["resumed"]
    assert names((await page(audited, ActionQuery(actor="eve"), ADMIN)).rows) == ["paused", "paused"]
    assert names((await page(audited, ActionQuery(command="isolate"), ADMIN)).rows) == ["8", "6", "4", "2", "0"]
    assert names((await page(audited, ActionQuery(incident=IncidentId("1")), ADMIN)).rows) == ["8", "6", "4", "2", "0"]
    assert names((await page(audited, ActionQuery(since=at(5), until=at(6)), ADMIN)).rows) == ["resumed"]


async def test_the_local_door_lists_both_with_who_what_and_why(audited: App) -> None:
    rows = await perform(audited, "audit.list", {"limit": 3}, an_actor(role=Role.READER))
    assert len(rows) == 3
    (pause,) = [row for row in rows if row["command"] == "pause"]
    assert (pause["actor"], pause["target"], pause["answer"]) == ("eve", {"instance": "acme"}, "Their window.")
    ended = await perform(audited, "audit.list", {"command": "resume"}, ADMIN)
    assert [(row["actor"], row["target"], row["answer"]) for row in ended] == [
        ("ana", {"instance": "every instance"}, "Fixed.")
    ]
    assert {row["plan"] for row in rows} == {None, "p1"}
