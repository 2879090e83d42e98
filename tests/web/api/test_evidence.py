import hashlib
from pathlib import Path

import httpx
import pytest

from tests.web.desk import Desk
from warroom.model.ids import EntryId
from warroom.model.user import SYSTEM, Role
from warroom.services.proof.verify import verify
from warroom.web.api import API


async def saved(desk: Desk, text: str = "the dump", name: str = "dump.txt") -> str:
    """Make a file in a War Room; gives its entry."""
    incident = await desk.incident()
    typed = f'!SaveText text="{text}" file_name="{name}"'
    await desk.done(await desk.responder.post(f"{API}/incidents/{incident}/commands", json={"text": typed}))
    (entry,) = (await desk.reader.get(f"{API}/evidence", params={"incident": incident})).json()["items"]
    return str(entry["id"])


async def test_the_bytes_that_come_are_those_of_the_hash(desk: Desk) -> None:
    entry = await saved(desk)
    answer = await desk.responder.get(f"{API}/entries/{entry}/file")
    assert answer.content == b"the dump"
    assert hashlib.sha256(answer.content).hexdigest() == answer.headers["x-warroom-sha256"]
    verified = await desk.reader.post(f"{API}/entries/{entry}/verify")
    assert verified.json() == {"entry": entry, "sha256": answer.headers["x-warroom-sha256"], "intact": True}


@pytest.mark.parametrize("name", ["a.html", "../../etc/passwd.html", "\u202egpj.exe", "q; filename=x.exe"])
async def test_a_file_is_saved_and_never_shown(desk: Desk, name: str) -> None:
    answer = await desk.responder.get(f"{API}/entries/{await saved(desk, '<script>', name)}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["content-disposition"].count(";") == 1
    assert "/" not in answer.headers["content-disposition"].replace("; ", "")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_entry_without_a_file_has_nothing_to_download(desk: Desk) -> None:
    entry = await desk.entry("a note", await desk.incident())
    assert (await desk.responder.get(f"{API}/entries/{entry}/file")).status_code == 404


def spoil(place: Path) -> None:
    """Change the last byte."""
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1] + b"!")


async def test_damaged_bytes_are_refused_before_the_first_one_is_sent(desk: Desk) -> None:
    entry = await saved(desk)
    place = Path(desk.app.evidence.location(await desk.app.store.entry(EntryId(entry))))
    spoil(place)
    answer = await desk.responder.get(f"{API}/entries/{entry}/file")
    assert answer.status_code == 409
    assert "are damaged" in answer.json()["detail"]
    assert str(place) not in answer.text
    assert (await desk.reader.post(f"{API}/entries/{entry}/verify")).json()["intact"] is False


async def test_custody_tells_the_door_and_the_address(desk: Desk) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    await desk.responder.get(f"{API}/entries/{entry}/file")
    secret, _ = await desk.app.users.create_key("ci", Role.RESPONDER, SYSTEM)
    async with httpx.AsyncClient(transport=desk.transport, base_url="http://console") as program:
        await program.post(f"{API}/entries/{entry}/verify", headers={"Authorization": f"Bearer {secret}"})
    items = (await desk.responder.get(f"{API}/incidents/{incident}/custody")).json()["items"]
    assert [(item["change"], item["actor"], item["door"]) for item in items] == [
        ("saved", "responder", "runtime"),
        ("downloaded", "responder", "console"),
        ("verified", "key:ci", "API"),
    ]
    assert [item["address"] for item in items[1:]] == ["127.0.0.1"] * 2
    later = await desk.reader.get(f"{API}/incidents/{incident}/custody", params={"after": items[1]["sequence"]})
    assert [(item["change"], item["address"]) for item in later.json()["items"]] == [("verified", "")]


async def test_restricted_evidence_is_for_who_is_named(desk: Desk) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    rule = {"people": ["responder"], "reason": "Credentials of the board"}
    assert (await desk.responder.put(f"{API}/incidents/{incident}/restriction", json=rule)).status_code == 403
    kept = await desk.admin.put(f"{API}/incidents/{incident}/restriction", json=rule)
    assert (kept.json()["people"], kept.json()["by"]) == (["responder"], "admin")
    assert (await desk.reader.get(f"{API}/incidents/{incident}/restriction")).json() == kept.json()
    assert (await desk.responder.get(f"{API}/entries/{entry}/file")).content == b"the dump"
    refused = await desk.admin.get(f"{API}/entries/{entry}/file")
    assert (refused.status_code, "with a reason" in refused.json()["detail"]) == (403, True)
    opened = await desk.admin.get(f"{API}/entries/{entry}/file", params={"reason": "responder is ill"})
    assert opened.content == b"the dump"
    page = await desk.reader.get(f"/fragments/incidents/{incident}/evidence")
    assert "Credentials of the board" in page.text


async def test_a_typed_command_does_not_read_what_is_for_others(desk: Desk) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    rule = {"people": ["responder"], "reason": "why"}
    await desk.admin.put(f"{API}/incidents/{incident}/restriction", json=rule)
    for client, is_told in ((desk.admin, False), (desk.responder, True)):
        typed = {"text": f"!ReadText entry_id={entry}"}
        plan = (await desk.done(await client.post(f"{API}/incidents/{incident}/commands", json=typed))).json()["plan"]
        entries = (await desk.reader.get(f"{API}/incidents/{incident}/entries")).json()["items"]
        said = "".join(str(each["contents"]) for each in entries if each["plan"] == plan)
        assert ("the dump" in said) == is_told, said


async def test_a_deleted_file_is_gone_for_every_door(desk: Desk) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    assert (await desk.admin.post(f"{API}/entries/{entry}/delete-file", json={})).status_code == 422
    done = await desk.admin.post(f"{API}/entries/{entry}/delete-file", json={"reason": "A year is over"})
    assert done.json()["entry"] == entry
    assert (await desk.responder.get(f"{API}/entries/{entry}/file")).status_code == 404
    told = (await desk.reader.get(f"{API}/entries/{entry}")).json()
    assert (told["deleted"]["by"], told["deleted"]["reason"]) == ("admin", "A year is over")
    for tab in ("evidence", "entries"):
        page = await desk.responder.get(f"/fragments/incidents/{incident}/{tab}")
        assert "A year is over" in page.text
        assert f"/entries/{entry}/file" not in page.text


async def test_damage_is_shown_on_the_incident(desk: Desk) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    spoil(Path(desk.app.evidence.location(await desk.app.store.entry(EntryId(entry)))))
    await desk.reader.post(f"{API}/entries/{entry}/verify")
    assert "Damaged" in (await desk.reader.get(f"/fragments/incidents/{incident}/evidence")).text


async def test_the_export_of_an_incident_is_a_zip_that_proves_itself(desk: Desk, tmp_path: Path) -> None:
    entry = await saved(desk)
    incident = entry.partition("@")[2]
    answer = await desk.responder.get(f"{API}/incidents/{incident}/export")
    (tmp_path / "case.zip").write_bytes(answer.content)
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''evidence-of-incident-{incident}.zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    verdict = verify(tmp_path / "case.zip", answer.headers["x-warroom-key"])
    assert (verdict.problems, verdict.items, verdict.is_expected_key) == ([], 1, True)
    assert answer.headers["x-warroom-items"] == "1 of 1, 0 damaged"
    items = (await desk.responder.get(f"{API}/incidents/{incident}/custody")).json()["items"]
    assert [(item["change"], item["actor"], item["door"]) for item in items[1:]] == [
        ("exported", "responder", "console")
    ]


async def test_an_export_of_damaged_evidence_is_refused_unless_the_rest_is_asked_for(
    desk: Desk, tmp_path: Path
) -> None:
    entry = await saved(desk)
    path = f"{API}/incidents/{entry.partition('@')[2]}/export"
    spoil(Path(desk.app.evidence.location(await desk.app.store.entry(EntryId(entry)))))
    refused = await desk.responder.get(path)
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert entry in refused.json()["detail"]
    rest = await desk.responder.get(path, params={"with_damaged": True})
    (tmp_path / "rest.zip").write_bytes(rest.content)
    assert rest.headers["x-warroom-items"] == "1 of 1, 1 damaged"
    assert verify(tmp_path / "rest.zip").is_intact


@pytest.mark.parametrize(("incident", "items", "status"), [("1", ["99@1"], 404), ("99", [], 404), ("x", [], 404)])
async def test_an_export_of_what_is_not_there_is_said(desk: Desk, incident: str, items: list[str], status: int) -> None:
    await saved(desk)
    answer = await desk.responder.get(f"{API}/incidents/{incident}/export", params={"item": items})
    assert (answer.status_code, answer.json()["detail"][-1]) == (status, ".")


async def test_a_file_is_added_and_shown_with_its_hash(desk: Desk) -> None:
    incident = await desk.incident()
    body = b"MZ" + bytes(17 << 20)  # more than any other request may carry
    added = await desk.analyst.post(f"{API}/incidents/{incident}/files?name=a%2Fb.exe", content=body)
    assert added.status_code == 201
    file = added.json()["file"]
    assert (file["name"], file["size"], file["sha256"]) == ("b.exe", len(body), hashlib.sha256(body).hexdigest())
    page = (await desk.responder.get(f"/incidents/{incident}?tab=evidence")).text
    assert file["sha256"] in page
    assert f"submit-file-entry-to-sandbox entry_id={added.json()['id']}" in page


async def test_who_may_not_write_adds_no_file_and_what_is_wrong_is_said(desk: Desk) -> None:
    incident = await desk.incident()
    path = f"{API}/incidents/{incident}/files"
    assert (await desk.reader.post(f"{path}?name=a", content=b"x")).status_code == 403
    assert (await desk.nobody.post(f"{path}?name=a", content=b"x")).status_code == 401
    assert (await desk.analyst.post(path, content=b"x")).status_code == 422
    assert "is empty" in (await desk.analyst.post(f"{path}?name=a", content=b"")).text
    assert (await desk.analyst.post(f"{API}/incidents/99/files?name=a", content=b"x")).status_code == 404
    assert (await desk.admin.get(f"{API}/evidence")).json()["items"] == []
