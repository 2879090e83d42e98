"""Collect, isolate, restore: one table, nothing accepted hidden, nothing done twice."""

import json
from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.tenant.targets import EndpointTarget
from visionone_sim.testing import RunningTwin

LAPTOP, DESK, MAC, OFFLINE, SERVER = "HR-LT-171", "FIN-LT-528", "ART-MB-664", "SAL-LT-534", "FILE-SRV-160"
DUMP = "C:\\Users\\dnovak\\AppData\\Local\\Temp\\lsass.DMP"
COLLECTED = "VisionOne.Collect_Forensic_File"
CONNECTION = "VisionOne.Endpoint_Connection"


def guid(twin: RunningTwin, name: str) -> str:
    return twin.tenant.inventory.target(agent_guid=None, name=name).agent_guid


def posts(twin: RunningTwin, action: str) -> int:
    return len(twin.requests.to(f"/response/endpoints/{action}", method="POST"))


def test_isolation_is_a_task_first_and_a_fact_when_it_has_succeeded(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("isolate-endpoint", endpoint=LAPTOP, description="IR-88")

    [outputs] = ran.context(CONNECTION)
    assert outputs == {"status": 202, "task_id": outputs["task_id"], "endpoint": LAPTOP}
    assert twin.tenant.tasks[outputs["task_id"]].description == "IR-88"
    assert not twin.tenant.endpoints[guid(twin, LAPTOP)].isolated
    twin.clock.advance(5)
    assert twin.tenant.endpoints[guid(twin, LAPTOP)].isolated
    assert ran.errors == []


def test_restore_brings_an_isolated_endpoint_back(xsoar: Any, twin: RunningTwin) -> None:
    twin.tenant.inventory.isolate(guid(twin, LAPTOP), isolated=True)

    xsoar.run("restore-endpoint-connection", agent_guid=guid(twin, LAPTOP))
    twin.clock.advance(5)

    assert not twin.tenant.endpoints[guid(twin, LAPTOP)].isolated


@pytest.mark.parametrize(
    "given",
    [
        {"endpoint": f"{LAPTOP}, {DESK}"},
        {"endpoint": [LAPTOP, DESK]},
        {"endpoint_identifiers": json.dumps([{"endpoint": LAPTOP}, {"endpoint": DESK}])},
        {"endpoint_identifiers": [{"endpoint": LAPTOP}, {"endpoint": DESK}]},
        {"endpoint_identifiers": [json.dumps({"endpoint": LAPTOP}), json.dumps({"endpoint": DESK})]},
    ],
)
def test_endpoints_are_named_flat_or_as_json(xsoar: Any, twin: RunningTwin, given: dict[str, Any]) -> None:
    ran = xsoar.run("isolate-endpoint", **given)

    assert [one["endpoint"] for one in ran.context(CONNECTION)] == [LAPTOP, DESK]
    assert posts(twin, "isolate") == 1


def test_an_agent_guid_in_the_endpoint_argument_is_understood(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("isolate-endpoint", endpoint=guid(twin, LAPTOP))

    assert ran.context(CONNECTION)[0]["agent_guid"] == guid(twin, LAPTOP)


def test_what_was_accepted_stays_and_what_was_refused_is_an_error(xsoar: Any) -> None:
    ran = xsoar.run("isolate-endpoint", endpoint=[LAPTOP, "NO-SUCH-HOST"])

    assert [one["endpoint"] for one in ran.context(CONNECTION)] == [LAPTOP]
    assert ran.errors == ["Isolate endpoint was refused for 1 of 2: NO-SUCH-HOST: BadRequest: Target not found."]
    assert "NO-SUCH-HOST" in ran.readable
    assert "refused" in ran.readable


def test_an_agent_that_cannot_collect_files_is_named_with_vision_ones_words(xsoar: Any) -> None:
    ran = xsoar.run("collect-forensic-file", endpoint=SERVER, file_path=DUMP)

    assert ran.context(COLLECTED) is None
    assert ran.errors[0].startswith(f"Collect forensic file was refused for 1 of 1: {SERVER} {DUMP}: NotSupported: ")


def test_a_refused_whole_request_says_status_code_and_message(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/isolate", status=403, code="AccessDenied", message="Not allowed."))

    ran = xsoar.run("isolate-endpoint", endpoint=LAPTOP)

    assert ran.errors == [
        (
            "trendmicro-visionone-isolate-endpoint: Vision One answered 403 AccessDenied: Not allowed. "
            "The API key's role needs the permission 'Response Management: Isolate endpoint'."
        )
    ]


@pytest.mark.parametrize(
    ("command", "args", "message"),
    [
        ("isolate-endpoint", {}, "Nothing is named to act on; give endpoint, agent_guid or endpoint_identifiers."),
        ("isolate-endpoint", {"endpoint_identifiers": "[{"}, "endpoint_identifiers is not JSON"),
        ("isolate-endpoint", {"endpoint_identifiers": '[{"description": "x"}]'}, "names no endpoint"),
        ("isolate-endpoint", {"endpoint_identifiers": "[7]"}, "endpoint_identifiers holds 7"),
        ("restore-endpoint-connection", {}, "Nothing is named to act on"),
        ("collect-forensic-file", {"endpoint": LAPTOP}, "No file is named; give file_path"),
        ("collect-forensic-file", {"collect_files": [{"endpoint": LAPTOP}]}, "has no path; give it file_path"),
        (
            "collect-forensic-file",
            {"endpoint": [LAPTOP, DESK], "file_path": ["/a", "/b", "/c"]},
            "2 endpoints cannot be paired with 3 paths",
        ),
    ],
)
def test_bad_arguments_are_one_sentence_and_no_request(
    xsoar: Any, twin: RunningTwin, command: str, args: dict[str, Any], message: str
) -> None:
    ran = xsoar.run(command, **args)

    assert len(ran.errors) == 1
    assert message in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize(
    ("args", "pairs"),
    [
        ({"endpoint": LAPTOP, "file_path": "C:\\a.dmp,C:\\b.dmp"}, [(LAPTOP, "C:\\a.dmp"), (LAPTOP, "C:\\b.dmp")]),
        ({"endpoint": LAPTOP, "file_path": "C:\\one, two.dmp"}, [(LAPTOP, "C:\\one, two.dmp")]),
        ({"endpoint": [LAPTOP, DESK], "file_path": "C:\\a.dmp"}, [(LAPTOP, "C:\\a.dmp"), (DESK, "C:\\a.dmp")]),
        ({"endpoint": [LAPTOP, DESK], "file_path": ["C:\\a", "C:\\b"]}, [(LAPTOP, "C:\\a"), (DESK, "C:\\b")]),
        ({"collect_files": {"endpoint": LAPTOP, "file_path": "C:\\a, b"}}, [(LAPTOP, "C:\\a, b")]),
    ],
)
def test_endpoints_and_files_are_paired(xsoar: Any, args: dict[str, Any], pairs: list[tuple[str, str]]) -> None:
    ran = xsoar.run("collect-forensic-file", **args)

    assert [(one["endpoint"], one["file_path"]) for one in ran.context(COLLECTED)] == pairs


def test_more_targets_than_one_request_holds_go_in_several(xsoar: Any, twin: RunningTwin) -> None:
    paths = [f"C:\\{number}.dmp" for number in range(23)]

    ran = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=paths)

    assert [one["file_path"] for one in ran.context(COLLECTED)] == paths
    assert posts(twin, "collectFile") == 3


def test_a_later_request_that_fails_does_not_hide_what_was_accepted(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/collectFile", skip=1, status=500, count=None))

    ran = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=[f"C:\\{number}.dmp" for number in range(12)])

    assert len(ran.context(COLLECTED)) == 10
    assert "may or may not have been done for 2 of 12" in ran.errors[0]
    assert "Vision One answered 500 InternalServerError" in ran.errors[0]


@pytest.mark.parametrize("fault", [{"status": 500}, {"drop": True}, {"status": 429, "headers": {"Retry-After": "0"}}])
def test_a_post_is_never_repeated_by_itself(xsoar: Any, twin: RunningTwin, fault: dict[str, Any]) -> None:
    twin.fail(Fault(path=".*/collectFile", when="after", count=None, **fault))

    ran = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=DUMP, idempotency_key="plan-1/task-5")

    assert posts(twin, "collectFile") == 1
    assert len(ran.errors) == 1


def test_the_same_key_acts_once_for_each_target(xsoar: Any, twin: RunningTwin) -> None:
    args = {"endpoint": [LAPTOP, MAC], "file_path": ["C:\\a", "/tmp/b"], "idempotency_key": "plan-1/task-5"}

    first = xsoar.run("collect-forensic-file", **args)
    twin.clock.advance(60)
    second = xsoar.run("collect-forensic-file", **args)

    assert second.context(COLLECTED) == first.context(COLLECTED)
    assert len(twin.tenant.tasks) == 2
    assert posts(twin, "collectFile") == 1
    assert "already begun" in second.readable


def test_a_lost_answer_is_made_good_by_calling_again_with_the_same_key(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/isolate", when="after", drop=True))

    lost = xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k")
    found = xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k")

    assert lost.errors
    assert [task.id for task in twin.tenant.tasks.values()] == [found.context(CONNECTION)[0]["task_id"]]


def test_a_half_done_call_is_completed_by_calling_again(xsoar: Any, twin: RunningTwin) -> None:
    paths = [f"C:\\{number}.dmp" for number in range(12)]
    twin.fail(Fault(path=".*/collectFile", skip=1, status=500))
    xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=paths, idempotency_key="k")

    again = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path=paths, idempotency_key="k")

    assert [one["file_path"] for one in again.context(COLLECTED)] == paths
    targets = [task.target for task in twin.tenant.tasks.values()]
    assert sorted(str(one.file_path) for one in targets if isinstance(one, EndpointTarget)) == sorted(paths)


def test_a_key_is_found_on_any_page_of_the_task_list(xsoar: Any, twin: RunningTwin) -> None:
    first = xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k")
    others = [f"C:\\{number}.dmp" for number in range(10)]
    for number in range(25):
        xsoar.run("collect-forensic-file", endpoint=MAC, file_path=[f"{path}-{number}" for path in others])
    for _ in range(210):
        xsoar.run("isolate-endpoint", endpoint=DESK)
        twin.clock.advance(6)

    again = xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k")

    assert again.context(CONNECTION) == first.context(CONNECTION)
    assert any("skipToken" in seen.query for seen in twin.requests.to("/response/tasks"))


def test_another_key_acts_again(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="plan-1/task-5")
    twin.clock.advance(6)
    xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="plan-1/task-55")

    assert len(twin.tenant.tasks) == 2


def test_a_key_does_not_adopt_a_task_of_another_action(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k")
    twin.clock.advance(6)
    xsoar.run("restore-endpoint-connection", endpoint=LAPTOP, idempotency_key="k")

    assert [task.action for task in twin.tenant.tasks.values()] == ["isolate", "restoreIsolate"]


def test_a_long_or_strange_key_and_a_long_description_fit_into_vision_ones_field(xsoar: Any, twin: RunningTwin) -> None:
    args = {"endpoint": LAPTOP, "description": "d" * 400, "idempotency_key": "schlüssel " * 40}

    first = xsoar.run("isolate-endpoint", **args)
    again = xsoar.run("isolate-endpoint", **args)

    [task] = twin.tenant.tasks.values()
    assert first.context(CONNECTION) == again.context(CONNECTION)
    assert len(task.description or "") == 256


def test_the_search_for_a_key_begins_at_the_intent(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("isolate-endpoint", endpoint=LAPTOP, idempotency_key="k", idempotency_since="2031-02-03T04:00:00Z")

    [seen] = twin.requests.to("/response/tasks")
    assert "startDateTime=2031-02-03T03:50:00Z" in seen.query


def test_what_is_under_way_already_is_followed_and_no_error(xsoar: Any) -> None:
    first = xsoar.run("isolate-endpoint", endpoint=LAPTOP)
    second = xsoar.run("isolate-endpoint", endpoint=LAPTOP)

    assert second.errors == []
    assert second.context(CONNECTION)[0]["task_id"] == first.context(CONNECTION)[0]["task_id"]
    assert "already under way" in second.readable


def test_nothing_is_waited_for_when_everything_was_refused(xsoar: Any) -> None:
    ran = xsoar.run("isolate-endpoint", endpoint="NO-SUCH-HOST", wait="true")

    assert ran.poll == {}
    assert ran.errors == ["Isolate endpoint was refused for 1 of 1: NO-SUCH-HOST: BadRequest: Target not found."]


def test_a_wait_ends_with_vision_ones_reason_when_the_task_fails(xsoar: Any, twin: RunningTwin) -> None:
    begun = xsoar.run("collect-forensic-file", endpoint=LAPTOP, file_path="C:\\gone.bin", wait="true")
    twin.clock.advance(6)

    ended = xsoar.rerun(begun.poll["command"], begun.poll["args"])

    assert begun.errors == []
    assert ended.poll == {}
    [error] = ended.errors
    assert "failed" in error


def test_a_table_says_which_message_and_why_it_was_refused(xsoar: Any) -> None:
    ran = xsoar.run("quarantine-email-message", message_id="<gone@example>", mailbox="nobody@example")

    assert "<gone@example>" in ran.readable
    assert "BadRequest" in ran.readable
    assert ran.readable.count("|Message|") <= 1
