import asyncio
import re

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, NOW, changed, run
from tests.services.no_scripts import NoScripts
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError, WarroomError
from warroom.model.incident import Severity, Status
from warroom.model.json import Json
from warroom.model.user import Role
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_entry, some_changes
from warroom.testing.store import MemoryStore


async def test_set_incident_sets_system_fields_and_custom_fields_by_any_of_their_names() -> None:
    incident = changed(
        await run("setIncident", severity="high", owner="bo", hostname="FIN-1", customFields='{"Host Name": "FIN-2"}')
    )
    assert (incident.severity, incident.owner, incident.modified) == (Severity.HIGH, "bo", NOW)
    assert incident.custom_fields == {"other": 1, "hostname": "FIN-1"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"nope": 1}, "There is no incident field 'nope'"),
        ({"severity": "urgent"}, "'urgent' is no severity"),
        ({"customFields": "{"}, "customFields is not JSON"),
        ({"customFields": "[1]"}, "customFields is not a JSON object"),
        ({"customFields": 7}, "customFields is not JSON"),
        ({"customFields": "[" * 100_000}, "customFields is not JSON: it is nested too deep"),
    ],
)
async def test_set_incident_refuses_what_it_cannot_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await run("setIncident", **args)


async def test_close_investigation_closes_with_reason_and_notes() -> None:
    incident = changed(await run("closeInvestigation", closeReason="Resolved", closeNotes="done"))
    assert (incident.status, incident.closed) == (Status.DONE, NOW)
    assert (incident.close_reason, incident.close_notes) == ("Resolved", "done")


async def test_the_context_the_entries_and_the_incident_can_be_read() -> None:
    assert (await run("getContext")).raw[0]["Contents"]["context"] == {"A": {"b": 1}}
    assert (await run("getEntry", id="1@1")).raw[0]["Contents"] == "hello"
    assert (await run("getEntries")).raw[0]["Contents"] == [{"ID": "1@1", "Type": 1, "Contents": "hello"}]
    assert (await run("getIncidents")).raw[0]["Contents"] == {"data": [INCIDENT.as_xsoar()], "total": 1}


async def test_an_entry_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await run("getEntry", id="9@1")


# -- setEntriesTags -----------------------------------------------------------------------------------------------


async def tagging(rights: Role = Role.ANALYST, **args: Json) -> list[tuple[str, ...]]:
    """Tag entries of a War Room with two; give the tags of both."""
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(1, tags=("old",)), an_entry(2)]))
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=ManualClock(NOW),
        scripts=NoScripts(),
    )
    origin = Origin(actor="ana", rights=rights)
    await BUILTINS["setEntriesTags"](
        server, Call(incident=INCIDENT, resolved=Resolved(name="setEntriesTags"), args=args, origin=origin)
    )
    entries = await store.entries(INCIDENT.id)
    return [entry.tags for entry in entries]


@pytest.mark.parametrize("ids", ["1@1, 2@1,1@1", ["1@1", "2@1"]])
async def test_tags_are_added_to_what_entries_have(ids: Json) -> None:
    assert await tagging(entryIDs=ids, entryTags="visionone,old") == [("old", "visionone"), ("visionone", "old")]


async def test_an_entry_that_has_the_tags_is_left_alone() -> None:
    assert await tagging(entryIDs="1@1", entryTags=["old"]) == [("old",), ()]


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"entryIDs": "1@1"}, InvalidInputError),
        ({"entryTags": "a"}, InvalidInputError),
        ({"entryIDs": "9@1", "entryTags": "a"}, NotFoundError),
    ],
)
async def test_tagging_needs_entries_that_are_there_and_tags(args: dict[str, Json], error: type[Exception]) -> None:
    with pytest.raises(error):
        await tagging(**args)


async def test_tags_wait_for_a_store_that_is_away() -> None:
    store, clock = UnsteadyStore(seed=1), ManualClock(NOW)
    await store.commit(some_changes(incidents=[INCIDENT], entries=[an_entry(1)]))
    server = Server(
        store=store,
        users=store.users,
        journal=Journal(store),
        library=Library(CATALOGUE, store),
        clock=clock,
        scripts=NoScripts(),
    )
    args: dict[str, Json] = {"entryIDs": "1@1", "entryTags": "a"}
    call = Call(incident=INCIDENT, resolved=Resolved(name="setEntriesTags"), args=args, origin=Origin(actor="ana"))
    store.away = 2
    tagged = asyncio.ensure_future(BUILTINS["setEntriesTags"](server, call))
    async with asyncio.timeout(60):
        while not tagged.done():
            clock.advance(1)
            await asyncio.sleep(0)
    await tagged
    assert [(entry.tags, store.outages) for entry in await store.entries(INCIDENT.id)] == [(("a",), 2)]


async def test_a_reader_tags_nothing() -> None:
    with pytest.raises(ForbiddenError, match="write notes"):
        await tagging(Role.READER, entryIDs="1@1", entryTags="a")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"owner": "nobody"}, "owner cannot be 'nobody': there is no such user"),
        ({"type": "Phishing"}, "There is no incident type `Phishing`"),
        ({"name": " "}, "An incident needs a name"),
        ({"customFields": {"Host Name": 1, "nope": 2}}, "There is no incident field 'nope'"),
    ],
)
async def test_what_is_not_there_is_not_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(WarroomError, match=re.escape(words)):
        await run("setIncident", **args)
