"""Entries of a War Room, read and marked by tasks, people and code."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, NOW, a_call, a_server
from tests.services.no_scripts import NoScripts
from warroom.model.entry import Entry, EntryType, StoredFile
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import EntryId
from warroom.model.json import Json
from warroom.model.user import Role
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.call import Call, Origin, Outcome
from warroom.services.execution.entry_commands import MOST_ENTRIES
from warroom.services.execution.server import Server
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_entry, some_changes
from warroom.testing.store import MemoryStore

FILE = StoredFile(name="dump.zip", size=9, md5="m", sha1="s1", sha256="s256")


async def holding(*entries: Entry) -> MemoryStore:
    store = MemoryStore()
    await store.commit(some_changes(incidents=[INCIDENT], entries=entries))
    return store


async def by_code(store: MemoryStore, name: str, /, **args: Json) -> Outcome:
    return await BUILTINS[name](a_server(store), replace(a_call(name, **args), is_carried=True))


async def ids(store: MemoryStore, **wanted: Json) -> list[Json]:
    return [entry["ID"] for entry in (await by_code(store, "getEntries", filter=wanted)).raw]


async def test_code_gets_a_list_of_entries_and_a_person_one_entry_with_rows() -> None:
    store = await holding(
        an_entry(1, contents="hello", actor="ana", tags=("a",), note=True), an_entry(2, type=EntryType.ERROR)
    )
    first, second = (await by_code(store, "getEntries")).raw
    assert (first["ID"], first["Contents"], first["Tags"], first["Note"]) == ("1@1", "hello", ["a"], True)
    assert (second["ID"], second["Type"]) == ("2@1", 4)
    about = first["Metadata"]
    assert (about["id"], about["tags"], about["category"], about["user"]) == ("1@1", ["a"], "chats", "ana")
    [only] = (await BUILTINS["getEntries"](a_server(store), a_call("getEntries"))).raw
    assert [row["ID"] for row in only["Contents"]] == ["1@1", "2@1"]


async def test_code_reads_one_entry_with_its_file_and_its_task() -> None:
    entry = an_entry(1, type=EntryType.FILE, file=FILE, actor="DBot", plan="p", task="5/2", command="collect")
    [told] = (await by_code(await holding(entry), "getEntry", id="1@1")).raw
    assert (told["File"], told["FileMetadata"]["md5"], told["FileMetadata"]["size"]) == ("dump.zip", "m", 9)
    assert (told["Metadata"]["user"], told["Metadata"]["parentContent"]) == ("", "!collect")
    assert told["Metadata"]["entryTask"] == {"taskId": "5/2", "playbookRunId": "p"}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["1@1", "2@1", "3@1", "4@1"]),
        ({"tags": ["a", "b"]}, ["1@1", "2@1"]),
        ({"categories": ["notes"]}, ["2@1"]),
        ({"categories": ["attachments", "playbookErrors"]}, ["3@1", "4@1"]),
        ({"categories": "evidence"}, ["3@1"]),
        ({"firstId": "3"}, ["3@1", "4@1"]),
        ({"firstId": "5@1"}, []),
    ],
)
async def test_entries_are_found_by_tag_by_category_and_from_a_number_on(
    wanted: dict[str, Json], found: Sequence[str]
) -> None:
    store = await holding(
        an_entry(1, tags=("a",)),
        an_entry(2, tags=("b",), note=True),
        an_entry(3, tags=("evidence",), file=FILE),
        an_entry(4, type=EntryType.ERROR, task="1"),
    )
    assert await ids(store, **wanted) == found


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"categories": ["pins"]}, "There is no category 'pins'"),
        ({"firstId": "x"}, "firstId is 'x', which is no entry"),
    ],
)
async def test_a_filter_that_cannot_be_read_is_refused(wanted: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await ids(await holding(), **wanted)


async def test_a_large_war_room_is_read_from_its_first_entry_page_by_page() -> None:
    store = await holding(*(an_entry(number) for number in range(1, MOST_ENTRIES + 3)))
    page = await ids(store)
    assert (page[0], len(page)) == ("1@1", MOST_ENTRIES)
    assert await ids(store, firstId=MOST_ENTRIES + 1) == [f"{MOST_ENTRIES + 1}@1", f"{MOST_ENTRIES + 2}@1"]


async def test_entries_are_marked_as_notes() -> None:
    store = await holding(an_entry(1), an_entry(2), an_entry(3))
    done = await by_code(store, "markAsNote", entryIDs="1@1,3@1")
    assert done.raw[0]["HumanReadable"] == "Marked 1@1, 3@1 as notes."
    assert [entry.note for entry in await store.entries(INCIDENT.id)] == [True, False, True]


async def test_an_entry_is_marked_as_evidence_and_what_is_said_about_it_is_kept() -> None:
    store = await holding(an_entry(1, tags=("old",)))
    done = await by_code(store, "markAsEvidence", id="1@1", tags="lsass,old", description="The dump", when="today")
    assert done.raw[0]["Contents"] == "done", "which scripts compare"
    assert (await store.entry(EntryId("1@1"))).tags == ("old", "evidence", "lsass")
    assert [entry.readable for entry in done.entries] == ["1@1 was marked as evidence: The dump, today."]
    [marked] = (await by_code(store, "getEntry", id="1@1")).raw
    assert marked["Evidence"]
    typed = await BUILTINS["markAsEvidence"](a_server(store), a_call("markAsEvidence", id="1@1"))
    assert (typed.raw[0]["HumanReadable"], list(typed.entries)) == ("1@1 was marked as evidence.", [])


@pytest.mark.parametrize(("name", "words"), [("markAsNote", "needs entryIDs"), ("markAsEvidence", "needs id")])
async def test_marking_needs_an_entry_that_is_there(name: str, words: str) -> None:
    store = await holding()
    with pytest.raises(InvalidInputError, match=words):
        await by_code(store, name)
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await by_code(store, name, entryIDs="9@1", id="9@1")


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
