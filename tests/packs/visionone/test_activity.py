"""Searching what endpoints did and what mail came."""

from typing import Any

import pytest

from tests.packs.visionone.live_pack import LAPTOP
from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

ENDPOINTS, EMAILS = "get-endpoint-activity-data", "get-email-activity-data"
FOUND = {ENDPOINTS: "VisionOne.Endpoint_Activity_Data", EMAILS: "VisionOne.Email_Activity_Data"}


def records(twin: RunningTwin, kind: Any = "endpointActivities") -> list[dict[str, Any]]:
    return list(twin.tenant.telemetry.activities[kind])


def test_records_are_found_by_fields_and_keep_their_context_paths(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(ENDPOINTS, fields={"endpointHostName": LAPTOP})

    wanted = [one for one in records(twin) if one["endpointHostName"] == LAPTOP]
    found = ran.context(FOUND[ENDPOINTS])
    assert sorted(one["uuid"] for one in found) == sorted(one["uuid"] for one in wanted)
    assert {"event_time_d_t", "search_d_l", "process_file_hash_sha1", "logon_user"} <= set(found[0])


def test_a_message_is_found_in_every_mailbox_that_holds_it(xsoar: Any, twin: RunningTwin) -> None:
    subject = records(twin, "emailActivities")[0]["mailMsgSubject"]

    ran = xsoar.run(EMAILS, fields={"mailMsgSubject": subject})

    wanted = [one["msgUuid"] for one in records(twin, "emailActivities") if one["mailMsgSubject"] == subject]
    assert sorted(one["msg_uuid"] for one in ran.context(FOUND[EMAILS])) == sorted(wanted)
    assert subject in ran.readable


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ({"query_op": "and"}, 0),
        ({"query_op": "or"}, 2),
    ],
)
def test_fields_are_joined_as_asked(xsoar: Any, twin: RunningTwin, args: dict[str, str], wanted: int) -> None:
    first, second = (one["uuid"] for one in records(twin)[:2])

    ran = xsoar.run(ENDPOINTS, fields={"uuid": first, "processFileHashSha1": hash_of(twin, second)}, **args)

    assert len(ran.context(FOUND[ENDPOINTS]) or ()) >= wanted
    assert bool(ran.context(FOUND[ENDPOINTS])) == bool(wanted)


def hash_of(twin: RunningTwin, uuid: str) -> str:
    [record] = [one for one in records(twin) if one["uuid"] == uuid]
    return str(record["processFileHashSha1"])


def test_a_list_of_values_means_any_of_them(xsoar: Any, twin: RunningTwin) -> None:
    wanted = [one["uuid"] for one in records(twin)[:3]]

    ran = xsoar.run(ENDPOINTS, fields={"uuid": wanted})

    assert sorted(one["uuid"] for one in ran.context(FOUND[ENDPOINTS])) == sorted(wanted)


def test_a_quote_in_a_value_stays_in_the_value(xsoar: Any) -> None:
    ran = xsoar.run(ENDPOINTS, fields={"processCmd": '"C:'})

    assert ['"C:' in one["process_cmd"] for one in ran.context(FOUND[ENDPOINTS])] == [True]


@pytest.mark.parametrize("value", ['\\" or uuid:"*', '" or uuid:"*', "x\\", '\\\\" or uuid:"*'])
def test_a_value_does_not_end_its_condition(xsoar: Any, twin: RunningTwin, value: str) -> None:
    ran = xsoar.run(ENDPOINTS, fields={"endpointHostName": value})

    assert ran.errors == []
    assert not ran.context(FOUND[ENDPOINTS])


def test_a_path_is_searched_for_with_its_backslashes(xsoar: Any, twin: RunningTwin) -> None:
    path = next(one["objectFilePath"] for one in records(twin) if "\\" in one.get("objectFilePath", ""))

    found = xsoar.run(ENDPOINTS, fields={"objectFilePath": path}).context(FOUND[ENDPOINTS])

    assert {one["object_file_path"] for one in found} == {path}


def test_what_is_no_field_is_refused(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(ENDPOINTS, fields={"uuid:* or uuid": "x"})

    assert "'uuid:* or uuid' is no field to search by" in ran.errors[0]
    assert len(twin.requests) == 0


def test_a_search_may_be_given_in_vision_ones_own_words(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run(ENDPOINTS, query=f"not endpointHostName:{LAPTOP}")

    assert {one["endpoint_host_name"] for one in ran.context(FOUND[ENDPOINTS])} == {
        one["endpointHostName"] for one in records(twin)
    } - {LAPTOP}


def test_no_more_records_come_than_are_wanted(xsoar: Any) -> None:
    few = xsoar.run(ENDPOINTS, query="*", top="3")
    most = xsoar.run(ENDPOINTS, query="*", fetch_all="true", fetch_max_count="5")
    everything = xsoar.run(ENDPOINTS, query="*", fetch_all="true")

    assert [len(ran.context(FOUND[ENDPOINTS])) for ran in (few, most)] == [3, 5]
    assert len(everything.context(FOUND[ENDPOINTS])) > 5


def test_all_pages_are_read_when_all_is_wanted(xsoar: Any, twin: RunningTwin) -> None:
    some = records(twin)[0]
    for number in range(120):
        twin.tenant.telemetry.record("endpointActivities", {**some, "uuid": f"more-{number}"})

    ran = xsoar.run(ENDPOINTS, query="uuid:more", fetch_all="true", fetch_max_count="60")
    assert len(ran.context(FOUND[ENDPOINTS])) == 60
    everything = xsoar.run(ENDPOINTS, query="uuid:more", fetch_all="true")
    assert len({one["uuid"] for one in everything.context(FOUND[ENDPOINTS])}) == 120


def test_only_chosen_fields_come(xsoar: Any) -> None:
    ran = xsoar.run(ENDPOINTS, query="*", select="uuid,endpointHostName")

    assert {key for one in ran.context(FOUND[ENDPOINTS]) for key in one} == {"uuid", "endpoint_host_name"}


def test_start_and_end_are_times_or_spans(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run(ENDPOINTS, query="*", start="2 hours", end="2031-02-03T04:00:00Z")

    [seen] = twin.requests.to("/search/endpointActivities")
    assert "startDateTime=2031-02-03T02%3A05%3A06Z" in seen.query or "startDateTime=2031-02-03T02:05:06Z" in seen.query


@pytest.mark.parametrize(
    ("command", "paths", "key"),
    [
        (
            "get-endpoint-activity-data-count",
            ("VisionOne.Endpoint_Activity_Data_Count", "VisionOne.Endpoint_Activity_Count"),
            "endpoint_activity_count",
        ),
        (
            "get-email-activity-data-count",
            ("VisionOne.Email_Activity_Data_Count", "VisionOne.Email_Activity_Count"),
            "email_activity_count",
        ),
    ],
)
def test_records_are_counted_where_either_kind_of_playbook_looks(
    xsoar: Any, twin: RunningTwin, command: str, paths: tuple[str, str], key: str
) -> None:
    kind = "endpointActivities" if "endpoint" in command else "emailActivities"

    ran = xsoar.run(command, query="*")

    assert [ran.context(path) for path in paths] == [{key: len(records(twin, kind))}] * 2


@pytest.mark.parametrize("command", [ENDPOINTS, f"{ENDPOINTS}-count", EMAILS, f"{EMAILS}-count"])
@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({}, "Nothing is searched for; give fields"),
        ({"fields": "{"}, "fields is not JSON"),
        ({"fields": {"a": "b"}, "query_op": "xor"}, "query_op is 'xor'; use and, or or."),
        ({"query": "*", "start": "a while"}, "start is 'a while'; use a span such as 3 days"),
    ],
)
def test_bad_arguments_are_one_sentence_and_no_request(
    xsoar: Any, twin: RunningTwin, command: str, args: dict[str, Any], words: str
) -> None:
    ran = xsoar.run(command, **args)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize("command", [ENDPOINTS, f"{ENDPOINTS}-count", EMAILS, f"{EMAILS}-count"])
def test_a_failure_is_an_error_and_never_an_empty_answer(xsoar: Any, twin: RunningTwin, command: str) -> None:
    twin.fail(Fault(path=".*/search/.*", status=400, code="BadRequest", message="No.", count=None))

    ran = xsoar.run(command, query="*")

    assert ran.errors == [f"trendmicro-visionone-{command}: Vision One answered 400 BadRequest: No."]


@pytest.mark.parametrize("command", [ENDPOINTS, EMAILS])
def test_a_busy_server_is_asked_again(xsoar: Any, twin: RunningTwin, command: str) -> None:
    twin.fail(Fault(path=".*/search/.*", status=429, code="TooManyRequests", headers={"Retry-After": "0"}))

    assert xsoar.run(command, query="*").context(FOUND[command])
