from tests.web.desk import Desk
from warroom.model.ids import InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.model.user import Role
from warroom.web.api import API

PATH = f"{API}/instances"
NEW = {
    "name": "v1",
    "integration": "VisionOneResponse",
    "params": {"url": "http://127.0.0.1:9", "read_only": "true"},
    "secrets": {"apikey": "s3cret-key"},
}


async def test_a_secret_goes_in_and_never_comes_out(desk: Desk) -> None:
    made = await desk.admin.post(PATH, json=NEW)
    assert made.status_code == 201
    listed = await desk.admin.get(PATH)
    assert listed.json()["items"][0]["secrets"] == ["apikey"]
    assert "s3cret-key" not in made.text + listed.text


async def test_settings_change_one_by_one_and_secrets_stay(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    changed = await desk.admin.patch(f"{PATH}/v1", json={"params": {"read_only": "false"}, "enabled": False})
    assert changed.json()["params"] == {"url": "http://127.0.0.1:9", "read_only": "false"}
    assert (changed.json()["enabled"], changed.json()["secrets"]) == (False, ["apikey"])
    (kept,) = await desk.app.journal.instances()
    assert kept.secrets == {"apikey": "s3cret-key"}


async def test_an_instance_that_is_told_to_fetch_does(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    assert (await desk.admin.post(f"{PATH}/v1/fetch")).status_code == 409
    changed = await desk.admin.patch(f"{PATH}/v1", json={"params": {"isFetch": "true"}})
    assert changed.json()["fetch"] is True
    fetched = await desk.admin.post(f"{PATH}/v1/fetch")
    assert fetched.json()["error"]
    (listed,) = (await desk.admin.get(PATH)).json()["items"]
    assert listed["last_fetch"]["error"] == fetched.json()["error"]


async def test_the_test_says_what_is_wrong_without_the_key(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    tested = await desk.admin.post(f"{PATH}/v1/test")
    assert tested.json()["ok"] is False
    assert tested.json()["answer"]
    assert "s3cret-key" not in tested.text


async def test_a_wrong_setting_is_named(desk: Desk) -> None:
    answer = await desk.admin.post(PATH, json={**NEW, "params": {"colour": "red"}})
    assert answer.status_code == 422
    assert "'colour'" in answer.json()["detail"]


async def test_what_is_removed_is_gone(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    assert (await desk.admin.delete(f"{PATH}/v1")).status_code == 204
    assert (await desk.admin.get(PATH)).json()["items"] == []


async def test_an_integration_says_what_a_form_for_it_asks(desk: Desk) -> None:
    found = (await desk.reader.get(f"{API}/integrations")).json()["items"]
    ours = next(item for item in found if item["id"] == "VisionOneResponse")
    params = {param["name"]: param for param in ours["params"]}
    assert (params["apikey"]["secret"], params["apikey"]["user_name"], params["url"]["required"]) == (True, False, True)


async def test_whether_content_may_read_from_this_machine_is_shown_and_decided(desk: Desk) -> None:
    made = await desk.admin.post(PATH, json=NEW)
    assert made.json()["local_origins"] == {"http://127.0.0.1:9": False}
    page = (await desk.admin.get("/integrations")).text
    assert "Playbooks may fetch no files from http://127.0.0.1:9, an address of this machine" in page
    changed = await desk.admin.patch(f"{PATH}/v1", json={"allow_local": True})
    assert changed.json()["local_origins"] == {"http://127.0.0.1:9": True}
    assert "Playbooks may fetch files from http://127.0.0.1:9" in (await desk.admin.get("/integrations")).text


async def test_only_an_admin_decides_what_content_may_read(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    refused = await desk.of(Role.RESPONDER).patch(f"{PATH}/v1", json={"allow_local": True})
    assert refused.status_code == 403


async def test_an_admin_has_an_instance_mirror_at_once(desk: Desk) -> None:
    await desk.admin.post(PATH, json=NEW)
    assert (await desk.admin.post(f"{PATH}/v1/mirror")).json() == {"sent": 0, "received": 0, "error": ""}
    assert (await desk.of(Role.RESPONDER).post(f"{PATH}/v1/mirror")).status_code == 403


async def test_an_instance_whose_integration_mirrors_nothing_says_so(desk: Desk) -> None:
    plain = IntegrationInstance(id=InstanceId("p"), name="plain", integration="Gone", enabled=True)
    await desk.app.journal.save_instance(plain, "test", desk.app.clock.now())
    refused = await desk.admin.post(f"{PATH}/plain/mirror")
    assert refused.status_code == 409
    assert "'plain' does not mirror" in refused.json()["detail"]
