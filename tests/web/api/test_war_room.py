import pytest

from tests.web.desk import Desk
from warroom.web.api import API


async def test_a_typed_command_is_answered_at_once_and_writes_under_its_person(desk: Desk) -> None:
    incident = await desk.incident()
    typed = await desk.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Print value=hello"})
    assert typed.status_code == 202
    await desk.done(typed)
    entries = (await desk.reader.get(f"{API}/incidents/{incident}/entries")).json()["items"]
    assert [(entry["contents"], entry["actor"]) for entry in entries if entry["contents"] == "hello"] == [
        ("hello", "analyst")
    ]


async def test_the_last_entries_come_first_and_lead_back_to_the_others(desk: Desk) -> None:
    incident = await desk.incident()
    made = [await desk.entry(f"note {number}", incident) for number in range(5)]
    path = f"{API}/incidents/{incident}/entries"
    last = (await desk.reader.get(path, params={"limit": 2})).json()
    assert [entry["id"] for entry in last["items"]] == made[3:]
    before = int(last["items"][0]["id"].partition("@")[0])
    earlier = (await desk.reader.get(path, params={"limit": 9, "before": before})).json()
    assert [entry["id"] for entry in earlier["items"]][-3:] == made[:3]
    following = (await desk.reader.get(path, params={"after": before, "limit": 1})).json()
    assert [entry["id"] for entry in following["items"]] == [made[4]]


@pytest.mark.parametrize(("kind", "texts"), [("note", ["seen"]), ("file", []), ("error", [])])
async def test_entries_are_narrowed_by_kind(desk: Desk, kind: str, texts: list[str]) -> None:
    incident = await desk.incident()
    await desk.analyst.patch(f"{API}/incidents/{incident}", json={"owner": "analyst"})  # an entry that is no note
    await desk.entry("seen", incident)
    found = (await desk.reader.get(f"{API}/incidents/{incident}/entries", params={"kind": kind})).json()["items"]
    assert [entry["contents"] for entry in found] == texts


async def test_one_entry_is_found_by_its_id(desk: Desk) -> None:
    entry = await desk.entry("seen", await desk.incident())
    assert (await desk.reader.get(f"{API}/entries/{entry}")).json()["contents"] == "seen"


async def test_a_misspelled_command_is_refused_at_once(desk: Desk) -> None:
    incident = await desk.incident()
    answer = await desk.analyst.post(f"{API}/incidents/{incident}/commands", json={"text": "!Prin value=a"})
    assert answer.status_code in {404, 422}
    assert "Prin" in answer.json()["detail"]


async def test_the_context_hides_passwords_below_responder(desk: Desk) -> None:
    incident = await desk.incident()
    text = '!Set key=VisionOne.File_Info value=`{"password": "s3cret"}`'
    await desk.done(await desk.responder.post(f"{API}/incidents/{incident}/commands", json={"text": text}))
    path = f"{API}/incidents/{incident}/context"
    assert "s3cret" in (await desk.responder.get(path)).text
    assert "s3cret" not in (await desk.analyst.get(path)).text
