import pytest

from tests.web.clients import Clients
from warroom.doors.answer import json_of
from warroom.doors.war_room import entry_of
from warroom.model.entry import EntryType, StoredFile
from warroom.model.ids import IncidentId, PlanId
from warroom.services.app import App
from warroom.services.incidents.war_room import ENTRIES
from warroom.testing.clock import START
from warroom.testing.samples import an_actor, an_entry, some_changes
from warroom.web.api import API
from warroom.web.perform import perform


async def test_a_typed_command_is_answered_at_once_and_writes_under_its_person(clients: Clients) -> None:
    incident = await clients.incident()
    typed = await clients.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Print value=hello"})
    assert typed.status_code == 202
    await clients.done(typed)
    entries = (await clients.reader.get(f"{API}/incidents/{incident}/entries")).json()["items"]
    assert [(entry["contents"], entry["actor"]) for entry in entries if entry["contents"] == "hello"] == [
        ("hello", "analyst")
    ]


async def test_the_last_entries_come_first_and_lead_back_to_the_others(clients: Clients) -> None:
    incident = await clients.incident()
    made = [await clients.entry(f"note {number}", incident) for number in range(5)]
    path = f"{API}/incidents/{incident}/entries"
    last = (await clients.reader.get(path, params={"limit": 2})).json()
    assert [entry["id"] for entry in last["items"]] == made[3:]
    before = int(last["items"][0]["id"].partition("@")[0])
    earlier = (await clients.reader.get(path, params={"limit": 9, "before": before})).json()
    assert [entry["id"] for entry in earlier["items"]][-3:] == made[:3]
    following = (await clients.reader.get(path, params={"after": before, "limit": 1})).json()
    assert [entry["id"] for entry in following["items"]] == [made[4]]


@pytest.mark.parametrize(("kind", "texts"), [("note", ["seen"]), ("file", []), ("error", [])])
async def test_entries_are_narrowed_by_kind(clients: Clients, kind: str, texts: list[str]) -> None:
    incident = await clients.incident()
    await clients.analyst.patch(f"{API}/incidents/{incident}", json={"owner": "analyst"})  # an entry that is no note
    await clients.entry("seen", incident)
    found = (await clients.reader.get(f"{API}/incidents/{incident}/entries", params={"kind": kind})).json()["items"]
    assert [entry["contents"] for entry in found] == texts


async def test_one_entry_is_found_by_its_id(clients: Clients) -> None:
    entry = await clients.entry("seen", await clients.incident())
    assert (await clients.reader.get(f"{API}/entries/{entry}")).json()["contents"] == "seen"


async def test_a_misspelled_command_is_refused_at_once(clients: Clients) -> None:
    incident = await clients.incident()
    answer = await clients.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Prin value=a"})
    assert answer.status_code in {404, 422}
    assert "Prin" in answer.json()["detail"]


async def test_the_context_hides_passwords_below_responder(clients: Clients) -> None:
    incident = await clients.incident()
    text = '!Set key=VisionOne.File_Info value=`{"password": "s3cret"}`'
    await clients.done(await clients.responder.post(f"{API}/incidents/{incident}/commands", json={"text": text}))
    path = f"{API}/incidents/{incident}/context"
    assert "s3cret" in (await clients.responder.get(path)).text
    assert "s3cret" not in (await clients.analyst.get(path)).text


async def test_a_command_gives_its_entries_also_where_many_stand_before_them(app: App) -> None:
    incident, _ = await app.incidents.create("Long", an_actor())
    await app.store.reserve_entries(incident.id, ENTRIES)
    old = [an_entry(number, int(incident.id)) for number in range(1, ENTRIES + 1)]
    await app.journal.commit(some_changes(entries=old))
    ran = await perform(app, "run", {"text": "!Print value=hello", "incident": incident.id}, an_actor())
    assert [entry["contents"] for entry in ran["entries"]] == ["hello"]
    assert len(await perform(app, "entries", {"incident": incident.id, "limit": 5 * ENTRIES}, an_actor())) == ENTRIES


async def test_an_incident_that_is_not_there_has_no_entries_and_that_is_said(clients: Clients) -> None:
    assert (await clients.reader.get(f"{API}/incidents/99/entries")).status_code == 404
    assert await clients.app.store.entries(IncidentId("99")) == []


def test_an_entry_carries_what_the_contract_names() -> None:
    shaped = json_of(entry_of(an_entry(4, 17, type=EntryType.ERROR, contents="broke", tags=("x",), actor="ana")))
    assert {"id", "type", "format", "contents", "human_readable", "context", "file"} <= set(shaped)
    assert (shaped["id"], shaped["type"], shaped["contents"], shaped["file"]) == ("4@17", 4, "broke", None)
    assert (shaped["incident"], shaped["tags"], shaped["actor"], shaped["modified"]) == ("17", ["x"], "ana", None)


def test_an_entry_carries_where_its_code_failed_and_what_it_printed() -> None:
    shaped = json_of(entry_of(an_entry(trace="at line 7", log="looking")))
    assert (shaped["trace"], shaped["log"]) == ("at line 7", "looking")


def test_an_entry_that_a_later_look_wrote_over_says_when_and_in_which_plan() -> None:
    shaped = json_of(entry_of(an_entry(modified=START, plan=PlanId("p1"))))
    assert (shaped["modified"], shaped["plan"]) == (START.isoformat(), "p1")


def test_a_file_carries_its_hashes_and_its_place() -> None:
    file = StoredFile(name="a.zip", size=3, md5="m", sha1="s1", sha256="s256")
    assert json_of(entry_of(an_entry(file=file), "/blobs/s256"))["file"] == {
        "name": "a.zip", "size": 3, "md5": "m", "sha1": "s1", "sha256": "s256", "path": "/blobs/s256"
    }  # fmt: skip
