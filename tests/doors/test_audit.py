"""Pauses stand among the actions of the audit, at their time, and page on with them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.audit import cursor_of, line_of, mark_of, page
from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import Intent
from warroom.model.user import Role
from warroom.services.app import App
from warroom.services.ports.halts import HaltChange
from warroom.services.ports.store import ActionMark, ActionQuery
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, an_actor, an_incident, some_changes
from warroom.web.api import API
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
            started=at(number),
            ended=at(number),
        )
        for number in range(0, 10, 2)
    ]
    await app.store.commit(some_changes(incidents=[an_incident(1)], plans=[plan], intents=intents))
    everything = Halt(actor="eve", since=at(3), reason="It isolates the wrong hosts.")
    await app.pausing.halting.halts.start(everything)
    await app.pausing.halting.halts.end(everything, "Fixed.", "ana", at(5))
    await app.pausing.halting.halts.start(Halt(instance="acme", actor="eve", since=at(6), reason="Their window."))
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


async def test_a_plan_that_was_cancelled_is_found_by_its_incident_and_by_that_it_was(app: App) -> None:
    await app.store.commit(some_changes(incidents=[an_incident(1)]))
    one = HaltChange(
        change="cancelled",
        plan=PlanId("p1"),
        playbook="Ask",
        incident=IncidentId("1"),
        reason="Drill.",
        actor="eve",
        at=at(1),
    )
    await app.pausing.halting.halts.tell([one, HaltChange(change="cancelled", count=2, actor="eve", at=at(2))])
    [row] = (await page(app, ActionQuery(incident=IncidentId("1")), ADMIN)).rows
    shown = json_of(line_of(row))
    assert (shown["command"], shown["plan"], shown["incident"], shown["answer"]) == ("cancel", "p1", "1", "Drill.")
    found = await page(app, ActionQuery(command="cancel"), ADMIN)
    assert [line_of(row).target for row in found.rows] == [{"plan": "2 plans"}, {"plan": "plan p1 (Ask)"}]


def test_a_cursor_leads_back_to_its_place() -> None:
    mark = ActionMark(started=datetime(2026, 11, 24, tzinfo=UTC), plan=PlanId("p1"), key=TaskKey("5#2/3@1"), attempt=2)
    assert mark_of(cursor_of(mark)) == mark


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10=", "eyJhIjoxfQ==", "WzEsMiwzLDRd", "é"])
async def test_a_cursor_that_is_none_is_refused(clients: Clients, cursor: str) -> None:
    answer = await clients.reader.get(f"{API}/audit", params={"cursor": cursor})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-24T10:00:00"])
async def test_a_moment_needs_its_zone(clients: Clients, moment: str) -> None:
    assert (await clients.reader.get(f"{API}/audit", params={"since": moment})).status_code == 422


async def test_nothing_was_done_where_nobody_acted(clients: Clients) -> None:
    assert (await clients.reader.get(f"{API}/audit", params={"by": "ana"})).json() == {"items": [], "cursor": None}
