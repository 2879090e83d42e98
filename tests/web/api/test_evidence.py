import hashlib
from pathlib import Path

import httpx
import pytest

from tests.web.desk import Desk
from warroom.model.ids import EntryId
from warroom.model.user import SYSTEM, Role
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
