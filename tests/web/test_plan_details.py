import pytest

from tests.web.desk import Desk
from warroom.model.errors import NotFoundError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.user import SYSTEM
from warroom.web.api import API
from warroom.web.plan_details import task_details


async def typed(desk: Desk) -> PlanId:
    incident = await desk.incident()
    body = {"text": "!Print value=hello"}
    answer = await desk.done(await desk.analyst.post(f"{API}/incidents/{incident}/commands", json=body))
    return PlanId(answer.json()["plan"])


async def test_a_task_shows_its_own_entries_and_timings(desk: Desk) -> None:
    first, second = await typed(desk), await typed(desk)
    shown = await task_details(desk.app, second, TaskKey("1"), SYSTEM)
    assert [entry["contents"] for entry in shown["entries"]] == ["hello"]
    assert shown["plan"] != first
    assert (shown["state"], shown["attempts"], shown["waits_for"]) == ("Completed", 1, None)
    assert shown["finished"] >= shown["started"]


async def test_a_task_that_is_not_there_is_said(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="task 9"):
        await task_details(desk.app, await typed(desk), TaskKey("9"), SYSTEM)
