"""The same rule at every door: console, API and local socket ask services who may approve what."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.database import lay_database
from tests.web.clients import Clients, opened_clients, with_cheap_passwords
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.doors.local import local_actor
from warroom.model.errors import ForbiddenError
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.user import Actor, Role
from warroom.services.approvals.rules import PROTECTED_HOSTS
from warroom.web.api import API
from warroom.web.perform import perform

SWITCH_OFF = """
name: SwitchOff
comment: Switches hosts off.
commonfields: {id: SwitchOff, version: -1}
type: python
subtype: python3
execution: true
script: '-'
args:
- {name: host, isArray: true, required: true, description: Which.}
- {name: reason, description: Why.}
- {name: passphrase, secret: true, description: Unlocks it.}
"""
SWITCH_OFF_CODE = """
if "broken" in str(demisto.args().get("host")):
    raise ValueError("The host does not answer.")
demisto.results("off: " + str(demisto.args().get("host")))
"""


BOOK = """
id: SwitchOff by itself
version: -1
name: SwitchOff by itself
starttaskid: '0'
tasks:
  '0': {id: '0', taskid: s, type: start, task: {id: s, name: ''}, nexttasks: {'#none#': ['1']}}
  '1':
    {id: '1', taskid: a, type: regular, task: {id: a, name: Off, script: SwitchOff},
     scriptarguments: {host: {simple: dc-01}}}
inputs: []
outputs: []
"""


def lay_pack(home: Path) -> None:
    pack = home / "packs" / "Switch"
    folder = pack / "Scripts" / "SwitchOff"
    folder.mkdir(parents=True)
    (folder / "SwitchOff.yml").write_text(SWITCH_OFF, encoding="utf-8")
    (folder / "SwitchOff.py").write_text(SWITCH_OFF_CODE, encoding="utf-8")
    (pack / "Playbooks").mkdir()
    (pack / "Playbooks" / "playbook-SwitchOff.yml").write_text(BOOK, encoding="utf-8")
    (pack / "pack_metadata.json").write_text(json.dumps({"name": "Switch", "currentVersion": "1.0.0"}), "utf-8")


@pytest.fixture
async def clients(tmp_path: Path) -> AsyncIterator[Clients]:
    """A console whose hosts `dc-*` are protected, with a responder and an admin who may approve."""
    lay_pack(tmp_path / "home")
    lay_database(tmp_path / "home" / "warroom.db")
    async with open_app(Settings(home=tmp_path / "home")) as app:
        await app.store.save_list(PROTECTED_HOSTS, "dc-*", "admin", app.clock.now())
        async with opened_clients(with_cheap_passwords(app)) as made:
            yield made


async def asked(clients: Clients, text: str = "!SwitchOff host=dc-01,fin-7 reason=x passphrase=hunter22") -> JsonObject:
    """Have the responder type it; gives the request as the API shows it."""
    incident = await clients.incident()
    await clients.done(await clients.responder.post(f"{API}/incidents/{incident}/commands", json={"text": text}))
    (item,) = (await clients.reader.get(f"{API}/tasks")).json()["items"]
    assert isinstance(item, dict)
    return item


def path(item: JsonObject) -> str:
    return f"{API}/plans/{item['plan']}/tasks/{item['task']}/answer"


async def said(clients: Clients, item: JsonObject) -> list[str]:
    entries = (await clients.admin.get(f"{API}/incidents/{item['incident']}/entries")).json()["items"]
    return [str(entry["contents"]) for entry in entries]


async def test_the_api_shows_what_would_be_done_and_no_secret(clients: Clients) -> None:
    item = await asked(clients)
    assert (item["kind"], item["options"]) == ("approval", ["Approve", "Reject"])
    request = item["request"]
    assert (request["command"], request["asked_by"], request["args"]["host"]) == (
        "SwitchOff", "responder", "dc-01,fin-7"
    )  # fmt: skip
    assert request["why"] == "dc-01 is a protected host (`dc-*` in the list protected_hosts)"
    assert request["expires"] > item["since"]
    details = (await clients.reader.get(f"{API}/plans/{item['plan']}/tasks/{item['task']}")).text
    assert "nothing of it has been done" in details
    assert "hunter22" not in json.dumps(item) + details


async def test_the_api_refuses_whoever_asked_and_lets_another_one_approve(clients: Clients) -> None:
    item = await asked(clients)
    answer = {"choice": "Approve", "comment": "It spreads."}
    refused = await clients.responder.post(path(item), json=answer)
    assert refused.status_code == 403
    assert "responder asked for this" in refused.json()["detail"]
    assert (await clients.analyst.post(path(item), json=answer)).status_code == 403
    assert (await clients.admin.post(path(item), json={"choice": "Approve"})).status_code == 422
    await clients.done(await clients.admin.post(path(item), json=answer))
    told = await said(clients, item)
    assert any(line.startswith("admin approved `!SwitchOff") and "It spreads." in line for line in told)
    assert "off: dc-01,fin-7" in told
    (row,) = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert (row["actor"], row["approved_by"], row["approval"]["reason"]) == ("responder", ["admin"], "It spreads.")


async def test_the_api_takes_other_arguments_and_records_them(clients: Clients) -> None:
    item = await asked(clients)
    answer = {"choice": "Approve", "comment": "Not the controller.", "form": {"host": "fin-7"}}
    await clients.done(await clients.admin.post(path(item), json=answer))
    assert "off: fin-7" in await said(clients, item)
    (row,) = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert row["approval"]["changed"] == {"host": {"before": "dc-01,fin-7", "after": "fin-7"}}


async def test_what_was_rejected_and_what_was_withdrawn_stands_in_the_audit_at_every_door(clients: Clients) -> None:
    item = await asked(clients)
    no = {"choice": "Reject", "comment": "It is the <b>controller</b>."}
    await clients.done(await clients.responder.post(path(item), json=no))
    closing = await asked(clients, "!SwitchOff host=dc-02")
    gone = f"{API}/incidents/{closing['incident']}/close"
    assert (await clients.admin.post(gone, json={"reason": "Resolved"})).status_code == 200
    late = await clients.admin.post(path(closing), json={"choice": "Approve", "comment": "Now."})
    assert late.status_code == 409
    assert "was withdrawn at" in late.json()["detail"]
    second, first = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert (first["refused"], first["actor"], first["approved_by"]) == ("rejected", "responder", [])
    assert first["answer"] == "responder rejected it: It is the <b>controller</b>."
    assert (second["refused"], second["target"]["host"], second["failed"]) == ("withdrawn", "dc-02", True)
    page = (await clients.admin.get("/audit")).text
    assert ">rejected</span>" in page
    assert ">withdrawn</span>" in page
    assert "<b>controller" not in page
    panel = (await clients.admin.get(f"/fragments/plans/{item['plan']}/tasks/1")).text
    assert "rejected: responder rejected it" in panel


async def test_closing_at_the_local_door_ends_what_waited(clients: Clients) -> None:
    item = await asked(clients)
    await perform(clients.app, "incident.close", {"id": item["incident"]}, local_actor("admin"))
    assert await perform(clients.app, "task.list", {}, local_actor("admin")) == []
    shown = await perform(clients.app, "plan.show", {"plan": item["plan"]}, local_actor("admin"))
    assert (shown["state"], "It was withdrawn, because admin closed incident" in shown["error"]) == ("failed", True)


async def test_the_console_says_to_whoever_asked_whom_to_ask(clients: Clients) -> None:
    item = await asked(clients)
    said = "responder asked for this, so somebody else has to approve it. Ask admin."
    panel = f"/fragments/plans/{item['plan']}/tasks/1"
    for page in ("/tasks", f"/incidents/{item['incident']}", panel):
        assert said in (await clients.responder.get(page)).text
        assert "somebody else has to approve" not in (await clients.admin.get(page)).text


async def test_the_local_door_offers_only_what_works_for_whoever_asks(clients: Clients) -> None:
    await asked(clients)
    (mine,) = await perform(clients.app, "task.list", {}, local_actor("root"))
    assert mine["refused"].startswith("root is no user of this server who may answer tasks")
    (other,) = await perform(clients.app, "task.list", {}, local_actor("admin"))
    assert other["refused"] == ""


async def test_an_api_key_approves_what_a_fetch_asked_for_as_whoever_made_it(clients: Clients) -> None:
    made = await clients.admin.post(
        f"{API}/users", json={"name": "zoe", "password": "correct horse 1", "role": "admin"}
    )
    assert made.status_code == 201
    zoe = Actor(name="zoe", role=Role.ADMIN)
    secret, key = await clients.app.users.create_key("bot", Role.ADMIN, zoe)
    incident = await clients.app.incidents.get(IncidentId(await clients.incident()), zoe)
    book = clients.app.library.catalogue.playbook("SwitchOff by itself")
    plan = await clients.app.plans.start(incident, book, {}, Actor(name="fetch", role=Role.ADMIN))
    await clients.app.conductor.see_through(plan.id)
    answer = {"choice": "Approve", "comment": "It spreads."}
    headers = {"Authorization": f"Bearer {secret}"}
    address = f"{API}/plans/{plan.id}/tasks/1/answer"
    await clients.app.users.change_role("zoe", Role.ANALYST, Actor(name="admin", role=Role.ADMIN))
    refused = await clients.nobody.post(address, json=answer, headers=headers)
    assert refused.status_code == 403
    assert f"{key.actor.name} acts for zoe, who may not answer tasks any more" in refused.json()["detail"]
    await clients.app.users.change_role("zoe", Role.RESPONDER, Actor(name="admin", role=Role.ADMIN))
    await clients.done(await clients.nobody.post(address, json=answer, headers=headers))
    (row,) = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert (row["approval"]["by"], row["approval"]["reason"]) == ("key:bot", "It spreads. (key:bot acts for zoe.)")


async def test_the_local_door_obeys_the_same_rule(clients: Clients) -> None:
    item = await asked(clients)
    words = {"plan": item["plan"], "task": item["task"], "choice": "Approve", "comment": "It spreads."}
    with pytest.raises(ForbiddenError, match="responder asked for this"):
        await perform(clients.app, "task.answer", words, local_actor("responder"))
    with pytest.raises(ForbiddenError, match="root is no user of this server"):
        await perform(clients.app, "task.answer", words, local_actor("root"))
    answered = await perform(clients.app, "task.answer", words, local_actor("admin"))
    assert answered["state"] == "completed"


async def test_an_api_key_is_nobody_s_second_pair_of_eyes(clients: Clients) -> None:
    item = await asked(clients)
    key = (await clients.admin.post(f"{API}/api-keys", json={"name": "bot", "role": "admin"})).json()["secret"]
    refused = await clients.nobody.post(
        path(item), json={"choice": "Approve", "comment": "x"}, headers={"Authorization": f"Bearer {key}"}
    )
    assert refused.status_code == 403
    assert "key:bot is no user of this server" in refused.json()["detail"]


async def test_the_console_shows_the_request_to_the_letter_and_asks_why(clients: Clients) -> None:
    item = await asked(clients, '!SwitchOff host="dc-01,<b>x</b>" passphrase=hunter22')
    page = (await clients.admin.get("/tasks")).text
    assert "data-reason" in page
    assert "dc-01, &lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
    assert "hunter22" not in page
    assert "Asked for by" in page
    panel = (await clients.admin.get(f"/fragments/plans/{item['plan']}/tasks/1")).text
    assert "nothing of it has been done" in panel
    assert "dc-01, &lt;b&gt;x&lt;/b&gt;" in panel
    assert "hunter22" not in panel


@pytest.mark.parametrize(
    "reason",
    ["</textarea><script>x</script>", "{{7*7}}", 'a"b', "\\\\fs01\\share", "x\u202ey", "[a](javascript:b)", "*b*"],
)
async def test_hostile_values_are_shown_and_run_to_the_letter(clients: Clients, reason: str) -> None:
    item = await asked(clients, f"!SwitchOff host=dc-01 reason=`{reason}`")
    assert item["request"]["args"]["reason"] == reason
    assert "<script>x" not in (await clients.admin.get("/tasks")).text
    await clients.done(await clients.admin.post(path(item), json={"choice": "Approve", "comment": reason}))
    (row,) = (await clients.reader.get(f"{API}/audit")).json()["items"]
    assert (row["target"]["reason"], row["approval"]["reason"]) == (reason, reason)
    assert "<script>x" not in (await clients.admin.get("/audit")).text


async def test_a_typed_command_that_waits_says_so_at_the_local_door(clients: Clients) -> None:
    words = {"text": "!SwitchOff host=dc-01"}
    done = await perform(clients.app, "run", words, local_actor("root"))
    assert done["state"] == "waiting"
    (entry,) = done["entries"]
    assert f"warroom task answer {done['plan']} 1 Reject --comment WHY" in entry["contents"]
    assert "Approve" not in entry["contents"]
