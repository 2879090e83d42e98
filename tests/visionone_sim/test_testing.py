import threading

import httpx
import pytest

import visionone_sim.testing
from visionone_sim.clock import ManualClock, SystemClock
from visionone_sim.faults import Fault
from visionone_sim.testing import TEST_START, RunningTwin, start_twin


def test_the_clock_stands_still_until_it_is_moved(twin: RunningTwin) -> None:
    assert isinstance(twin.clock, ManualClock)
    assert twin.clock.now() == TEST_START


def test_with_a_speed_the_clock_runs_from_the_present() -> None:
    with start_twin("empty", speed=100) as twin:
        assert isinstance(twin.clock, SystemClock)


def test_two_twins_of_the_same_seed_tell_the_same_story_and_others_do_not() -> None:
    with start_twin(seed=1) as first, start_twin(seed=1) as same, start_twin(seed=2) as other:
        assert list(first.tenant.alerts) == list(same.tenant.alerts)
        assert set(first.tenant.endpoints).isdisjoint(other.tenant.endpoints)


def test_several_twins_have_nothing_in_common_but_what_a_test_puts_there(twins: tuple[RunningTwin, ...]) -> None:
    first, second = twins
    drawn = [_ids(twin) for twin in twins]
    assert len({twin.url for twin in twins} | {twin.api_key for twin in twins}) == 4
    assert all(drawn)
    assert drawn[0].isdisjoint(drawn[1])
    assert first.seed.endpoint(id="g1", name="HR-1") == second.seed.endpoint(id="g1", name="HR-1")


def test_the_clock_of_one_twin_is_not_that_of_the_other(twins: tuple[RunningTwin, ...]) -> None:
    first, second = twins
    first.clock.advance(60)
    assert (first.clock.now() - second.clock.now()).total_seconds() == 60


def _ids(twin: RunningTwin) -> set[str]:
    """Return the ids that the tenant draws and counts."""
    twin.seed.alert(id=f"WB-of-{twin.api_key}")
    headers = {"Authorization": f"Bearer {twin.api_key}"}
    with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60) as client:
        name = next(iter(twin.tenant.endpoints.values())).name
        client.post("/response/endpoints/isolate", json=[{"endpointName": name}]).raise_for_status()
        client.post(f"/workbench/alerts/WB-of-{twin.api_key}/notes", json={"content": "x"}).raise_for_status()
    (seen,) = twin.asked("isolate")
    tenant = twin.tenant
    ids = {*tenant.endpoints, *tenant.mail, *tenant.alerts, str(seen.results[0].task), *map(str, tenant.notes)}
    return ids | {twin.raise_alert("beacon").id} | {endpoint.name for endpoint in tenant.endpoints.values()}


def test_numbers_begin_anew_with_the_story(twins: tuple[RunningTwin, ...]) -> None:
    second = twins[1]
    httpx.post(f"{second.url}/_twin/reset", timeout=60).raise_for_status()
    assert second.tenant.tasks.next_id() == "00100001"


def test_a_test_can_raise_alerts_on_the_hosts_that_it_names(twin: RunningTwin) -> None:
    names = tuple(endpoint.name for endpoint in list(twin.tenant.endpoints.values())[:2])
    document = twin.raise_alert(endpoints=names).document
    scope = document["impactScope"]
    assert isinstance(scope, dict)
    hosts = [entity["entityValue"]["name"] for entity in scope["entities"] if entity["entityType"] == "host"]
    assert tuple(hosts) == names


def test_a_test_can_break_the_next_call(twin: RunningTwin, client: httpx.Client) -> None:
    twin.fail(Fault(status=500))
    assert client.get("/healthcheck/connectivity").status_code == 500


def test_nothing_is_left_running() -> None:
    before = set(threading.enumerate())  # other tests' twins may last for their module
    with start_twin("empty") as twin:
        httpx.get(f"{twin.url}/_twin/clock", timeout=60)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "twin"]


def test_the_fixture_can_be_imported(request: pytest.FixtureRequest) -> None:
    assert "FixtureFunctionDefinition" in type(visionone_sim.testing.twin).__name__
    with pytest.raises(AttributeError, match="has no quadruplet"):
        _ = visionone_sim.testing.quadruplet


def test_a_story_can_be_told_again(twin: RunningTwin) -> None:
    twin.raise_alert("beacon")
    twin.restart_story()
    assert len(twin.tenant.alerts) == 12
