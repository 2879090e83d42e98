import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.web.asides import ASIDE, DROPPED, put_aside
from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.doctor import findings
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.model.user import SYSTEM
from warroom.services.intake.fetching import Health
from warroom.services.ports.fetches import FetchStep, Untaken
from warroom.testing.samples import an_incident, some_changes
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
    assert (state.word, state.appearance) == ("no pack", "bad")
    assert "Install the pack" in state.remedy


async def test_settings_are_shown_and_secrets_are_not(clients: Clients) -> None:
    params = {"url": "http://127.0.0.1:9", "read_only": "true"}
    await clients.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "very-secret-key"}, SYSTEM)
    page = (await clients.admin.get("/fragments/integrations")).text
    assert "http://127.0.0.1:9" in page
    assert "read-only" in page
    assert "very-secret-key" not in page


async def test_a_mirroring_that_fails_says_so_on_the_page_in_the_api_and_to_the_doctor(clients: Clients) -> None:
    params = {"url": "http://127.0.0.1:9"}
    instance = await clients.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "very-secret"}, SYSTEM)
    record = MirrorRecord(incident=IncidentId("1"), instance="tenant", synced=NOW)
    await clients.app.journal.commit(some_changes(incidents=[an_incident()], mirrors=[record]))
    mirrored = await clients.app.runtime.mirror_now(instance.id, SYSTEM)
    assert mirrored.error

    page = (await clients.admin.get("/fragments/integrations")).text
    (listed,) = (await clients.admin.get("/api/v1/instances")).json()["items"]
    (found,) = [
        item for item in json_of(await findings(clients.app, SYSTEM)) if item["what"] == "instance tenant mirroring"
    ]

    assert "Last mirroring" in page
    assert mirrored.error[:40] in page
    assert listed["last_mirroring"]["error"] == found["found"] == mirrored.error
    assert not found["ok"]
    assert "very-secret" not in page


async def test_only_admins_are_offered_to_change_something(clients: Clients) -> None:
    params = {"url": "http://127.0.0.1:9"}
    await clients.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "k"}, SYSTEM)
    assert 'data-do="remove"' in (await clients.admin.get("/integrations")).text
    assert 'data-do="' not in (await clients.responder.get("/integrations")).text


async def test_the_simulator_is_offered_until_it_is_there(clients: Clients) -> None:
    assert 'id="simulator"' in (await clients.admin.get("/integrations")).text
    assert (await clients.admin.post("/api/v1/simulator")).status_code == 201
    assert 'id="simulator"' not in (await clients.admin.get("/integrations")).text


async def test_records_that_are_set_aside_stand_at_their_instance_with_what_can_be_done(clients: Clients) -> None:
    await put_aside(clients.app, failures=3)
    page = (await clients.admin.get("/integrations")).text
    assert "3 fetches in a row have failed" in page
    assert "WB-1 &lt;b&gt;Dump&lt;/b&gt;" in page
    assert f'data-do="replay" data-aside="{ASIDE.id}"' in page
    assert 'data-do="reset"' in page
    seen = (await clients.reader.get("/fragments/integrations")).text
    assert ASIDE.why in seen
    assert 'data-do="replay"' not in seen


async def test_what_rules_dropped_is_counted_at_its_instance(clients: Clients) -> None:
    await put_aside(clients.app, aside=DROPPED)
    page = (await clients.reader.get("/integrations")).text
    assert "Pre-process rules have dropped 1 alert of it in the last 30 days" in page
    assert "set aside</span>" not in page


async def test_what_rules_dropped_is_shown_page_by_page_and_admins_take_it(clients: Clients) -> None:
    await put_aside(clients.app, aside=DROPPED)
    older = [replace(DROPPED, id=f"{number:012x}", what=f"WB-{number}") for number in range(60)]
    step = FetchStep(untaken=[Untaken(aside=aside, record="{}") for aside in older])
    await clients.app.store.commit(some_changes(fetch=step))
    where = "/fragments/dropped"
    first = (await clients.admin.get(where, params={"instance": "lab"})).text
    assert "WB-1 &lt;b&gt;Dump&lt;/b&gt;" in first
    assert first.count('data-do="replay"') == 50
    (cursor,) = re.findall('data-do="dropped" data-cursor="([^"]+)"', first)
    rest = (await clients.admin.get(where, params={"instance": "lab", "cursor": cursor})).text
    assert rest.count('data-do="replay"') == 11
    assert "data-cursor" not in rest
    assert 'data-do="replay"' not in (await clients.reader.get(where, params={"instance": "lab"})).text
    assert "There are no more." in (await clients.reader.get(where, params={"instance": "other"})).text
    assert (await clients.reader.get(where, params={"cursor": "x"})).status_code == 422


async def test_records_of_an_instance_that_is_gone_are_still_shown(clients: Clients) -> None:
    await put_aside(clients.app)
    await clients.app.journal.remove_instance(ASIDE.instance, "ana", NOW)
    page = (await clients.admin.get("/integrations")).text
    assert "Instances that were removed" in page
    assert ASIDE.why in page


async def test_mirroring_that_is_held_is_said_everywhere_until_a_person_lets_it_mirror(clients: Clients) -> None:
    params = {"url": "http://127.0.0.1:9"}
    instance = await clients.app.instances.add("tenant", "VisionOneResponse", params, {"apikey": "k"}, SYSTEM)
    run = MirrorRun(instance=instance.id, deaths=3, held=NOW)
    record = MirrorRecord(incident=IncidentId("1"), instance="tenant", synced=NOW)
    await clients.app.journal.commit(some_changes(incidents=[an_incident()], mirrors=[record], mirror_run=run))
    says = "Its mirroring was under way at 3 deaths of the process and is held"

    page = (await clients.admin.get("/integrations")).text
    assert says in page
    assert 'data-do="mirror"' in page
    told = json_of(await findings(clients.app, SYSTEM))
    found = [item for item in told if item["what"] == "instance tenant mirroring"]
    assert [says in item["found"] for item in found] == [True]
    assert (await clients.admin.get("/healthz")).json() == {"status": "degraded", "fetching": {"not mirrored": 1}}
    assert 'warroom_fetch_concerns{kind="not mirrored"} 1.0' in (await clients.admin.get("/metrics")).text

    await clients.app.runtime.mirror_now(instance.id, SYSTEM)
    assert says not in (await clients.admin.get("/integrations")).text
