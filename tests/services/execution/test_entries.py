from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.services.no_scripts import NoScripts
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.entry import Entry, EntryFormat, EntryType
from warroom.model.ids import EntryId, IncidentId, PlanId, TaskKey
from warroom.model.json import Json
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Controls, Origin
from warroom.services.execution.entries import EntryWriter, file_in_scratch
from warroom.services.execution.outputs import Outputs
from warroom.services.execution.results import normalise
from warroom.services.secrecy.masking import MASK, Mask
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore


class Written:
    """A writer and what it writes to."""

    def __init__(self, scratch: Path | None = None, *, origin: Origin | None = None, **controls: Json) -> None:
        self.blobs = MemoryBlobs()
        self.store = MemoryStore()
        self.writer = EntryWriter(self.store, self.blobs, ManualClock(), Outputs(Journal(self.store), NoScripts()))
        self.scratch = scratch
        self.call = Call(
            incident=an_incident(17),
            resolved=Resolved(name="collect"),
            controls=Controls(**controls),
            origin=origin or Origin(actor="DBot", scope="subplaybook-x"),
        )

    async def write(self, *results: Json, secrets: tuple[str, ...] = ()) -> tuple[list[Entry], list[ContextPatch]]:
        raws = normalise(results)
        return await self.writer.write(self.call, raws, scratch=self.scratch, instance="lab-1", mask=Mask(secrets))


def announced(name: str = "dump.zip", file_id: str = "u1", kind: int = 3) -> dict[str, Json]:
    return {"Type": kind, "File": name, "FileID": file_id, "ContentsFormat": "text", "Contents": ""}


async def test_entries_are_numbered_and_say_where_they_come_from() -> None:
    origin = Origin(actor="DBot", plan=PlanId("p1"), task=TaskKey("2"), tags=("evidence",), note=True)
    markdown = {"Type": 1, "ContentsFormat": "markdown", "Contents": {"a": 1}, "HumanReadable": "# A", "Tags": ["x"]}
    first, second = (await Written(origin=origin).write("one", markdown))[0]
    assert (first.id, second.id) == ("1@17", "2@17")
    assert (first.incident, first.created, first.actor, first.command) == ("17", START, "DBot", "collect")
    assert (first.plan, first.task, first.instance, first.note) == ("p1", "2", "lab-1", True)
    assert (second.format, second.human_readable, second.tags) == (EntryFormat.MARKDOWN, "# A", ("evidence", "x"))


async def test_outputs_go_to_where_the_task_stands() -> None:
    entries, patches = await Written().write(
        {"Type": 1, "Contents": "", "HumanReadable": "x", "EntryContext": {"A": 1}}
    )
    assert [entry.context for entry in entries] == [{"A": 1}]
    assert patches == [
        ContextPatch(incident=IncidentId("17"), kind=PatchKind.MERGE, scope="subplaybook-x", value={"A": 1})
    ]


async def test_a_final_result_with_an_empty_text_is_an_entry() -> None:
    (entry,), _ = await Written().write({"Type": 1, "ContentsFormat": "text", "Contents": ""})
    assert entry.contents == "", "lastCompletedTaskEntries names it"


async def test_a_silent_look_writes_its_outputs_and_no_entry() -> None:
    silent = {"Type": 1, "Contents": "", "EntryContext": {"A": 1}, "PollingCommand": "look", "NextRun": "30"}
    entries, patches = await Written().write(silent)
    assert entries == []
    assert [patch.value for patch in patches] == [{"A": 1}]


async def test_raw_response_shows_the_contents_in_the_place_of_the_text() -> None:
    result = {"Type": 1, "Contents": {"a": 1}, "HumanReadable": "pretty"}
    ((entry,), _) = await Written(raw_response=True).write(result)
    assert (entry.human_readable, entry.contents) == (None, {"a": 1})


# -- polls of a scheduled command -----------------------------------------------------------------------------------


def scheduled(text: str) -> dict[str, Json]:
    return {"Type": 1, "ContentsFormat": "text", "Contents": text, "PollingCommand": "collect", "NextRun": "30"}


async def test_a_look_writes_over_the_line_of_the_look_before() -> None:
    written = Written()
    before = an_entry(3, 17, created=START - timedelta(minutes=1))
    await written.store.commit(some_changes(entries=[before]))
    written.call = replace(written.call, line=before.id)
    (other, line), _ = await written.write("saved one file", scheduled("two are left"))
    assert (line.id, line.contents, line.created, line.modified) == (before.id, "two are left", before.created, START)
    assert (other.id, other.modified) == ("4@17", None)


async def test_a_line_keeps_the_tags_that_it_was_given_between_two_looks() -> None:
    written = Written()
    before = an_entry(3, 17, tags=("visionone", "a"))
    await written.store.commit(some_changes(entries=[before]))
    written.call = replace(written.call, line=before.id)
    ((line,), _) = await written.write({**scheduled("two are left"), "Tags": ["a", "b"]})
    assert line.tags == ("visionone", "a", "b")


async def test_a_look_whose_line_was_not_kept_gets_a_new_one() -> None:
    written = Written()
    written.call = replace(written.call, line=EntryId("9@17"))
    ((line,), _) = await written.write(scheduled("running"))
    assert (line.id, line.modified) == ("1@17", None)


# -- files --------------------------------------------------------------------------------------------------------


async def test_a_file_is_taken_in_and_described_in_the_context(tmp_path: Path) -> None:
    (tmp_path / "17_u1").write_bytes(b"evidence")
    written = Written(tmp_path)
    (entry,), patches = await written.write(announced())
    assert entry.file is not None
    assert entry.file.size == 8
    assert written.blobs.open(entry.file.sha256).read() == b"evidence"
    (patch,) = patches
    file = patch.value["File"]
    assert (file["Name"], file["EntryID"], file["Extension"]) == ("dump.zip", "1@17", "zip")
    assert (file["SHA256"], file["Size"]) == (entry.file.sha256, 8)


async def test_an_info_file_has_a_place_of_its_own_and_no_hashes(tmp_path: Path) -> None:
    (tmp_path / "17_u1").write_bytes(b"x")
    _, (patch,) = await Written(tmp_path).write(announced("report", kind=9))
    assert patch.value == {"InfoFile": {"Name": "report", "EntryID": "1@17", "Size": 1, "Extension": "", "Info": ""}}


async def test_a_file_that_is_not_there_is_an_error_that_says_so(tmp_path: Path) -> None:
    (entry,), patches = await Written(tmp_path).write(announced())
    assert (entry.type, entry.file) == (EntryType.ERROR, None)
    assert entry.contents == "The file 'dump.zip' was announced and is not there. Nothing was saved under this name."
    assert patches == []


@pytest.mark.parametrize("file_id", ["../../secret", "/etc/passwd", "..\\x"])
async def test_a_file_id_does_not_lead_out_of_the_scratch_folder(tmp_path: Path, file_id: str) -> None:
    scratch = tmp_path / "inner" / "scratch"
    scratch.mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    (entry,), _ = await Written(scratch).write(announced(file_id=file_id))
    assert entry.type is EntryType.ERROR
    assert (tmp_path / "secret").exists()


async def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "17_u1").symlink_to(tmp_path / "secret")
    (entry,), _ = await Written(tmp_path).write(announced())
    assert entry.type is EntryType.ERROR


def test_a_file_stands_in_the_scratch_folder_under_the_incident() -> None:
    assert file_in_scratch(Written().call, "a/u1") == "17_u1"


# -- secrets ------------------------------------------------------------------------------------------------------


async def test_an_archives_password_is_masked_in_the_entry_and_kept_in_the_context() -> None:
    outputs = {"File": {"password": "v1rus-7", "resource_location": "https://f.example/a?sig=1"}}
    result = {
        "Type": 1,
        "Contents": outputs,
        "HumanReadable": "Open it with v1rus-7 from https://f.example/a?sig=1.",
        "EntryContext": outputs,
    }
    (entry,), (patch,) = await Written().write(result)
    shown = {"File": {"password": MASK, "resource_location": "https://f.example/a?…"}}
    assert (entry.contents, entry.context) == (shown, shown)
    assert entry.human_readable == f"Open it with {MASK} from https://f.example/a?…"
    assert patch.value == outputs


async def test_an_instances_secret_is_masked_in_results_and_errors() -> None:
    error = {"Type": 4, "ContentsFormat": "text", "Contents": "401 for key tmv1-abc"}
    first, second = (
        await Written().write({"Type": 1, "Contents": {"url": "x?k=tmv1-abc"}}, error, secrets=("tmv1-abc",))
    )[0]
    assert first.contents == {"url": f"x?k={MASK}"}
    assert second.contents == f"401 for key {MASK}"


# -- outputs that have no place -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "A..B", "A(val.x).B", "A.[0:2]"])
async def test_an_output_without_a_place_is_an_error_and_the_rest_is_kept(key: str) -> None:
    entries, patches = await Written().write(
        {"Type": 1, "Contents": "x", "EntryContext": {key: 1}}, {"Type": 1, "Contents": "y", "EntryContext": {"B": 2}}
    )
    assert [entry.type for entry in entries] == [EntryType.NOTE, EntryType.NOTE, EntryType.ERROR]
    assert "The outputs of collect were not written to the context" in entries[2].readable
    assert [patch.value for patch in patches] == [{"B": 2}]


async def test_an_output_that_would_reach_into_a_sub_playbooks_own_context_is_an_error() -> None:
    outside = Written(origin=Origin(actor="DBot"))
    entries, patches = await outside.write({"Type": 1, "Contents": "x", "EntryContext": {"subplaybook-p1-5.A": 1}})
    assert "is in the private context of a sub-playbook" in entries[1].readable
    assert patches == []


async def test_extend_context_reads_the_contents_but_not_those_of_an_error() -> None:
    written = Written(extend_context="Id=id", ignore_outputs=True)
    _, patches = await written.write(
        {"Type": 1, "Contents": {"id": 7}, "EntryContext": {"A": 1}}, {"Type": 4, "Contents": {"id": 8}}
    )
    assert [patch.value for patch in patches] == [{"Id": 7}]


async def test_an_error_may_still_write_outputs() -> None:
    _, patches = await Written().write({"Type": 4, "Contents": "2 of 3", "EntryContext": {"A": 1}})
    assert [patch.value for patch in patches] == [{"A": 1}]
