from pathlib import Path

import pytest

from warroom.model.entry import EntryFormat, EntryType
from warroom.model.json import Json
from warroom.services.execution.call import Outcome
from warroom.services.execution.results import error_entry, error_of, label_of, normalise, outcome_of
from warroom.services.ports.runner import Ran
from warroom.testing.samples import an_entry

POLL = {"Type": 1, "ContentsFormat": "text", "Contents": "", "PollingCommand": "status"}


def test_text_is_a_note_and_an_object_without_a_type_is_json() -> None:
    text, number, thing = normalise(["done", 7, {"a": 1}])
    assert (text.type, text.format, text.contents) == (EntryType.NOTE, EntryFormat.TEXT, "done")
    assert (number.format, number.contents) == (EntryFormat.TEXT, "7")
    assert (thing.format, thing.contents) == (EntryFormat.JSON, {"a": 1})


def test_an_object_with_contents_and_their_format_is_an_entry_also_without_a_type() -> None:
    [untyped] = normalise([{"Contents": "b", "ContentsFormat": "text", "EntryContext": {"Key": 7}}])
    assert (untyped.type, untyped.contents, untyped.context) == (EntryType.NOTE, "b", {"Key": 7})
    assert normalise([{"Contents": "b"}])[0].contents == {"Contents": "b"}


def test_what_a_file_has_beside_it_is_text() -> None:
    file = {"Type": 3, "File": "a.json", "FileID": "u1", "ContentsFormat": "text", "Contents": [{"id": 1}]}
    assert normalise([file])[0].contents == '[{"id": 1}]'
    assert normalise([file | {"ContentsFormat": "json"}])[0].contents == [{"id": 1}]
    assert normalise([file | {"Type": 1}])[0].contents == [{"id": 1}]


def test_lists_become_several_entries_and_nothing_becomes_none() -> None:
    assert [entry.contents for entry in normalise(["a", ["b", ["c"]], None, []])] == ["a", "b", "c"]


@pytest.mark.parametrize(("written", "read"), [(4, EntryType.ERROR), ("3", EntryType.FILE), (99, EntryType.NOTE),
                                               ("x", EntryType.NOTE), (None, EntryType.NOTE),
                                               (float("inf"), EntryType.NOTE)])  # fmt: skip
def test_a_type_that_we_do_not_know_reads_as_a_note(written: Json, read: EntryType) -> None:
    assert normalise([{"Type": written, "Contents": ""}])[0].type is read


def test_a_format_that_we_do_not_know_reads_as_text() -> None:
    formats = [entry.format for entry in normalise([{"Type": 1, "ContentsFormat": name} for name in ("markdown", "x")])]
    assert formats == [EntryFormat.MARKDOWN, EntryFormat.TEXT]


def test_only_entries_of_files_have_one() -> None:
    file, note = normalise([{"Type": 3, "File": "a.txt", "FileID": "u1"}, {"Type": 1, "File": "a", "FileID": "u1"}])
    assert (file.file_id, file.file_name) == ("u1", "a.txt")
    assert note.file_id == ""


def test_an_interim_look_with_nothing_to_say_is_silent_and_an_error_never_is() -> None:
    assert normalise([POLL])[0].is_silent
    assert not normalise([POLL | {"HumanReadable": "still running"}])[0].is_silent
    assert not error_entry("").is_silent


def test_a_schedule_says_what_to_run_next_and_when() -> None:
    schedule = normalise([POLL | {"NextRun": "30", "Timeout": "90", "PollingArgs": {"id": "7"}}])[0].schedule
    assert schedule is not None
    assert (schedule.command, schedule.args, schedule.seconds, schedule.timeout) == ("status", {"id": "7"}, 30, 90)


@pytest.mark.parametrize(
    ("next_run", "seconds"),
    [("1", 1), ("0.2", 1), (None, 10), ("soon", 10), ("nan", 10), ("inf", 366 * 86400), (-5, 10)],
)
def test_a_next_look_is_never_sooner_than_the_floor_nor_unreadable(next_run: Json, seconds: float) -> None:
    schedule = normalise([POLL | {"NextRun": next_run, "Timeout": "x", "PollingArgs": "x"}])[0].schedule
    assert schedule is not None
    assert (schedule.seconds, schedule.timeout, schedule.args) == (seconds, 600, {})


@pytest.mark.parametrize(
    ("results", "label"),
    [(["Yes"], "Yes"), ([{"Type": 1, "Contents": True}], "true"), ([{"Type": 1, "Contents": None}, "no"], "no"),
     ([{"Type": 1, "Contents": {"a": 1}}, "no"], "no"), ([], "")],
)  # fmt: skip
def test_a_condition_script_answers_with_its_first_text(results: list[Json], label: str) -> None:
    assert label_of(normalise(results)) == label


def test_an_entry_context_that_is_no_object_writes_nothing() -> None:
    assert normalise([{"Type": 1, "EntryContext": ["a"]}])[0].context == {}


@pytest.mark.parametrize(
    ("results", "escaped", "error"),
    [
        (["fine"], "", ""),
        ([], "HTTPError: 500", "HTTPError: 500"),
        (["a", [{"Type": 4, "Contents": "refused"}]], "", "refused"),
        ([{"Type": 4, "Contents": {"code": 1}, "HumanReadable": "told"}], "", "told"),
    ],
)
def test_a_runs_error_is_what_escaped_it_or_its_first_error_entry(
    results: list[Json], escaped: str, error: str
) -> None:
    assert error_of(Ran(results=results, error=escaped, scratch=Path())) == error


def test_the_first_error_counts_and_what_the_other_runs_left_is_kept() -> None:
    failed = an_entry(type=EntryType.ERROR, contents="refused")
    later = an_entry(type=EntryType.ERROR, contents="refused as well")
    runs = (an_entry(contents="done"), failed, later)
    outcome = sum([outcome_of(normalise([entry.contents]), [entry], []) for entry in runs], Outcome())
    assert [entry.contents for entry in outcome.entries] == ["done", "refused", "refused as well"]
    assert outcome.error == "refused"
    assert [raw["Contents"] for raw in outcome.raw] == ["done", "refused", "refused as well"]
