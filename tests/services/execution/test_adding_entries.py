"""`addEntries`: entries that a script has made, in a War Room of its choice."""

import json

import pytest

from tests.services.execution.built_in import NOW
from tests.services.execution.test_builtins_elsewhere import Two
from warroom.model.entry import EntryFormat, EntryType
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.json import Json
from warroom.model.user import Role

MADE: list[Json] = [
    {"Type": 1, "ContentsFormat": "html", "Contents": "<b>Reply</b>", "tags": ["email-thread"]},
    {"Contents": "Duplicate incident: Dump"},
    {"Contents": {"related": ["4"]}, "HumanReadable": "### Related", "Note": True, "Tags": "a,b"},
    "as it is",
]


@pytest.mark.parametrize("given", [MADE, json.dumps(MADE)])
async def test_entries_are_written_into_another_war_room_at_once(given: Json) -> None:
    two = await Two().begin()
    done = await two.run("addEntries", id="2", entries=given)
    assert (done.entries, done.raw[0]["Contents"]) == ((), "4 entries were added to incident 2.")
    written = (await two.store.entries(two.other.id))[-4:]
    assert [(entry.actor, entry.created, entry.plan) for entry in written] == [("ana", NOW, None)] * 4
    html, plain, related, text = written
    assert (html.format, html.contents, html.tags) == (EntryFormat.HTML, "<b>Reply</b>", ("email-thread",))
    assert (plain.format, plain.readable) == (EntryFormat.TEXT, "Duplicate incident: Dump")
    assert (related.contents, related.readable, related.note) == ({"related": ["4"]}, "### Related", True)
    assert (related.tags, text.contents) == (("a", "b"), "as it is")


async def test_entries_of_this_war_room_are_committed_with_their_task() -> None:
    two = await Two().begin()
    done = await two.run("addEntries", entries=[{"Type": 4, "Contents": "odd"}])
    (entry,) = done.entries
    assert (entry.id, entry.incident, entry.type) == ("2@1", "1", EntryType.ERROR)
    assert done.error == "", "An entry about a fault is no fault of its task."
    assert len(await two.store.entries(entry.incident)) == 1


async def test_secrets_are_masked() -> None:
    two = await Two().begin()
    await two.run("addEntries", id="2", entries=[{"Contents": {"password": "hunter22", "said": "it is hunter22"}}])
    *_, entry = await two.store.entries(two.other.id)
    assert "hunter22" not in str(entry.contents)


@pytest.mark.parametrize(
    ("args", "error", "said"),
    [
        ({}, InvalidInputError, "addEntries needs entries. Write a JSON list"),
        ({"entries": "[]"}, InvalidInputError, "addEntries needs entries"),
        ({"entries": "[{"}, InvalidInputError, "The entries of addEntries are not JSON: .* Write a JSON list"),
        ({"entries": [{"Type": 3, "FileID": "x", "File": "a.zip"}]}, InvalidInputError, "addEntries takes no files"),
        ({"id": "99", "entries": ["text"]}, NotFoundError, "99"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_written(
    args: dict[str, Json], error: type[Exception], said: str
) -> None:
    two = await Two().begin()
    with pytest.raises(error, match=said):
        await two.run("addEntries", **args)
    assert len(await two.store.entries(two.other.id)) == 1


async def test_a_reader_writes_nothing() -> None:
    two = await Two().begin()
    with pytest.raises(ForbiddenError):
        await two.run("addEntries", rights=Role.READER, id="2", entries=["text"])
