import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from visionone_sim.recorder import KEPT_REQUESTS, Recorder, Result, SeenRequest, Wanted, read_results, read_seen


def seen(path: str, method: str = "GET") -> SeenRequest:
    time = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    return SeenRequest(method=method, path=path, query="", filter=None, body=None, status=200, time=time)


def test_requests_are_found_by_the_end_of_their_path() -> None:
    recorder = Recorder()
    recorder.add(seen("/v3.0/workbench/alerts"))
    recorder.add(seen("/v3.0/workbench/alerts/WB-1/notes", "POST"))
    assert [request.method for request in recorder.to("/notes")] == ["POST"]
    assert not recorder.to("/notes", method="GET")


def test_only_the_newest_are_kept_but_all_are_counted() -> None:
    recorder = Recorder()
    for number in range(KEPT_REQUESTS + 2):
        recorder.add(seen(f"/{number}"))
    assert (len(recorder), recorder.total, next(iter(recorder)).path) == (KEPT_REQUESTS, KEPT_REQUESTS + 2, "/2")


def test_a_recorder_can_forget() -> None:
    recorder = Recorder()
    recorder.add(seen("/a"))
    recorder.clear()
    assert (list(recorder), recorder.total) == ([], 0)


def test_what_gave_way_is_counted_by_operation() -> None:
    recorder = Recorder(kept=2)
    for operation in ("GET /a", "GET /a", "GET /b"):
        recorder.add(replace(seen("/x"), operation=operation))
    assert recorder.dropped.by_operation(Wanted()) == {"GET /a": 1}
    assert recorder.counts.by_operation(Wanted()) == {"GET /a": 2, "GET /b": 1}
    assert [request.number for request in recorder] == [2, 3]


def test_one_tenant_is_forgotten_and_the_other_is_not() -> None:
    recorder = Recorder()
    for tenant in (0, 1, 0):
        recorder.add(replace(seen("/x"), tenant=tenant))
    recorder.clear(0)
    recorder.add(replace(seen("/x"), tenant=0))
    assert [(request.tenant, request.number) for request in recorder] == [(1, 2), (0, 4)]
    assert [recorder.counts.total(Wanted(tenant=tenant)) for tenant in (0, 1, None)] == [1, 1, 2]


def test_a_request_is_the_same_after_it_has_travelled() -> None:
    body = '[{"endpointName": "a"}, {"endpointName": "b"}]'
    results = (Result(status=202, task="00000001"), Result(status=400, code="BadRequest", message="No."))
    whole = replace(seen("/x", "POST"), body=body, operation="POST /x", key="soc-bot", results=results, number=7)
    assert read_seen(json.loads(json.dumps(whole.wire()))) == whole
    assert [target["endpointName"] for target in whole.targets] == ["a", "b"]


@pytest.mark.parametrize(("body", "count"), [(None, 0), ("", 0), ("[{", 0), ("3", 0), ('{"a": 1}', 1), ("[1, {}]", 1)])
def test_targets_are_the_objects_that_a_body_holds(body: str | None, count: int) -> None:
    assert len(replace(seen("/x"), body=body).targets) == count


@pytest.mark.parametrize("answer", [b"", b"{", b"{}", b"[1]", b'[{"status": "x"}]'])
def test_an_answer_that_says_nothing_of_targets_has_no_results(answer: bytes) -> None:
    assert read_results(answer) == ()


@pytest.mark.parametrize(
    "more",
    [
        {"headers": 5},
        {"headers": ["x", {}, {"name": "Operation-Location"}]},
        {"body": "sorry"},
        {"body": {"error": "sorry"}},
        {"body": [1]},
    ],
)
def test_a_target_may_be_answered_in_any_form(more: dict[str, Any]) -> None:
    (result,) = read_results(json.dumps([{"status": 400, **more}]).encode())
    assert (result.status, result.code, result.message) == (400, None, None)
