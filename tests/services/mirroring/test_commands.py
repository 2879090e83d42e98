"""How the answers of mirroring commands are read."""

from contextlib import AsyncExitStack
from dataclasses import replace

import pytest

from tests.services.world import World, an_instance, lab
from warroom.model.errors import CommandFailedError
from warroom.model.json import Json
from warroom.services.mirroring.commands import Closing, Modified, Remote, RemoteData, remote_id
from warroom.services.ports.runner import Ran
from warroom.testing.clock import START
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_incident

INCIDENT = an_incident(mirrors="WB-1")
RECORD = {"id": "WB-1"}
NOTE = {"Type": 1, "ContentsFormat": "text", "Contents": "a note"}


async def remote(*results: Json, **left: Json) -> Remote:
    def answer(code: FakeCode) -> Ran:
        return replace(code.ran(*results), **left)

    names = ("get-modified-remote-data", "get-remote-data", "update-remote-system")
    world = World(lab(), dict.fromkeys(names, answer))
    await world.begin()
    return Remote(executor=world.executor, instance=an_instance(secrets={"key": "tell-nobody"}), actor="mirror:lab-1")


async def modified(*results: Json, **left: Json) -> Modified:
    return await (await remote(*results, **left)).modified(INCIDENT, START, {})


async def data(*results: Json) -> RemoteData:
    async with AsyncExitStack() as stack:
        return await stack.enter_async_context((await remote(*results)).data(INCIDENT, START))


async def test_what_has_changed_is_a_list_of_ids_each_once() -> None:
    answer = {"Type": 1, "ContentsFormat": "json", "Contents": ["WB-1", 2, "WB-1"]}
    assert await modified(answer, last_mirror_run={"a": 1}) == Modified(ids=["WB-1", "2"], last_mirror_run={"a": 1})
    assert await modified() == Modified(ids=[])


@pytest.mark.parametrize(
    ("results", "error"),
    [
        ([], "NotImplementedError: no such command"),
        ([{"Type": 4, "Contents": "get-modified-remote-data is not implemented."}], ""),
    ],
)
async def test_an_integration_that_cannot_tell_says_so(results: list[Json], error: str) -> None:
    assert await modified(*results, error=error) == Modified(ids=None)


async def test_any_other_failure_is_told_without_secrets() -> None:
    with pytest.raises(CommandFailedError, match="get-modified-remote-data: skip update for ••••••"):
        await modified(error="skip update for tell-nobody")


async def test_whole_records_instead_of_ids_are_refused() -> None:
    with pytest.raises(CommandFailedError, match="must return their ids"):
        await modified({"Type": 1, "ContentsFormat": "json", "Contents": [{"Contents": {}}]})


async def test_a_record_comes_first_and_its_entries_behind_it() -> None:
    found = await data([RECORD, NOTE])
    assert (found.record, found.closing) == (RECORD, None)
    assert [entry.contents for entry in found.entries] == ["a note"]


@pytest.mark.parametrize("results", [[{}, NOTE], [NOTE]])
async def test_there_may_be_entries_only(results: list[Json]) -> None:
    found = await data(*results)
    assert found.record == {}
    assert [entry.contents for entry in found.entries] == ["a note"]


async def test_nothing_at_all_is_an_answer_too() -> None:
    found = await data()
    assert (found.record, list(found.entries), found.closing) == ({}, [], None)


@pytest.mark.parametrize(
    ("contents", "closing"),
    [
        (
            {"dbotIncidentClose": True, "closeReason": "Other", "closeNotes": "gone"},
            Closing(is_closed=True, reason="Other", notes="gone"),
        ),
        ({"dbotIncidentReopen": True}, Closing(is_closed=False)),
        ({"dbotIncidentClose": False}, None),
    ],
)
async def test_the_word_on_closing_is_no_entry(contents: dict[str, Json], closing: Closing | None) -> None:
    found = await data([RECORD, {"Type": 1, "ContentsFormat": "json", "Contents": contents}])
    assert found.closing == closing
    assert len(found.entries) == (0 if closing else 1)


async def test_a_record_that_could_not_be_mirrored_is_a_failure() -> None:
    with pytest.raises(CommandFailedError, match="get-remote-data: no such case"):
        await data([{"in_mirror_error": "no such case"}])


@pytest.mark.parametrize(("results", "found"), [(["WB-9"], "WB-9"), ([7], "7"), ([{"a": 1}], ""), ([], "")])
async def test_the_other_side_may_give_an_id_back(results: list[Json], found: str) -> None:
    async with (await remote(*results)).update(INCIDENT, {}) as ran:
        assert remote_id(ran) == found
