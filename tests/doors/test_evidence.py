"""Evidence in the table: what happened to it, who may have it, and what is left of it."""

from pathlib import Path

import httpx

from tests.web.api.test_evidence import saved, spoil
from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.evidence import restriction_of
from warroom.doors.local import local_actor
from warroom.model.ids import EntryId, IncidentId
from warroom.model.json import JsonObject
from warroom.model.user import SYSTEM, Role
from warroom.services.evidence.meters import Stage
from warroom.web.api import API
from warroom.web.perform import perform


async def test_custody_tells_the_door_and_the_address(clients: Clients) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    await clients.responder.get(f"{API}/entries/{entry}/file")
    secret, _ = await clients.app.users.create_key("ci", Role.RESPONDER, SYSTEM)
    async with httpx.AsyncClient(transport=clients.transport, base_url="http://console") as program:
        await program.post(f"{API}/entries/{entry}/verify", headers={"Authorization": f"Bearer {secret}"})
    items = (await clients.responder.get(f"{API}/incidents/{incident}/custody")).json()["items"]
    assert [(item["change"], item["actor"], item["door"]) for item in items] == [
        ("saved", "responder", "runtime"),
        ("downloaded", "responder", "console"),
        ("verified", "key:ci", "API"),
    ]
    assert [item["address"] for item in items[1:]] == ["127.0.0.1"] * 2
    later = await clients.reader.get(f"{API}/incidents/{incident}/custody", params={"after": items[1]["sequence"]})
    assert [(item["change"], item["address"]) for item in later.json()["items"]] == [("verified", "")]


async def test_restricted_evidence_is_for_who_is_named(clients: Clients) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    rule = {"people": ["responder"], "reason": "Credentials of the board"}
    assert (await clients.responder.put(f"{API}/incidents/{incident}/restriction", json=rule)).status_code == 403
    kept = await clients.admin.put(f"{API}/incidents/{incident}/restriction", json=rule)
    assert (kept.json()["people"], kept.json()["by"]) == (["responder"], "admin")
    assert (await clients.reader.get(f"{API}/incidents/{incident}/restriction")).json() == kept.json()
    assert (await clients.responder.get(f"{API}/entries/{entry}/file")).content == b"the dump"
    refused = await clients.admin.get(f"{API}/entries/{entry}/file")
    assert (refused.status_code, "with a reason" in refused.json()["detail"]) == (403, True)
    opened = await clients.admin.get(f"{API}/entries/{entry}/file", params={"reason": "responder is ill"})
    assert opened.content == b"the dump"
    page = await clients.reader.get(f"/fragments/incidents/{incident}/evidence")
    assert "Credentials of the board" in page.text


async def test_evidence_is_opened_to_all_only_when_that_is_said(clients: Clients) -> None:
    incident = await clients.incident()
    address = f"{API}/incidents/{incident}/restriction"
    kept = (await clients.admin.put(address, json={"people": ["responder"], "reason": "why"})).json()
    nobody: list[JsonObject] = [{}, {"people": []}, {"people": [], "open": False}, {"people": [" "]}]
    for body in nobody:
        refused = await clients.admin.put(address, json={**body, "reason": "a script forgot its variable"})
        assert refused.status_code == 422
        assert "Nobody is named. Name who may have it (people;" in refused.json()["detail"]
    both = await clients.admin.put(address, json={"people": ["analyst"], "open": True, "reason": "why"})
    assert (both.status_code, "Say one of the two." in both.json()["detail"]) == (422, True)
    assert (await clients.reader.get(address)).json() == kept
    opened = await clients.admin.put(address, json={"open": True, "reason": "All know it"})
    assert (opened.status_code, opened.json()["people"]) == (200, [])


async def test_a_typed_command_does_not_read_what_is_for_others(clients: Clients) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    rule = {"people": ["responder"], "reason": "why"}
    await clients.admin.put(f"{API}/incidents/{incident}/restriction", json=rule)
    for client, is_told in ((clients.admin, False), (clients.responder, True)):
        typed = {"text": f"!ReadText entry_id={entry}"}
        plan = (await clients.done(await client.post(f"{API}/incidents/{incident}/commands", json=typed))).json()[
            "plan"
        ]
        entries = (await clients.reader.get(f"{API}/incidents/{incident}/entries")).json()["items"]
        said = "".join(str(each["contents"]) for each in entries if each["plan"] == plan)
        assert ("the dump" in said) == is_told, said


async def test_a_deleted_file_is_gone_for_every_door(clients: Clients) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    assert (await clients.admin.post(f"{API}/entries/{entry}/delete-file", json={})).status_code == 422
    done = await clients.admin.post(f"{API}/entries/{entry}/delete-file", json={"reason": "A year is over"})
    assert done.json()["entry"] == entry
    assert (await clients.responder.get(f"{API}/entries/{entry}/file")).status_code == 404
    told = (await clients.reader.get(f"{API}/entries/{entry}")).json()
    assert (told["deleted"]["by"], told["deleted"]["reason"]) == ("admin", "A year is over")
    for tab in ("evidence", "entries"):
        page = await clients.responder.get(f"/fragments/incidents/{incident}/{tab}")
        assert "A year is over" in page.text
        assert f"/entries/{entry}/file" not in page.text


async def test_damage_is_shown_on_the_incident(clients: Clients) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    spoil(Path(clients.app.evidence.location(await clients.app.store.entry(EntryId(entry)))))
    await clients.reader.post(f"{API}/entries/{entry}/verify")
    assert "Damaged" in (await clients.reader.get(f"/fragments/incidents/{incident}/evidence")).text


def test_without_a_restriction_nobody_is_named() -> None:
    assert json_of(restriction_of(None)) == {"people": [], "by": "", "at": None, "reason": ""}


async def test_the_place_of_a_file_is_told_on_the_machine_alone(clients: Clients) -> None:
    await saved(clients)
    (here,) = await perform(clients.app, "evidence.list", {}, local_actor("ana"))
    (elsewhere,) = (await clients.admin.get(f"{API}/evidence")).json()["items"]
    assert here["file"]["path"].startswith(str(clients.app.home))
    assert elsewhere == {**here, "file": {**here["file"], "path": ""}}


async def test_custody_is_the_same_at_both_doors(clients: Clients) -> None:
    incident = (await saved(clients)).partition("@")[2]
    items = (await clients.admin.get(f"{API}/incidents/{incident}/custody")).json()["items"]
    assert await perform(clients.app, "evidence.custody", {"incident": incident}, local_actor("ana")) == items != []


async def test_a_deletion_without_a_reason_is_refused_in_a_sentence(clients: Clients) -> None:
    entry = await saved(clients)
    refused = await clients.admin.post(f"{API}/entries/{entry}/delete-file", json={"reason": "  "})
    assert refused.status_code == 422
    assert refused.json()["detail"] == "Evidence is deleted with a reason, which custody keeps. Say why."


async def test_an_export_under_way_is_told_at_both_doors(clients: Clients) -> None:
    incident = (await saved(clients)).partition("@")[2]
    with clients.app.exporting.meters.started(IncidentId(incident), "ana", clients.app.clock.now()) as meter:
        meter.start(Stage.WRITING, [10, 20])
        meter.file()
        items = (await clients.reader.get(f"{API}/exports", params={"incident": incident})).json()["items"]
        (one,) = items
        assert (one["stage"], one["files"], one["of_files"], one["bytes"], one["of_bytes"]) == ("writing", 1, 2, 10, 30)
        assert await perform(clients.app, "evidence.exports", {}, local_actor("ana")) == items
        assert (await clients.reader.get(f"{API}/exports", params={"incident": "99"})).json()["items"] == []
    assert (await clients.reader.get(f"{API}/exports")).json()["items"] == []
