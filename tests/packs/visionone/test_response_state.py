"""When a target of a response is done: what each kind of command leaves, without a tenant."""

from typing import Any

import pytest

HOST, URL = "HR-LT-171", "https://evil.example/a,b"


@pytest.fixture
def rows(xsoar: Any) -> Any:
    def rows(command: str, left: dict[str, Any], **targets: Any) -> dict[str, Any]:
        ran = xsoar.script("VisionOneResponseState", command=command, left=left, **targets)
        assert ran.errors == []
        return {
            row["target"]: row for row in [*ran.entries[0]["Contents"]["done"], *ran.entries[0]["Contents"]["rest"]]
        }

    return rows


@pytest.mark.parametrize(
    ("left", "state", "reason"),
    [
        ({}, "not done", "did not accept it"),
        ({"Endpoint_Connection": {"endpoint": HOST}}, "not done", "how its response task stands is not known"),
        ({"Endpoint_Connection": {"endpoint": HOST, "task_id": "7"}}, "not done", "is not known"),
        (
            {
                "Endpoint_Connection": {"agent_guid": HOST, "task_id": "7"},
                "Task_Status": {"id": "7", "status": "running"},
            },
            "not done",
            "still running",
        ),
        (
            {
                "Endpoint_Connection": {"endpoint": HOST.lower(), "task_id": "7"},
                "Task_Status": {"id": "7", "status": "succeeded"},
            },
            "done",
            "",
        ),
    ],
)
def test_what_ends_with_a_task_is_done_with_its_success_alone(rows: Any, left: Any, state: str, reason: str) -> None:
    found = rows("trendmicro-visionone-isolate-endpoint", left, endpoint=HOST)[HOST]
    assert found["state"] == state
    assert reason.casefold() in found["reason"].casefold()
    assert bool(found["reason"]) is (state == "not done")
    assert found["again"] == f"!trendmicro-visionone-isolate-endpoint endpoint={HOST}"


def test_what_is_put_on_a_list_is_done_at_once(rows: Any) -> None:
    left = {"Suspicious_List": {"multi_response": [{"object_value": "a.example", "status": 201}]}}
    found = rows("add-objects-to-suspicious-list", left, object_value=["a.example", "b.example"])
    assert {target: row["state"] for target, row in found.items()} == {"a.example": "done", "b.example": "not done"}


def test_a_url_is_submitted_when_it_was_accepted(rows: Any) -> None:
    left = {"Submit_Urls_to_Sandbox": [{"url": URL, "task_id": "9"}, {"url": "https://x.example"}]}
    found = rows("submit-urls-to-sandbox", left, url=[URL, "https://x.example"])
    assert {target: row["state"] for target, row in found.items()} == {URL: "done", "https://x.example": "not done"}
