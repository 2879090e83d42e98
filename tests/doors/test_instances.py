from typing import Any

from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.instances import instance_of, trial_of
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.user import Role
from warroom.services.instances.instances import Trial
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform

PATH = f"{API}/instances"
NEW: dict[str, Any] = {
    "name": "v1",
    "integration": "VisionOneResponse",
    "params": {"url": "http://127.0.0.1:9", "read_only": "true"},
    "secrets": {"apikey": "s3cret-key"},
}


async def test_a_secret_goes_in_and_never_comes_out(clients: Clients) -> None:
    made = await clients.admin.post(PATH, json=NEW)
    assert made.status_code == 201
    listed = await clients.admin.get(PATH)
    assert listed.json()["items"][0]["secrets"] == ["apikey"]
    assert "s3cret-key" not in made.text + listed.text


async def test_settings_change_one_by_one_and_secrets_stay(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    changed = await clients.admin.patch(f"{PATH}/v1", json={"params": {"read_only": "false"}, "enabled": False})
    assert changed.json()["params"] == {"url": "http://127.0.0.1:9", "read_only": "false"}
    assert (changed.json()["enabled"], changed.json()["secrets"]) == (False, ["apikey"])
    (kept,) = await clients.app.journal.instances()
    assert kept.secrets == {"apikey": "s3cret-key"}


async def test_an_instance_that_is_told_to_fetch_does(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    assert (await clients.admin.post(f"{PATH}/v1/fetch")).status_code == 409
    changed = await clients.admin.patch(f"{PATH}/v1", json={"params": {"isFetch": "true"}})
    assert changed.json()["fetch"] is True
    fetched = await clients.admin.post(f"{PATH}/v1/fetch")
    assert fetched.json()["error"]
    (listed,) = (await clients.admin.get(PATH)).json()["items"]
    assert listed["last_fetch"]["error"] == fetched.json()["error"]


async def test_the_test_says_what_is_wrong_without_the_key(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    tested = await clients.admin.post(f"{PATH}/v1/test")
    assert tested.json()["ok"] is False
    assert tested.json()["answer"]
    assert "s3cret-key" not in tested.text


async def test_a_wrong_setting_is_named(clients: Clients) -> None:
    answer = await clients.admin.post(PATH, json={**NEW, "params": {"colour": "red"}})
    assert answer.status_code == 422
    assert "'colour'" in answer.json()["detail"]


async def test_what_is_removed_is_gone(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    assert (await clients.admin.delete(f"{PATH}/v1")).status_code == 204
    assert (await clients.admin.get(PATH)).json()["items"] == []


async def test_an_integration_says_what_a_form_for_it_asks(clients: Clients) -> None:
    found = (await clients.reader.get(f"{API}/integrations")).json()["items"]
    ours = next(item for item in found if item["id"] == "VisionOneResponse")
    params = {param["name"]: param for param in ours["params"]}
    assert (params["apikey"]["secret"], params["apikey"]["user_name"], params["url"]["required"]) == (True, False, True)


async def test_whether_content_may_read_from_this_machine_is_shown_and_decided(clients: Clients) -> None:
    made = await clients.admin.post(PATH, json=NEW)
    assert made.json()["local_origins"] == {"http://127.0.0.1:9": False}
    page = (await clients.admin.get("/integrations")).text
    assert "Playbooks may not fetch files from http://127.0.0.1:9, an address of this machine" in page
    changed = await clients.admin.patch(f"{PATH}/v1", json={"allow_local": True})
    assert changed.json()["local_origins"] == {"http://127.0.0.1:9": True}
    assert "Playbooks may fetch files from http://127.0.0.1:9" in (await clients.admin.get("/integrations")).text


async def test_only_an_admin_decides_what_content_may_read(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    refused = await clients.of(Role.RESPONDER).patch(f"{PATH}/v1", json={"allow_local": True})
    assert refused.status_code == 403


async def test_an_admin_has_an_instance_mirror_at_once(clients: Clients) -> None:
    await clients.admin.post(PATH, json=NEW)
    assert (await clients.admin.post(f"{PATH}/v1/mirror")).json() == {"sent": 0, "received": 0, "error": ""}
    assert (await clients.of(Role.RESPONDER).post(f"{PATH}/v1/mirror")).status_code == 403


async def test_an_instance_whose_integration_mirrors_nothing_says_so(clients: Clients) -> None:
    plain = IntegrationInstance(id=InstanceId("p"), name="plain", integration="Gone", enabled=True)
    await clients.app.journal.save_instance(plain, "test", clients.app.clock.now())
    refused = await clients.admin.post(f"{PATH}/plain/mirror")
    assert refused.status_code == 409
    assert "'plain' does not mirror" in refused.json()["detail"]


def test_a_test_that_failed_carries_where_and_what_was_printed() -> None:
    trial = Trial("401", trace="at line 7", log="looking")
    assert json_of(trial_of("v1", trial)) == {
        "name": "v1", "ok": False, "answer": "401", "trace": "at line 7", "log": "looking"
    }  # fmt: skip


def test_an_instance_names_its_secrets_and_never_tells_them() -> None:
    instance = IntegrationInstance(
        id=InstanceId("i1"), name="v1", integration="Lab", params={"url": "u"}, secrets={"apikey": "hunter2"}
    )
    shown = json_of(instance_of(instance))
    assert (shown["params"], shown["secrets"]) == ({"url": "u"}, ["apikey"])
    assert "hunter2" not in str(shown)


async def test_the_machine_sees_how_an_instance_fares_as_the_api_does(clients: Clients) -> None:
    await clients.admin.post(PATH, json={**NEW, "params": {**NEW["params"], "isFetch": "true"}})
    await clients.admin.post(f"{PATH}/v1/fetch")
    (listed,) = await perform(clients.app, "instance.list", {}, an_actor())
    assert [listed] == (await clients.reader.get(PATH)).json()["items"]
    assert listed["last_fetch"]["error"]
