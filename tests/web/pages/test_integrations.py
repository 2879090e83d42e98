from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.web.asides import ASIDE, put_aside
from tests.web.desk import Desk
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.user import SYSTEM
from warroom.services.fetching import Health
from warroom.testing.samples import an_incident, some_changes
from warroom.web.doctor import findings
from warroom.web.pages.integrations import state_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FETCHES = IntegrationInstance(id=InstanceId("i"), name="v1", integration="VisionOneResponse", fetch=True)
FINE = Health(at=NOW, incidents=2, error="")


@pytest.mark.parametrize(
    ("instance", "health", "word"),
    [
        (FETCHES, FINE, "fetching"),
        (FETCHES, None, "waiting"),
        (FETCHES, replace(FINE, error="Vision One answered 401."), "failing"),
        (replace(FETCHES, fetch=False), None, "on"),
        (replace(FETCHES, enabled=False), FINE, "off"),
    ],
)
def test_an_instance_says_how_it_fares(instance: IntegrationInstance, health: Health | None, word: str) -> None:
    assert state_of(instance, health, is_installed=True).word == word


def test_a_failing_instance_says_what_now() -> None:
    state = state_of(FETCHES, replace(FINE, error="Vision One answered 401."), is_installed=True)
    assert "key" in state.remedy


def test_an_instance_without_its_pack_says_so() -> None:
    state = state_of(FETCHES, None, is_installed=False)
    assert (state.word, state.look) == ("no pack", "bad")
    assert "Install the pack" in state.remedy


async def test_settings_are_shown_and_secrets_are_not(desk: Desk) -> None:
    params = {"url": "http://127.0.0.1:9", "read_only": "true"}
    await desk.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "very-secret-key"}, SYSTEM)
    page = (await desk.admin.get("/fragments/integrations")).text
    assert "http://127.0.0.1:9" in page
    assert "read-only" in page
    assert "very-secret-key" not in page


async def test_a_mirroring_that_fails_says_so_on_the_page_in_the_api_and_to_the_doctor(desk: Desk) -> None:
    params = {"url": "http://127.0.0.1:9"}
    instance = await desk.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "very-secret"}, SYSTEM)
    record = MirrorRecord(incident=IncidentId("1"), instance="tenant", synced=NOW)
    await desk.app.journal.commit(some_changes(incidents=[an_incident()], mirrors=[record]))
    mirrored = await desk.app.runtime.mirror_now(instance.id, SYSTEM)
    assert mirrored.error

    page = (await desk.admin.get("/fragments/integrations")).text
    (listed,) = (await desk.admin.get("/api/v1/instances")).json()["items"]
    (found,) = [item for item in await findings(desk.app, SYSTEM) if item["what"] == "instance tenant mirroring"]

    assert "Last mirroring" in page
    assert mirrored.error[:40] in page
    assert listed["last_mirroring"]["error"] == found["found"] == mirrored.error
    assert not found["ok"]
    assert "very-secret" not in page


async def test_only_admins_are_offered_to_change_something(desk: Desk) -> None:
    params = {"url": "http://127.0.0.1:9"}
    await desk.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "k"}, SYSTEM)
    assert 'data-do="remove"' in (await desk.admin.get("/integrations")).text
    assert 'data-do="' not in (await desk.responder.get("/integrations")).text


async def test_the_simulator_is_offered_until_it_is_there(desk: Desk) -> None:
    assert 'id="simulator"' in (await desk.admin.get("/integrations")).text
    assert (await desk.admin.post("/api/v1/simulator")).status_code == 201
    assert 'id="simulator"' not in (await desk.admin.get("/integrations")).text


async def test_records_that_are_set_aside_stand_at_their_instance_with_what_can_be_done(desk: Desk) -> None:
    await put_aside(desk.app, failures=3)
    page = (await desk.admin.get("/integrations")).text
    assert "3 fetches in a row have failed" in page
    assert "WB-1 &lt;b&gt;Dump&lt;/b&gt;" in page
    assert f'data-do="replay" data-aside="{ASIDE.id}"' in page
    seen = (await desk.reader.get("/fragments/integrations")).text
    assert ASIDE.why in seen
    assert 'data-do="replay"' not in seen


async def test_records_of_an_instance_that_is_gone_are_still_shown(desk: Desk) -> None:
    await put_aside(desk.app)
    await desk.app.journal.remove_instance(ASIDE.instance, "ana", NOW)
    page = (await desk.admin.get("/integrations")).text
    assert "Instances that were removed" in page
    assert ASIDE.why in page


async def test_mirroring_that_is_held_is_said_everywhere_until_a_person_lets_it_mirror(desk: Desk) -> None:
    params = {"url": "http://127.0.0.1:9"}
    instance = await desk.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "k"}, SYSTEM)
    run = MirrorRun(instance=instance.id, deaths=3, held=NOW)
    record = MirrorRecord(incident=IncidentId("1"), instance="tenant", synced=NOW)
    await desk.app.journal.commit(some_changes(incidents=[an_incident()], mirrors=[record], mirror_run=run))
    says = "Its mirroring was under way at 3 deaths of the process and is held"

    page = (await desk.admin.get("/integrations")).text
    assert says in page
    assert 'data-do="mirror"' in page
    found = [item for item in await findings(desk.app, SYSTEM) if item["what"] == "instance tenant mirroring"]
    assert [says in item["found"] for item in found] == [True]
    assert (await desk.admin.get("/healthz")).json() == {"status": "degraded", "fetching": {"not mirrored": 1}}
    assert 'warroom_fetch_concerns{kind="not mirrored"} 1.0' in (await desk.admin.get("/metrics")).text

    await desk.app.runtime.mirror_now(instance.id, SYSTEM)
    assert says not in (await desk.admin.get("/integrations")).text
