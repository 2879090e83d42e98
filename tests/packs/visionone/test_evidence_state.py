"""What is saved of a dump, what is missing and why, where it may be, and who is exposed."""

import json
from typing import Any

import pytest

HOST, GUID = "HR-LT-171", "907a70c3"
OTHER, OTHER_GUID = "FIN-LT-528", "11aa22bb"
DUMP, SAM = r"C:\Temp\lsass.DMP", r"C:\Temp\sam.save"
SHA = "ab" * 32


def file(path: str = DUMP, **more: str) -> dict[str, str]:
    """A file of the alert, as VisionOneCredentialDumpFiles names it."""
    base = {"endpoint": HOST, "agent_guid": GUID, "file_path": path, "collectable": "yes", "reason": ""}
    return {**base, **more}


def verified(path: str = DUMP, state: str = "match", **more: str) -> dict[str, Any]:
    base = {"endpoint": HOST, "file_path": path, "state": state, "sha256": SHA, "size": 42, "task_id": "1"}
    return {**base, **more}


def seen(path: str, **more: str) -> dict[str, str]:
    """A record of what was observed on the endpoint."""
    return {"endpoint_guid": GUID, "endpoint_host_name": HOST, "object_file_path": path, **more}


def endpoint(*accounts: str, guid: str = GUID, name: str = HOST) -> dict[str, Any]:
    return {"agent_guid": guid, "endpoint_name": {"value": name}, "login_account": {"value": list(accounts)}}


@pytest.fixture
def state(xsoar: Any) -> Any:
    def state(**args: Any) -> dict[str, Any]:
        ran = xsoar.script("VisionOneEvidenceState", **args)
        assert ran.errors == []
        [written] = [entry["EntryContext"] for entry in ran.entries if entry.get("EntryContext")]
        assert written == {
            "VisionOne(true)": {"Evidence_State": ran.entries[0]["Contents"]}
        }  # in place of an earlier one
        return dict(ran.entries[0]["Contents"])

    return state


@pytest.mark.parametrize(
    ("saying", "words"),
    [("match", "matches the one"), ("mismatch", "does NOT match the one")],
)
def test_a_verified_file_is_saved_whatever_its_hash_says_and_that_is_said(state: Any, saying: str, words: str) -> None:
    found = state(files=[file()], begun=[{"task_id": "1", "agent_guid": GUID}], verified=[verified(state=saying)])

    assert (found["saved"], found["missing"], found["missing_count"]) == (1, [], 0)
    assert words in found["summary"]
    assert f"{DUMP} of {HOST} (42 bytes)" in found["summary"]
    assert SHA in found["summary"]
    assert found["missing_summary"] == ""


@pytest.mark.parametrize("saying", ["missing", "unread", "", "pending"])
def test_an_archive_that_did_not_arrive_or_cannot_be_read_is_not_saved(state: Any, saying: str) -> None:
    found = state(files=[file()], verified=[verified(state=saying)])

    assert found["saved"] == 0
    assert [one["file_path"] for one in found["missing"]] == [DUMP]


@pytest.mark.parametrize("path", [DUMP, DUMP.upper(), DUMP.lower()])
def test_what_the_one_command_saved_counts_by_host_and_path_whatever_their_case(state: Any, path: str) -> None:
    saved = {"endpoint_name": HOST.lower(), "agent_guid": GUID.upper(), "file_path": path, "state": "match"}

    assert state(files=[file()], collected=[saved])["missing"] == []


def test_the_same_path_on_another_host_saves_nothing_here(state: Any) -> None:
    saved = {"endpoint_name": OTHER, "agent_guid": OTHER_GUID, "file_path": DUMP, "state": "match"}

    found = state(files=[file()], collected=[saved])

    assert [one["agent_guid"] for one in found["missing"]] == [GUID]


def test_one_of_two_files_is_missing_with_its_own_reason(state: Any) -> None:
    found = state(
        files=[file(), file(SAM)],
        begun=[{**file(), "task_id": "1"}, {**file(SAM), "task_id": "2"}],
        tasks=[
            {"id": "1", "status": "succeeded"},
            {"id": "2", "status": "failed", "error": {"code": "DiskFull", "message": "No room."}},
        ],
        verified=[verified()],
    )

    assert found["missing_summary"] == (
        f"- {SAM} of {HOST}: Its response task is failed. DiskFull: No room. Response task 2."
    )
    assert (found["saved"], found["missing_count"], found["open"]) == (1, 1, found["missing"])


@pytest.mark.parametrize(
    ("status", "is_open"),
    [("failed", True), ("queued", True), ("running", True), ("rejected", False), ("canceled", False)],
)
def test_what_a_person_stopped_is_not_asked_for_again(state: Any, status: str, is_open: bool) -> None:
    found = state(files=[file()], begun=[{**file(), "task_id": "7"}], tasks=[{"id": "7", "status": status}])

    assert (len(found["open"]) == 1) is is_open
    assert f"Its response task is {status}." in found["missing_summary"]


@pytest.mark.parametrize(
    "error",
    [
        {"code": "FileNotFound", "message": ""},
        {"code": "File not found", "message": ""},
        {"code": "E1", "message": "The file does not exist on the endpoint."},
        {"code": "E1", "message": "No such file or directory"},
    ],
)
def test_a_file_that_is_not_there_is_searched_for_and_not_asked_for_again(state: Any, error: dict[str, str]) -> None:
    found = state(
        files=[file(sha256=SHA, process=r"C:\Windows\System32\rundll32.exe")],
        begun=[{**file(), "task_id": "1"}],
        tasks=[{"id": "1", "status": "failed", "error": error}],
    )

    assert (found["missing"][0]["gone"], found["open"]) == ("yes", [])
    [query] = found["queries"]
    assert query.startswith(f'endpointGuid:"{GUID}" and (')
    for part in ('objectFilePath:"lsass.DMP"', 'srcFilePath:"lsass.DMP"', f'objectFileHashSha256:"{SHA}"', "rundll32"):
        assert part in query


def test_what_the_command_gave_up_says_why_and_is_not_open(state: Any) -> None:
    lost = [{**file(), "code": "TooLate", "reason": "It was asked for during 7 days."}]

    found = state(files=[file()], lost=lost)

    assert found["open"] == []
    assert found["missing_summary"] == f"- {DUMP} of {HOST}: It was asked for during 7 days."


def test_an_alert_that_names_no_file_lets_each_of_its_hosts_be_searched(state: Any) -> None:
    found = state(files=[], endpoints=[endpoint(), endpoint(guid=OTHER_GUID, name=OTHER)])

    assert [one["endpoint"] for one in found["missing"]] == [HOST, OTHER]
    assert all("names no file" in one["reason"] for one in found["missing"])
    assert len(found["queries"]) == 2
    assert all('objectFilePath:".dmp"' in query for query in found["queries"])


def test_an_alert_that_names_neither_file_nor_host_is_missing_evidence_all_the_same(state: Any) -> None:
    found = state(files=[])

    assert (found["missing_count"], found["queries"]) == (1, [])
    assert "The dump: The alert names no file" in found["missing_summary"]


def test_files_that_are_asked_for_elsewhere_are_not_missing_here(state: Any) -> None:
    """The endpoints that are offline have a branch of their own; it is named what they are asked for."""
    found = state(files=[], named=[file()])

    assert (found["missing"], found["missing_summary"]) == ([], "")


GONE = {"gone": "yes", "reason": "FileNotFound"}
PLACES = {
    "moved": (seen(r"D:\x\thumbs.db", src_file_path=DUMP), {}, "it was moved or copied there"),
    "same hash": (seen(r"D:\x\a.bin", object_file_hash_sha256=SHA.upper()), {"sha256": SHA}, "it has the hash that"),
    "same name": (seen(r"D:\x\LSASS.dmp"), {}, "it has the same name"),
    "same program": (
        seen(r"D:\x\one.dmp", process_file_path=r"C:\W\tool.exe"),
        {"process": r"C:\w\TOOL.exe"},
        "the same program wrote it",
    ),
    "a star in its name": (seen(r"D:\x\lsass_310203.dmp"), {"file_path": r"C:\T\lsass*.dmp"}, "it has the same name"),
    "no name at all": (seen(r"D:\x\lsass_1.bin"), {"file_path": ""}, "it is called like a dump"),
}


@pytest.mark.parametrize("place", PLACES)
def test_where_a_file_went_is_found_and_why_it_may_be_it_is_said(state: Any, place: str) -> None:
    record, more, why = PLACES[place]

    [found] = state(files=[file(**{**GONE, **more})], activity=[record])["found"]

    assert (found["file_path"], found["endpoint"]) == (record["object_file_path"], HOST)
    assert why in found["because"]


@pytest.mark.parametrize(
    "record",
    [
        {**seen(r"D:\x\lsass.dmp"), "endpoint_guid": OTHER_GUID, "endpoint_host_name": OTHER},
        seen(r"D:\x\lsass.exe"),
        seen(r"D:\x\letter.docx"),
        seen(DUMP.lower()),
        seen(""),
        {"object_file_path": r"D:\x\lsass.dmp"},
    ],
    ids=["on another host", "a program", "of another name", "where it was sought", "no path", "on no host"],
)
def test_what_is_not_it_is_not_taken_for_it(state: Any, record: dict[str, str]) -> None:
    assert state(files=[file(**GONE)], activity=[record])["found"] == []


def test_at_most_five_places_are_tried_and_each_once(state: Any) -> None:
    records = [seen(rf"D:\{number}\lsass.dmp") for number in range(9)] * 2

    assert len(state(files=[file(**GONE)], activity=records)["found"]) == 5


def test_a_file_that_was_saved_from_where_it_went_is_not_missing(state: Any) -> None:
    saved = {"endpoint_name": HOST, "agent_guid": GUID, "file_path": r"D:\x\lsass.dmp", "state": "match"}

    found = state(files=[file(**GONE)], activity=[seen(r"D:\x\lsass.dmp")], collected=[saved])

    assert (found["missing"], found["found"], found["saved"]) == ([], [], 1)


def test_who_was_logged_on_where_a_dump_is_saved_is_exposed(state: Any) -> None:
    found = state(
        files=[file()],
        begun=[{**file(), "task_id": "1"}],
        verified=[verified()],
        endpoints=[
            endpoint("LAB\\anna", "NT AUTHORITY\\SYSTEM", "LOCAL SERVICE", "LAB\\anna"),
            endpoint("LAB\\ben", guid=OTHER_GUID),
        ],
    )

    assert (found["exposed"]["endpoint"], found["exposed"]["account"]) == ([GUID], ["LAB\\anna"])
    assert found["exposed"]["facts"].startswith("A dump of credentials is proven. ")
    assert SHA in found["exposed"]["facts"]


def test_without_word_of_the_endpoint_the_alerts_accounts_are_exposed(state: Any) -> None:
    found = state(files=[file()], verified=[verified()], accounts=["LAB\\carl"])

    assert found["exposed"]["account"] == ["LAB\\carl"]


def test_nobody_is_exposed_where_nothing_is_saved(state: Any) -> None:
    found = state(files=[file()], endpoints=[endpoint("LAB\\anna")], accounts=["LAB\\carl"])

    assert found["exposed"] == {"endpoint": [], "account": [], "facts": ""}


def test_who_was_told_is_not_told_again(state: Any) -> None:
    given: dict[str, Any] = {"files": [file()], "begun": [{**file(), "task_id": "1"}], "verified": [verified()]}
    first = state(**given, tell="true")
    again = state(**given, told=first["told"], tell="true")

    assert (first["exposed"]["endpoint"], first["told"]) == ([GUID], [GUID])
    assert (again["exposed"]["endpoint"], again["told"]) == ([], [GUID])


def test_records_may_come_as_text_or_one_by_one(state: Any) -> None:
    as_text = state(files=json.dumps([file()]), tasks="", lost=None)
    as_one = state(files=file())

    assert as_text["missing"] == as_one["missing"] != []


def test_it_says_when_there_is_nothing_to_save(xsoar: Any) -> None:
    assert xsoar.script("VisionOneEvidenceState", files=[], named=[file()]).readable == "There is nothing to save."


def test_text_that_is_no_json_is_one_error_that_names_the_script(xsoar: Any) -> None:
    [error] = xsoar.script("VisionOneEvidenceState", files="{not json").errors

    assert error.startswith("VisionOneEvidenceState: ")
