from base64 import b64encode
from pathlib import Path

import pytest

from tests.content.written import SCRIPT, a_pack
from tests.web.clients import Clients
from warroom.doors.local import local_actor
from warroom.model.errors import InvalidInputError
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform


async def test_packs_are_listed_without_where_they_lie(clients: Clients) -> None:
    packs = (await clients.reader.get(f"{API}/packs")).json()["items"]
    assert "WarroomBase" in [pack["id"] for pack in packs]
    assert {pack["path"] for pack in packs} == {""}


async def test_a_pack_is_looked_into_the_same_at_the_socket_and_in_the_api(clients: Clients) -> None:
    told = (await clients.reader.get(f"{API}/packs/WarroomBase")).json()
    [kind] = told["kinds"]
    assert (kind["kind"], kind["cannot_run"], told["problems"], told["path"]) == ("scripts", 0, [], "")
    here = await perform(clients.app, "pack.show", {"pack": told["name"]}, local_actor("ana"))
    assert here["path"].endswith("/WarroomBase")
    assert {**here, "path": ""} == told


@pytest.mark.parametrize("name", ["Gone", "WarroomBase/Scripts"])
async def test_a_pack_that_is_not_installed_is_none(clients: Clients, name: str) -> None:
    answer = await clients.reader.get(f"{API}/packs/{name}")
    assert answer.status_code == 404
    assert "`warroom pack list` shows those that are installed" in answer.text


BOOK = """
id: Talk
version: -1
name: Talk
starttaskid: '0'
tasks:
  '0': {{id: '0', taskid: s, type: start, task: {{id: s, name: ''}}, nexttasks: {{'#none#': ['1']}}}}
  '1': {{id: '1', taskid: a, type: condition, task: {{id: a, name: Go on?}}, nexttasks: {{'yes': ['2']}}}}
  '2': {{id: '2', taskid: b, type: regular, task: {{id: b, name: Say, script: Print, iscommand: false}},
        scriptarguments: {{value: {{simple: {says}}}}}}}
"""


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


async def _install(clients: Clients, text: str, name: str = "Talk.yml") -> dict[str, str]:
    answer = await clients.admin.post(f"{API}/packs", json={"name": name, "content": _base64(text)})
    assert answer.status_code == 201, answer.text
    (pack,) = answer.json()["items"]
    return dict(pack)


async def _said(clients: Clients, incident: str) -> list[str]:
    entries = (await clients.reader.get(f"{API}/incidents/{incident}/entries")).json()["items"]
    return [str(entry["contents"]) for entry in entries]


async def test_a_script_runs_as_it_was_installed_last_without_a_restart(clients: Clients) -> None:
    incident = await clients.incident()
    for says in ("mine", "another"):
        text = SCRIPT.format(name="Hello").replace("'mine'", f"'{says}'")
        await _install(clients, text, "Hello.yml")
        answer = await clients.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Hello"})
        await clients.done(answer)
        assert says in (await _said(clients, incident))[-1]


async def test_a_running_plan_keeps_its_playbook_and_the_next_one_is_the_new_one(clients: Clients) -> None:
    incident = await clients.incident()
    await _install(clients, BOOK.format(says="the old words"))
    plans = []
    for says in ("the old words", "the new words"):
        started = await clients.responder.post(f"{API}/incidents/{incident}/playbooks", json={"name": "Talk"})
        plans.append((await clients.done(started)).json()["plan"])
        if says == "the old words":
            installed = await _install(clients, BOOK.format(says="the new words"))
            assert installed["replaced"] == "0.0.0"
    for plan, says in zip(plans, ("the old words", "the new words"), strict=True):
        answer = await clients.responder.post(f"{API}/plans/{plan}/tasks/1/answer", json={"choice": "yes"})
        assert answer.status_code == 200, answer.text
        await clients.app.conductor.see_through(plan)
        assert (await _said(clients, incident))[-1] == says


async def test_a_pack_is_removed_listed_and_brought_back(clients: Clients) -> None:
    installed = await _install(clients, BOOK.format(says="x"))
    assert (installed["id"], installed["path"]) == ("Talk", "")
    assert (await clients.admin.delete(f"{API}/packs/Talk")).status_code == 204
    assert (await clients.reader.get(f"{API}/playbooks/Talk")).status_code == 404
    [kept] = (await clients.reader.get(f"{API}/previous-packs")).json()["items"]
    assert (kept["id"], kept["file"], kept["by"]) == ("Talk", "Talk.yml", "admin")
    assert (await clients.admin.post(f"{API}/previous-packs/Talk/restore")).json()["items"][0]["id"] == "Talk"
    assert (await clients.reader.get(f"{API}/playbooks/Talk")).status_code == 200
    listed = {pack["id"]: pack["ours"] for pack in (await clients.reader.get(f"{API}/packs")).json()["items"]}
    assert (listed["Talk"], listed["WarroomBase"]) == (False, True)


async def test_a_path_is_for_callers_on_the_machine(clients: Clients, tmp_path: Path) -> None:
    pack = str(a_pack(tmp_path / "Mine", "Mine", "Hello"))
    refused = await clients.admin.post(f"{API}/packs", json={"path": pack})
    assert (refused.status_code, "'path'" in refused.text) == (422, True)
    with pytest.raises(InvalidInputError, match="There is no pack in the request"):
        await perform(clients.app, "pack.install", {"path": pack}, an_actor())
    [told] = await perform(clients.app, "pack.install", {"path": pack}, local_actor("ana"))
    assert Path(told["path"]) == clients.app.home / "packs" / "Mine"


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({}, "There is no pack in the request"),
        ({"name": "a.zip", "content": "no base64"}, "is not in Base64"),
        ({"name": "a.zip", "content": _base64("no zip")}, "a.zip: The zip is damaged"),
        ({"name": "a.txt", "content": _base64("x")}, "is no zip and no yml"),
    ],
)
async def test_what_is_no_pack_is_refused_in_a_sentence(clients: Clients, asked: dict[str, str], says: str) -> None:
    answer = await clients.admin.post(f"{API}/packs", json=asked)
    assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text
    assert str(clients.app.home) not in answer.text
