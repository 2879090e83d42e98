from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto


def test_outputs_go_to_their_prefix_and_are_matched_on_their_key(csp: ModuleType) -> None:
    entry = csp.CommandResults(outputs_prefix="A.B", outputs_key_field="id", outputs=[{"id": 1}]).to_context()
    assert entry == {
        "Type": 1,
        "ContentsFormat": "json",
        "Contents": [{"id": 1}],
        "HumanReadable": "### Results\n|id|\n|---|\n| 1 |\n",
        "EntryContext": {"A.B(val.id && val.id == obj.id)": [{"id": 1}]},
        "IndicatorTimeline": [],
        "IgnoreAutoExtract": False,
        "Note": False,
        "Relationships": [],
    }


def test_several_keys_must_all_match(csp: ModuleType) -> None:
    entry = csp.CommandResults("A", ["id", "host"], {"id": 1}).to_context()
    assert list(entry["EntryContext"]) == ["A(val.id && val.id == obj.id && val.host && val.host == obj.host)"]


def test_outputs_without_a_prefix_are_paths_themselves(csp: ModuleType) -> None:
    assert csp.CommandResults(outputs={"A.B": 1}).to_context()["EntryContext"] == {"A.B": 1}
    with pytest.raises(ValueError, match="need an outputs_prefix"):
        csp.CommandResults(outputs=[1])


@pytest.mark.parametrize("nothing", [None, []])
def test_no_outputs_write_nothing(csp: ModuleType, nothing: Any) -> None:
    entry = csp.CommandResults("A", "id", nothing, readable_output="none").to_context()
    assert (entry["EntryContext"], entry["HumanReadable"]) == ({}, "none")


def test_outputs_may_replace_what_is_there(csp: ModuleType) -> None:
    entry = csp.CommandResults("A.B.C", outputs=[1], replace_existing=True).to_context()
    assert entry["EntryContext"] == {"A.B(true)": {"C": [1]}}
    with pytest.raises(csp.DemistoException, match="A has no parent"):
        csp.CommandResults("A", outputs=[1], replace_existing=True).to_context()


def test_text_is_text_and_data_is_json(csp: ModuleType) -> None:
    assert csp.CommandResults(raw_response="x").to_context()["ContentsFormat"] == "text"
    assert csp.CommandResults(raw_response={"x": 1}).to_context()["ContentsFormat"] == "json"
    assert csp.CommandResults(raw_response="x", content_format="html").to_context()["ContentsFormat"] == "html"
    with pytest.raises(TypeError, match="'pdf' is not an entry format"):
        csp.CommandResults(content_format="pdf")


def test_notes_tags_and_kinds_are_carried(csp: ModuleType) -> None:
    results = csp.CommandResults(mark_as_note=True, tags=["t"], entry_type=11, ignore_auto_extract=True)
    entry = results.to_context()
    assert [entry[key] for key in ("Note", "Tags", "Type", "IgnoreAutoExtract")] == [True, ["t"], 11, True]


def test_a_schedule_is_carried_as_text(csp: ModuleType) -> None:
    schedule = csp.ScheduledCommand("get-it", 10, {"id": 1}, timeout_in_seconds=600, items_remaining=2)
    entry = csp.CommandResults(readable_output="wait", scheduled_command=schedule).to_context()
    assert {key: entry[key] for key in list(entry)[-5:]} == {
        "PollingCommand": "get-it",
        "NextRun": "10",
        "PollingArgs": {"id": 1},
        "Timeout": "600",
        "PollingItemsRemaining": 2,
    }


def test_an_old_server_cannot_poll(csp: ModuleType, demisto: Demisto) -> None:
    demisto.version = {"version": "6.1.9", "buildNumber": "1"}
    with pytest.raises(csp.DemistoException, match=r"Polling needs version 6\.2\.0"):
        csp.ScheduledCommand("get-it", 10)


def test_relationships_are_carried(csp: ModuleType) -> None:
    relationship = csp.EntityRelationship("hosts", "a.example", "Domain", "x", "File", brand="Brand")
    entry = csp.CommandResults(relationships=[relationship]).to_context()
    assert entry["Relationships"][0]["reverseName"] == "hosted-on"
    assert entry["Relationships"][0]["entityAType"] == "Domain"


def test_every_kind_of_result_becomes_an_entry(csp: ModuleType, demisto: Demisto) -> None:
    csp.return_results([csp.CommandResults(readable_output="one"), "two", {"Type": 1, "Contents": "three"}])
    assert [
        item["HumanReadable"] if isinstance(item, dict) and "HumanReadable" in item else item
        for item in (demisto.returned)
    ] == ["one", "two", {"Type": 1, "Contents": "three"}]


def test_a_plain_answer_is_handed_on(csp: ModuleType, demisto: Demisto) -> None:
    csp.return_results("ok")
    csp.return_results([])
    csp.return_results(csp.NumberWidget(3))
    assert demisto.returned == ["ok", 3]


@pytest.mark.parametrize(
    ("outputs", "raw", "contents", "contents_format"),
    [
        (None, None, "text", "text"),
        ({"A": 1}, None, {"A": 1}, "json"),
        ({"A": 1}, {"raw": 1}, {"raw": 1}, "json"),
        (None, "raw", "raw", "text"),
    ],
)
def test_the_older_way_chooses_its_contents(
    csp: ModuleType, demisto: Demisto, outputs: Any, raw: Any, contents: Any, contents_format: str
) -> None:
    csp.return_outputs("text", outputs, raw)
    [entry] = demisto.returned
    assert (entry["Contents"], entry["ContentsFormat"]) == (contents, contents_format)
    assert (entry["HumanReadable"], entry["EntryContext"]) == ("text", outputs)


def test_an_error_is_an_entry_and_the_end(csp: ModuleType, demisto: Demisto) -> None:
    demisto.command_name = "get-it"
    with pytest.raises(SystemExit) as end:
        csp.return_error("It broke.", outputs={"A": 1})
    assert end.value.code == 0
    assert demisto.returned == [
        {"Type": 4, "ContentsFormat": "text", "Contents": "It broke.", "EntryContext": {"A": 1}}
    ]


@pytest.mark.parametrize("command", ["fetch-incidents", "fetch-indicators", "long-running-execution"])
def test_a_fetch_fails_with_an_exception(csp: ModuleType, demisto: Demisto, command: str) -> None:
    demisto.command_name = command
    with pytest.raises(Exception, match=r"It broke\."):
        csp.return_error("It broke.")
    assert demisto.returned == []


def test_the_trace_of_an_error_is_logged_not_shown(csp: ModuleType, demisto: Demisto) -> None:
    def fail() -> None:
        try:
            int("inner")
        except ValueError as error:
            csp.return_error(error)

    with pytest.raises(SystemExit):
        fail()
    assert demisto.returned[0]["Contents"] == "invalid literal for int() with base 10: 'inner'"
    assert "Traceback" in demisto.log[-1]


def test_a_warning_goes_on_unless_told_to_end(csp: ModuleType, demisto: Demisto) -> None:
    csp.return_warning("Careful.")
    assert (demisto.returned[0]["Type"], demisto.returned[0]["Contents"]) == (11, "Careful.")
    with pytest.raises(SystemExit):
        csp.return_warning("Careful.", exit=True)


def test_errors_are_found_and_read(csp: ModuleType) -> None:
    entries = [{"Type": 1, "Contents": "fine"}, {"Type": 4, "Contents": "bad"}, {"Type": 4, "Contents": "worse"}]
    assert csp.is_error(entries)
    assert csp.isError(entries[1])
    assert not csp.is_error(entries[:1])
    assert not csp.is_error(None)
    assert csp.get_error(entries) == "bad\nworse"
    with pytest.raises(ValueError, match="no error entry"):
        csp.get_error(entries[:1])


def test_an_exception_reads_as_its_message(csp: ModuleType) -> None:
    error = csp.DemistoException("It broke.", res="response")
    assert (str(error), error.res) == ("It broke.", "response")


def test_a_file_is_written_where_the_server_looks_for_it(csp: ModuleType, tmp_path: Path) -> None:
    entry = csp.fileResult("../report.txt", "text", file_type=9)
    assert entry == {
        "Contents": "",
        "ContentsFormat": "text",
        "Type": 9,
        "File": ".._report.txt",
        "FileID": "unique-1",
    }
    assert (tmp_path / "42_unique-1").read_bytes() == b"text"


def test_an_existing_file_is_moved(csp: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "dump.bin").write_bytes(b"\x00\x01")
    entry = csp.file_result_existing_file("dump.bin", "lsass.dmp")
    assert (entry["Type"], entry["File"]) == (3, "lsass.dmp")
    assert [path.name for path in tmp_path.iterdir()] == [f"42_{entry['FileID']}"]
    assert csp.is_filename_valid("lsass.dmp")
    assert not csp.is_filename_valid("a/b")


def test_secrets_do_not_reach_the_log(csp: ModuleType, demisto: Demisto) -> None:
    csp.add_sensitive_log_strs("pass/word")
    csp.LOG("login with pass/word, as pass%2Fword, as cGFzcy93b3Jk")
    csp.LOG.print_log()
    assert demisto.log == ["Full log:\nlogin with <XX_REPLACED>, as <XX_REPLACED>, as <XX_REPLACED>"]


def test_a_logged_function_names_its_call(csp: ModuleType) -> None:
    def add(a: int, *, b: int) -> int:
        """Add."""
        return a + b

    noted = csp.logger(add)
    assert noted(1, b=2) == 3
    assert list(csp.LOG.messages) == ["calling add(1,b=2)"]
    assert noted.__doc__ == "Add."


def test_a_key_that_lost_its_line_breaks_gets_them_back(csp: ModuleType) -> None:
    key = "-----BEGIN RSA PRIVATE KEY----- ab cd -----END RSA PRIVATE KEY-----"
    assert csp.replace_spaces_in_credential(key).splitlines() == [
        "-----BEGIN RSA PRIVATE KEY-----",
        "ab",
        "cd",
        "-----END RSA PRIVATE KEY-----",
    ]
    assert csp.replace_spaces_in_credential("a b") == "a b"


def test_context_grows(csp: ModuleType, demisto: Demisto) -> None:
    for value in ("x", ["y"], "y"):
        csp.appendContext("K", value, dedup=True)
    assert demisto.stored == {"K": ["x", "y"]}
    csp.appendContext("D", {"a": 1})
    csp.appendContext("D", {"b": 2})
    assert demisto.stored["D"] == {"a": 1, "b": 2}
