"""The same rule at every door: console, API and local socket ask services who may approve what."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.database import lay_database
from tests.web.desk import Desk, opened_desk, with_cheap_passwords
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.model.errors import ForbiddenError
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.user import Actor, Role
from warroom.services.approvals.rules import PROTECTED_HOSTS
from warroom.web.api import API
from warroom.web.perform import local_actor, perform

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
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A console whose hosts `dc-*` are protected, with a responder and an admin who may approve."""
    lay_pack(tmp_path / "home")
    lay_database(tmp_path / "home" / "warroom.db")
    async with open_app(Settings(home=tmp_path / "home")) as app:
        await app.store.save_list(PROTECTED_HOSTS, "dc-*", "admin", app.clock.now())
        async with opened_desk(with_cheap_passwords(app)) as made:
            yield made


async def asked(desk: Desk, text: str = "!SwitchOff host=dc-01,fin-7 reason=x passphrase=hunter22") -> JsonObject:
    """Have the responder type it; gives the request as the API shows it."""
    incident = await desk.incident()
    await desk.done(await desk.responder.post(f"{API}/incidents/{incident}/commands", json={"text": text}))
    (item,) = (await desk.reader.get(f"{API}/tasks")).json()["items"]
    assert isinstance(item, dict)
    return item


def path(item: JsonObject) -> str:
    return f"{API}/plans/{item['plan']}/tasks/{item['task']}/answer"


async def said(desk: Desk, item: JsonObject) -> list[str]:
    entries = (await desk.admin.get(f"{API}/incidents/{item['incident']}/entries")).json()["items"]
    return [str(entry["contents"]) for entry in entries]


async def test_the_api_shows_what_would_be_done_and_no_secret(desk: Desk) -> None:
    item = await asked(desk)
    assert (item["kind"], item["options"]) == ("approval", ["Approve", "Reject"])
    request = item["request"]
    assert (request["command"], request["asked_by"], request["args"]["host"]) == (
        "SwitchOff", "responder", "dc-01,fin-7"
    )  # fmt: skip
    assert request["why"] == "dc-01 is a protected host (`dc-*` in the list protected_hosts)"
    assert request["expires"] > item["since"]
    details = (await desk.reader.get(f"{API}/plans/{item['plan']}/tasks/{item['task']}")).text
    assert "nothing of it has been done" in details
    assert "hunter22" not in json.dumps(item) + details


async def test_the_api_refuses_whoever_asked_and_lets_another_one_approve(desk: Desk) -> None:
    item = await asked(desk)
    answer = {"choice": "Approve", "comment": "It spreads."}
    refused = await desk.responder.post(path(item), json=answer)
    assert refused.status_code == 403
    assert "responder asked for this" in refused.json()["detail"]
    assert (await desk.analyst.post(path(item), json=answer)).status_code == 403
    assert (await desk.admin.post(path(item), json={"choice": "Approve"})).status_code == 422
    await desk.done(await desk.admin.post(path(item), json=answer))
    told = await said(desk, item)
    assert any(line.startswith("admin approved `!SwitchOff") and "It spreads." in line for line in told)
    assert "off: dc-01,fin-7" in told
    (row,) = (await desk.reader.get(f"{API}/audit")).json()["items"]
    assert (row["actor"], row["approved_by"], row["approval"]["reason"]) == ("responder", ["admin"], "It spreads.")


async def test_the_api_takes_other_arguments_and_records_them(desk: Desk) -> None:
    item = await asked(desk)
    answer = {"choice": "Approve", "comment": "Not the controller.", "form": {"host": "fin-7"}}
    await desk.done(await desk.admin.post(path(item), json=answer))
    assert "off: fin-7" in await said(desk, item)
    (row,) = (await desk.reader.get(f"{API}/audit")).json()["items"]
    assert row["approval"]["changed"] == {"host": {"before": "dc-01,fin-7", "after": "fin-7"}}


async def test_what_was_rejected_and_what_was_withdrawn_stands_in_the_audit_at_every_door(desk: Desk) -> None:
    item = await asked(desk)
    no = {"choice": "Reject", "comment": "It is the <b>controller</b>."}
    await desk.done(await desk.responder.post(path(item), json=no))
    closing = await asked(desk, "!SwitchOff host=dc-02")
    gone = f"{API}/incidents/{closing['incident']}/close"
    assert (await desk.admin.post(gone, json={"reason": "Resolved"})).status_code == 200
    late = await desk.admin.post(path(closing), json={"choice": "Approve", "comment": "Now."})
    assert late.status_code == 409
    assert "was withdrawn at" in late.json()["detail"]
    second, first = (await desk.reader.get(f"{API}/audit")).json()["items"]
    assert (first["refused"], first["actor"], first["approved_by"]) == ("rejected", "responder", [])
    assert first["answer"] == "responder rejected it: It is the <b>controller</b>."
    assert (second["refused"], second["target"]["host"], second["failed"]) == ("withdrawn", "dc-02", True)
    page = (await desk.admin.get("/audit")).text
    assert ">rejected</span>" in page
    assert ">withdrawn</span>" in page
    assert "<b>controller" not in page
    panel = (await desk.admin.get(f"/fragments/plans/{item['plan']}/tasks/1")).text
    assert "rejected: responder rejected it" in panel


async def test_closing_at_the_local_door_ends_what_waited(desk: Desk) -> None:
    item = await asked(desk)
    await perform(desk.app, "incident.close", {"id": item["incident"]}, local_actor("admin"))
    assert await perform(desk.app, "task.list", {}, local_actor("admin")) == []
    shown = await perform(desk.app, "plan.show", {"plan": item["plan"]}, local_actor("admin"))
    assert (shown["state"], "It was withdrawn, because admin closed incident" in shown["error"]) == ("failed", True)


async def test_the_console_says_to_whoever_asked_whom_to_ask(desk: Desk) -> None:
    item = await asked(desk)
    said = "responder asked for this, so somebody else has to approve it. Ask admin."
    panel = f"/fragments/plans/{item['plan']}/tasks/1"
    for page in ("/tasks", f"/incidents/{item['incident']}", panel):
        assert said in (await desk.responder.get(page)).text
        assert "somebody else has to approve" not in (await desk.admin.get(page)).text


async def test_the_local_door_offers_only_what_works_for_whoever_asks(desk: Desk) -> None:
    await asked(desk)
    (mine,) = await perform(desk.app, "task.list", {}, local_actor("root"))
    assert mine["refused"].startswith("root is no user of this server who may answer tasks")
    (other,) = await perform(desk.app, "task.list", {}, local_actor("admin"))
    assert other["refused"] == ""


async def test_an_api_key_approves_what_a_fetch_asked_for_as_whoever_made_it(desk: Desk) -> None:
    made = await desk.admin.post(f"{API}/users", json={"name": "zoe", "password": "correct horse 1", "role": "admin"})
    assert made.status_code == 201
    zoe = Actor(name="zoe", role=Role.ADMIN)
    secret, key = await desk.app.users.create_key("bot", Role.ADMIN, zoe)
    incident = await desk.app.incidents.get(IncidentId(await desk.incident()), zoe)
    book = desk.app.library.catalogue.playbook("SwitchOff by itself")
    plan = await desk.app.plans.start(incident, book, {}, Actor(name="fetch", role=Role.ADMIN))
    await desk.app.conductor.see_through(plan.id)
    answer = {"choice": "Approve", "comment": "It spreads."}
    headers = {"Authorization": f"Bearer {secret}"}
    address = f"{API}/plans/{plan.id}/tasks/1/answer"
    await desk.app.users.change_role("zoe", Role.ANALYST, Actor(name="admin", role=Role.ADMIN))
    refused = await desk.nobody.post(address, json=answer, headers=headers)
    assert refused.status_code == 403
    assert f"{key.actor.name} acts for zoe, who may not answer tasks any more" in refused.json()["detail"]
    await desk.app.users.change_role("zoe", Role.RESPONDER, Actor(name="admin", role=Role.ADMIN))
    await desk.done(await desk.nobody.post(address, json=answer, headers=headers))
    (row,) = (await desk.reader.get(f"{API}/audit")).json()["items"]
    assert (row["approval"]["by"], row["approval"]["reason"]) == ("key:bot", "It spreads. (key:bot acts for zoe.)")


async def test_the_local_door_obeys_the_same_rule(desk: Desk) -> None:
    item = await asked(desk)
    words = {"plan": item["plan"], "task": item["task"], "choice": "Approve", "comment": "It spreads."}
    with pytest.raises(ForbiddenError, match="responder asked for this"):
        await perform(desk.app, "task.answer", words, local_actor("responder"))
    with pytest.raises(ForbiddenError, match="root is no user of this server"):
        await perform(desk.app, "task.answer", words, local_actor("root"))
    answered = await perform(desk.app, "task.answer", words, local_actor("admin"))
    assert answered["state"] == "completed"


async def test_an_api_key_is_nobody_s_second_pair_of_eyes(desk: Desk) -> None:
    item = await asked(desk)
    key = (await desk.admin.post(f"{API}/api-keys", json={"name": "bot", "role": "admin"})).json()["secret"]
    refused = await desk.nobody.post(
        path(item), json={"choice": "Approve", "comment": "x"}, headers={"Authorization": f"Bearer {key}"}
    )
    assert refused.status_code == 403
    assert "key:bot is no user of this server" in refused.json()["detail"]


async def test_the_console_shows_the_request_to_the_letter_and_asks_why(desk: Desk) -> None:
    item = await asked(desk, '!SwitchOff host="dc-01,<b>x</b>" passphrase=hunter22')
    page = (await desk.admin.get("/tasks")).text
    assert "data-reason" in page
    assert "dc-01, &lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
    assert "hunter22" not in page
    assert "Asked for by" in page
    panel = (await desk.admin.get(f"/fragments/plans/{item['plan']}/tasks/1")).text
    assert "nothing of it has been done" in panel
    assert "dc-01, &lt;b&gt;x&lt;/b&gt;" in panel
    assert "hunter22" not in panel


@pytest.mark.parametrize(
    "reason",
    ["</textarea><script>x</script>", "{{7*7}}", 'a"b', "\\\\fs01\\share", "x\u202ey", "[a](javascript:b)", "*b*"],
)
async def test_hostile_values_are_shown_and_run_to_the_letter(desk: Desk, reason: str) -> None:
    item = await asked(desk, f"!SwitchOff host=dc-01 reason=`{reason}`")
    assert item["request"]["args"]["reason"] == reason
    assert "<script>x" not in (await desk.admin.get("/tasks")).text
    await desk.done(await desk.admin.post(path(item), json={"choice": "Approve", "comment": reason}))
    (row,) = (await desk.reader.get(f"{API}/audit")).json()["items"]
    assert (row["target"]["reason"], row["approval"]["reason"]) == (reason, reason)
    assert "<script>x" not in (await desk.admin.get("/audit")).text


async def test_a_typed_command_that_waits_says_so_at_the_local_door(desk: Desk) -> None:
    words = {"text": "!SwitchOff host=dc-01"}
    done = await perform(desk.app, "run", words, local_actor("root"))
    assert done["state"] == "waiting"
    (entry,) = done["entries"]
    assert f"warroom task answer {done['plan']} 1 Reject --comment WHY" in entry["contents"]
    assert "Approve" not in entry["contents"]
