from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from visionone_sim.control_room import ControlRoom, ControlRoomError, IncompleteLogError
from visionone_sim.recorder import KEPT_REQUESTS, SeenRequest
from visionone_sim.scenarios.catalog import Wish, begin
from visionone_sim.testing import RunningTwin


@pytest.fixture
def room(twin: RunningTwin) -> ControlRoom:
    return ControlRoom(url=twin.url)


def isolate(client: httpx.Client, *names: str) -> None:
    client.post("/response/endpoints/isolate", json=[{"endpointName": name} for name in names])


def test_what_is_put_there_comes_back_as_the_tenants_own_values(twin: RunningTwin, room: ControlRoom) -> None:
    seed = room.seed
    endpoint = seed.endpoint(id="g1", name="HR-1", login_accounts=[r"LAB\anna"], files=[{"path": "a", "text": "x"}])
    assert endpoint == twin.tenant.endpoints["g1"]
    assert seed.process("HR-1", 7, command_line="a.exe /x") in twin.tenant.endpoints["g1"].processes
    assert seed.account(r"OPAD:LAB\anna", enabled=False) in list(twin.tenant.directory)
    assert seed.message(id="m1", mail_box="anna@lab.example") == twin.tenant.mail["m1"]
    assert seed.script(id="s1", text="Get-Process") == twin.tenant.scripts["s1"]
    assert seed.alert(id="WB-1", endpoints=["HR-1"]) == twin.tenant.alerts["WB-1"].document
    activity = seed.activity(id="a1", kind="networkActivities", record={"dpt": 443})
    assert twin.tenant.telemetry.find("a1") == ("networkActivities", activity)


def test_what_has_no_type_of_its_own_comes_back_as_the_twin_shows_it(twin: RunningTwin, room: ControlRoom) -> None:
    seed = room.seed
    seed.endpoint(id="g1")
    assert seed.file("g1", "C:\\ü b.txt", text="x")["size"] == 1
    assert seed.mailbox("anna@lab.example")["messages"] == []
    assert seed.suspicious("domain", "bad.example", scan_action="log")["scanAction"] == "log"
    assert seed.exception("url", "https://fine.example/a?b")["url"] == "https://fine.example/a?b"
    assert seed.blocked("ip", "192.0.2.7") in room.state("blockList")
    seed.remove("blockList", "ip/192.0.2.7")
    assert room.state("blockList") == []


def test_without_an_id_one_is_drawn_that_nobody_has(room: ControlRoom) -> None:
    first, second = room.seed.endpoint(), room.seed.endpoint()
    assert first.agent_guid != second.agent_guid
    assert first.name != second.name


def test_an_order_that_is_refused_says_why(room: ControlRoom) -> None:
    with pytest.raises(ControlRoomError, match="Endpoint has no field 'colour'"):
        room.seed.endpoint(colour="red")
    with pytest.raises(ControlRoomError, match="No operation of the twin is named 'isolat'"):
        room.asked("isolat")


def test_what_was_asked_is_read_back_by_operation(twin: RunningTwin, client: httpx.Client, room: ControlRoom) -> None:
    isolate(client, "nobody", "nowhere")
    later = twin.clock.now() + timedelta(seconds=1)
    twin.clock.advance(1)
    isolate(client, "somebody")
    client.get("/workbench/alerts")
    assert [len(seen.targets) for seen in room.asked("isolate")] == [2, 1]
    assert room.asked() == list(map(_without_tenant, twin.requests))
    assert [seen.number for seen in room.asked("isolate", since=later)] == [2]
    assert [seen.number for seen in room.asked(contains="nowhere", status=207)] == [1]
    assert [seen.number for seen in room.asked(after=2)] == [3]
    assert room.counts() == {"GET /v3.0/workbench/alerts": 1, "POST /v3.0/response/endpoints/isolate": 2}
    room.forget()
    assert (room.asked(), room.counts()) == ([], {})


def _without_tenant(seen: SeenRequest) -> SeenRequest:
    """Leave out what only the twin itself knows."""
    return replace(seen, tenant=None)


def test_a_log_that_has_lost_something_is_not_judged(
    twin: RunningTwin, client: httpx.Client, room: ControlRoom
) -> None:
    isolate(client, "nobody")
    (seen,) = twin.requests
    for _ in range(KEPT_REQUESTS):
        twin.requests.add(replace(seen, operation=None))
    with pytest.raises(IncompleteLogError, match="1 requests have given way"):
        room.asked("isolate")
    assert room.asked("GET workbench/alerts") == []


def test_one_of_several_tenants_is_meant_by_its_key(twin: RunningTwin, room: ControlRoom) -> None:
    twin.twin.neighbours.append(begin("empty", Wish(seed=8), clock=twin.clock, api_key="neighbour"))
    ControlRoom(url=twin.url, key="neighbour").seed.endpoint(id="g1", name="HR-1")
    assert [endpoint["name"] for endpoint in room.state("endpoints")].count("HR-1") == 0
    with pytest.raises(ControlRoomError, match="No tenant has this key"):
        ControlRoom(url=twin.url, key="nobody").counts()
