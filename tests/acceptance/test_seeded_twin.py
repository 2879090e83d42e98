"""A twin as a process of its own: what a test puts there outlives a restart, and its log is read from outside."""

from pathlib import Path

import httpx
import pytest

from tests.acceptance.twin import API_KEY, started_twin

pytestmark = pytest.mark.acceptance

THINGS = {"endpoints": "guid-1", "processes": "guid-1/7", "accounts": "anna", "messages": "m1", "scripts": "s1"}


def test_what_was_put_there_outlives_a_restart(tmp_path: Path) -> None:
    options = ("--scenario", "empty", "--state", str(tmp_path / "tenant"))
    with started_twin(tmp_path, *options) as twin:
        before = {kind: twin.control.seed.put(kind, {"id": thing_id}) for kind, thing_id in THINGS.items()}
        before["endpoints"] = twin.control.call("GET", "endpoints/guid-1").json()
    with started_twin(tmp_path, *options) as twin:
        after = {kind: twin.control.call("GET", f"{kind}/{thing_id}").json() for kind, thing_id in THINGS.items()}
    assert after == before


def test_two_processes_know_what_each_was_asked(tmp_path: Path) -> None:
    with (
        started_twin(tmp_path, "--scenario", "empty") as first,
        started_twin(tmp_path, "--scenario", "empty") as second,
    ):
        for twin, guid in ((first, "guid-1"), (second, "guid-2")):
            twin.control.seed.endpoint(id=guid, name="HR-1")
        headers = {"Authorization": f"Bearer {API_KEY}"}
        target = {"endpointName": "HR-1"}
        httpx.post(f"{second.url}/v3.0/response/endpoints/isolate", json=[target], headers=headers).raise_for_status()
        (seen,) = second.control.asked("isolate")
        assert (seen.targets, seen.results[0].status) == ([target], 202)
        assert first.control.asked() == []
