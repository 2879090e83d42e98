import hashlib
from pathlib import Path

import pytest

from tests.web.clients import Clients
from warroom.model.ids import EntryId
from warroom.services.proof.verify import verify
from warroom.web.api import API


async def saved(clients: Clients, text: str = "the dump", name: str = "dump.txt") -> str:
    """Make a file in a War Room; gives its entry."""
    incident = await clients.incident()
    typed = f'!SaveText text="{text}" file_name="{name}"'
    await clients.done(await clients.responder.post(f"{API}/incidents/{incident}/commands", json={"text": typed}))
    (entry,) = (await clients.reader.get(f"{API}/evidence", params={"incident": incident})).json()["items"]
    return str(entry["id"])


async def test_the_bytes_that_come_are_those_of_the_hash(clients: Clients) -> None:
    entry = await saved(clients)
    answer = await clients.responder.get(f"{API}/entries/{entry}/file")
    assert answer.content == b"the dump"
    assert hashlib.sha256(answer.content).hexdigest() == answer.headers["x-warroom-sha256"]
    verified = await clients.reader.post(f"{API}/entries/{entry}/verify")
    assert verified.json() == {"entry": entry, "sha256": answer.headers["x-warroom-sha256"], "intact": True}


@pytest.mark.parametrize("name", ["a.html", "../../etc/passwd.html", "\u202egpj.exe", "q; filename=x.exe"])
async def test_a_file_is_saved_and_never_shown(clients: Clients, name: str) -> None:
    answer = await clients.responder.get(f"{API}/entries/{await saved(clients, '<script>', name)}/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert answer.headers["content-disposition"].count(";") == 1
    assert "/" not in answer.headers["content-disposition"].replace("; ", "")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_an_entry_without_a_file_has_nothing_to_download(clients: Clients) -> None:
    entry = await clients.entry("a note", await clients.incident())
    assert (await clients.responder.get(f"{API}/entries/{entry}/file")).status_code == 404


def spoil(place: Path) -> None:
    """Change the last byte."""
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1] + b"!")


async def test_damaged_bytes_are_refused_before_the_first_one_is_sent(clients: Clients) -> None:
    entry = await saved(clients)
    place = Path(clients.app.evidence.location(await clients.app.store.entry(EntryId(entry))))
    spoil(place)
    answer = await clients.responder.get(f"{API}/entries/{entry}/file")
    assert answer.status_code == 409
    assert "are damaged" in answer.json()["detail"]
    assert str(place) not in answer.text
    assert (await clients.reader.post(f"{API}/entries/{entry}/verify")).json()["intact"] is False


async def test_the_export_of_an_incident_is_a_zip_that_proves_itself(clients: Clients, tmp_path: Path) -> None:
    entry = await saved(clients)
    incident = entry.partition("@")[2]
    answer = await clients.responder.get(f"{API}/incidents/{incident}/export")
    (tmp_path / "case.zip").write_bytes(answer.content)
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''evidence-of-incident-{incident}.zip"
    assert int(answer.headers["content-length"]) == len(answer.content)
    verdict = verify(tmp_path / "case.zip", answer.headers["x-warroom-key"])
    assert (verdict.problems, verdict.items, verdict.is_expected_key) == ([], 1, True)
    assert answer.headers["x-warroom-items"] == "1 of 1, 0 damaged"
    items = (await clients.responder.get(f"{API}/incidents/{incident}/custody")).json()["items"]
    assert [(item["change"], item["actor"], item["door"]) for item in items[1:]] == [
        ("exported", "responder", "console")
    ]


async def test_an_export_of_damaged_evidence_is_refused_unless_the_rest_is_asked_for(
    clients: Clients, tmp_path: Path
) -> None:
    entry = await saved(clients)
    path = f"{API}/incidents/{entry.partition('@')[2]}/export"
    spoil(Path(clients.app.evidence.location(await clients.app.store.entry(EntryId(entry)))))
    refused = await clients.responder.get(path)
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert entry in refused.json()["detail"]
    rest = await clients.responder.get(path, params={"with_damaged": True})
    (tmp_path / "rest.zip").write_bytes(rest.content)
    assert rest.headers["x-warroom-items"] == "1 of 1, 1 damaged"
    assert verify(tmp_path / "rest.zip").is_intact


@pytest.mark.parametrize(("incident", "items", "status"), [("1", ["99@1"], 404), ("99", [], 404), ("x", [], 404)])
async def test_an_export_of_what_is_not_there_is_said(
    clients: Clients, incident: str, items: list[str], status: int
) -> None:
    await saved(clients)
    answer = await clients.responder.get(f"{API}/incidents/{incident}/export", params={"item": items})
    assert (answer.status_code, answer.json()["detail"][-1]) == (status, ".")


async def test_a_file_is_added_and_shown_with_its_hash(clients: Clients) -> None:
    incident = await clients.incident()
    body = b"MZ" + bytes(17 << 20)  # more than any other request may carry
    added = await clients.analyst.post(f"{API}/incidents/{incident}/files?name=a%2Fb.exe", content=body)
    assert added.status_code == 201
    file = added.json()["file"]
    assert (file["name"], file["size"], file["sha256"]) == ("b.exe", len(body), hashlib.sha256(body).hexdigest())
    page = (await clients.responder.get(f"/incidents/{incident}?tab=evidence")).text
    assert file["sha256"] in page
    assert f"submit-file-entry-to-sandbox entry_id={added.json()['id']}" in page


async def test_who_may_not_write_adds_no_file_and_what_is_wrong_is_said(clients: Clients) -> None:
    incident = await clients.incident()
    path = f"{API}/incidents/{incident}/files"
    assert (await clients.reader.post(f"{path}?name=a", content=b"x")).status_code == 403
    assert (await clients.nobody.post(f"{path}?name=a", content=b"x")).status_code == 401
    assert (await clients.analyst.post(path, content=b"x")).status_code == 422
    assert "is empty" in (await clients.analyst.post(f"{path}?name=a", content=b"")).text
    assert (await clients.analyst.post(f"{API}/incidents/99/files?name=a", content=b"x")).status_code == 404
    assert (await clients.admin.get(f"{API}/evidence")).json()["items"] == []
