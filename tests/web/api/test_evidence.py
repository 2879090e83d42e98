import hashlib

import pytest

from tests.web.desk import Desk
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
