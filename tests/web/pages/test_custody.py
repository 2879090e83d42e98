import asyncio
from pathlib import Path

from tests.web.api.test_evidence import saved, spoil
from tests.web.clients import Clients
from warroom.model.ids import EntryId
from warroom.services.proof.layout import fingerprint
from warroom.web.api import API


async def panel(clients: Clients, entry: str) -> str:
    return (await clients.responder.get(f"/fragments/evidence/{entry}/custody")).text


async def test_the_panel_says_who_had_it_when_and_from_where(clients: Clients) -> None:
    entry = await saved(clients)
    before = await panel(clients, entry)
    assert "Not checked" in before
    assert "Not sealed yet" in before
    await clients.responder.get(f"{API}/entries/{entry}/file")
    await clients.app.sealing.seal()
    page = await panel(clients, entry)
    assert "Intact" in page
    assert "all 2 lines." in page
    assert "downloaded it" in page
    assert "127.0.0.1" in page
    assert fingerprint(clients.app.signer.public_key()) in page
    assert "no authority is set" in page
    hidden = (await clients.reader.get(f"/fragments/evidence/{entry}/custody")).text
    assert "downloaded it" in hidden
    assert "127.0.0.1" not in hidden


async def test_what_is_damaged_and_what_was_deleted_is_said(clients: Clients) -> None:
    entry, other = await saved(clients), await saved(clients, "another", "b.txt")
    await asyncio.to_thread(spoil, Path(clients.app.evidence.location(await clients.app.store.entry(EntryId(entry)))))
    await clients.reader.post(f"{API}/entries/{entry}/verify")
    page = await panel(clients, entry)
    assert "Damaged" in page
    assert "found it damaged" in page
    assert "Intact" not in page
    await clients.admin.post(f"{API}/entries/{other}/delete-file", json={"reason": "<b>A year</b> is over"})
    gone = await panel(clients, other)
    assert "deleted it" in gone
    assert "&lt;b&gt;A year&lt;/b&gt; is over" in gone


async def test_what_holds_no_file_has_no_panel(clients: Clients) -> None:
    entry = await clients.entry("a note", await clients.incident())
    for wanted in (entry, "9@1", "nonsense"):
        assert (await clients.reader.get(f"/fragments/evidence/{wanted}/custody")).status_code == 404
    assert (await clients.nobody.get(f"/fragments/evidence/{entry}/custody")).status_code in {303, 401}
