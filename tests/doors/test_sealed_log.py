"""The sealed log, at both doors."""

import pytest

from tests.web.clients import Clients
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform

WRONG_HEADS = ["17", ":c0ffee", "1:c0ffee", f"1:{'g' * 64}", f"-1:{'0' * 64}"]


async def test_the_log_is_checked_over_the_api_as_on_the_machine(clients: Clients) -> None:
    await clients.incident()
    await clients.app.sealing.seal()
    verdict = (await clients.admin.post(f"{API}/audit/verify", json={})).json()
    assert (verdict["whole"], verdict["problems"]) == (True, [])
    assert verdict == await perform(clients.app, "audit.verify", {}, an_actor())
    number, _, digest = verdict["head"].partition(":")
    noted = await clients.admin.post(f"{API}/audit/verify", json={"head": verdict["head"]})
    assert noted.json() == await perform(clients.app, "audit.verify", {"head": [int(number), digest]}, an_actor())
    assert noted.json()["whole"]
    gone = await clients.admin.post(f"{API}/audit/verify", json={"head": f"{number}:{'0' * 64}"})
    assert (gone.status_code, gone.json()["whole"]) == (200, False)


@pytest.mark.parametrize("head", WRONG_HEADS)
async def test_a_head_that_is_none_is_refused(clients: Clients, head: str) -> None:
    answer = await clients.admin.post(f"{API}/audit/verify", json={"head": head})
    assert (answer.status_code, "head" in answer.json()["detail"]) == (422, True)


async def test_a_key_that_is_none_is_refused(clients: Clients) -> None:
    answer = await clients.admin.post(f"{API}/audit/verify", json={"keys": ["zz"]})
    assert (answer.status_code, "is no fingerprint of a key" in answer.json()["detail"]) == (422, True)


async def test_old_events_go_with_a_reason_and_a_checkpoint_stays(clients: Clients) -> None:
    await clients.incident()
    asked = {"before": "2020-01-01T00:00:00Z", "reason": "One year is kept"}
    assert (await clients.admin.post(f"{API}/audit/trim", json=asked)).status_code == 409
    assert (await clients.admin.post(f"{API}/audit/trim", json={"before": "2999-01-01T00:00:00Z"})).status_code == 422
    done = await clients.admin.post(f"{API}/audit/trim", json={**asked, "before": "2999-01-01T00:00:00Z"})
    assert done.json()["removed"] > 0
    assert (await clients.admin.post(f"{API}/audit/verify", json={})).json()["removed"] == done.json()["removed"]
