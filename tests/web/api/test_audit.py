from datetime import UTC, datetime

import pytest

from tests.web.desk import Desk
from warroom.model.ids import PlanId, TaskKey
from warroom.services.ports.store import ActionMark
from warroom.web.api import API
from warroom.web.api.audit import cursor_of, mark_of


def test_a_cursor_leads_back_to_its_place() -> None:
    mark = ActionMark(began=datetime(2026, 11, 24, tzinfo=UTC), plan=PlanId("p1"), key=TaskKey("5#2/3@1"), attempt=2)
    assert mark_of(cursor_of(mark)) == mark


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10=", "eyJhIjoxfQ==", "WzEsMiwzLDRd", "é"])
async def test_a_cursor_that_is_none_is_refused(desk: Desk, cursor: str) -> None:
    answer = await desk.reader.get(f"{API}/audit", params={"cursor": cursor})
    assert answer.status_code == 422
    assert "cursor" in answer.json()["detail"]


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-24T10:00:00"])
async def test_a_moment_needs_its_zone(desk: Desk, moment: str) -> None:
    assert (await desk.reader.get(f"{API}/audit", params={"since": moment})).status_code == 422


async def test_nothing_was_done_where_nobody_acted(desk: Desk) -> None:
    assert (await desk.reader.get(f"{API}/audit", params={"by": "ana"})).json() == {"items": [], "cursor": None}
