from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from starlette.datastructures import QueryParams

from tests.web.clients import Clients
from warroom.doors.audit import cursor_of
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.services.audit.audit import AuditRow
from warroom.services.ports.store import ActionMark
from warroom.web.api import API
from warroom.web.pages.audit import query_of, shown, target_of

STARTED = datetime(2026, 11, 24, 10, tzinfo=UTC)
MARK = ActionMark(started=STARTED, plan=PlanId("p"), key=TaskKey("3"), attempt=1)
ROW = AuditRow(
    incident=IncidentId("7"),
    plan=PlanId("p"),
    playbook="Contain",
    task=TaskKey("3"),
    attempt=1,
    command="trendmicro-visionone-isolate-endpoint",
    actor="DBot",
    started_by="ada",
    approved_by=("ben",),
    target={"endpoint_identifiers": '[{"endpoint": "FIN-1"}]'},
    started=STARTED,
    ended=STARTED + timedelta(seconds=2),
    failed=False,
    answer="# Done\n\n| a |\n|---|\n| <b> |",
    mark=MARK,
)


def test_an_action_of_a_playbook_names_who_started_it() -> None:
    action = shown(ROW)
    assert (action.who, action.through) == ("playbook", "Contain, started by ada")
    assert action.target == (("endpoint", "FIN-1"),)


def test_an_answer_is_markdown_that_is_safe_and_keeps_the_order_of_headings() -> None:
    assert "<h3>Done</h3>" in shown(ROW).answer
    assert "&lt;b&gt;" in shown(ROW).answer


@pytest.mark.parametrize(
    ("row", "outcome"),
    [(ROW, "done"), (replace(ROW, failed=True), "failed"), (replace(ROW, ended=None), "under way")],
)
def test_an_action_says_what_came_of_it(row: AuditRow, outcome: str) -> None:
    assert shown(row).outcome == outcome


def test_a_target_without_end_is_cut() -> None:
    deep: object = "end"
    for _ in range(200):
        deep = [{"a": deep}]
    assert len(target_of({"deep": deep})) == 1
    assert len(target_of({str(number): "x" for number in range(100)})) == 12
    assert target_of({"broken": "[not json"}) == (("broken", "[not json"),)


def test_an_address_pages_on_and_leaves_out_what_is_no_day() -> None:
    query = query_of(QueryParams({"since": "yesterday", "incident": "x", "cursor": cursor_of(MARK)}))
    assert (query.since, query.incident, query.before) == (None, None, MARK)


async def test_the_audit_says_that_nothing_was_done_yet(clients: Clients) -> None:
    assert "No response action matches" in (await clients.reader.get("/audit")).text


async def test_a_cursor_that_is_not_ours_is_refused_in_a_sentence(clients: Clients) -> None:
    answer = await clients.reader.get("/fragments/audit?cursor=nonsense")
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


def test_the_reason_of_a_failure_is_shown_to_the_letter() -> None:
    reason = r"C:\Users\bob\.aws\*.dmp is not on \\fs01"
    assert reason in shown(replace(ROW, failed=True, answer=reason)).answer


async def test_a_pause_has_its_row_with_who_why_and_what(clients: Clients) -> None:
    await clients.admin.post(f"{API}/halts", json={"instance": "", "reason": "It isolates <b>wrong</b> hosts."})
    await clients.admin.post(f"{API}/halts/end", json={"instance": ""})
    text = (await clients.reader.get("/audit")).text
    assert "It isolates &lt;b&gt;wrong&lt;/b&gt; hosts." in text
    assert text.index(">resumed<") < text.index(">paused<")
    assert "<code>pause</code>" in text
    assert "every instance" in text
    assert ">paused<" not in (await clients.reader.get("/audit", params={"command": "resume"})).text
    items = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert [(item["command"], item["actor"]) for item in items] == [("resume", "admin"), ("pause", "admin")]
