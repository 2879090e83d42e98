"""What Vision One knows about endpoints."""

import json
from dataclasses import replace
from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin

LAPTOP, DESK, OFFLINE = "HR-LT-171", "FIN-LT-528", "SAL-LT-534"
INFO = "VisionOne.Endpoint_Info"


def names(ran: Any) -> list[str]:
    return sorted(one["endpoint_name"]["value"] for one in ran.context(INFO) or [])


@pytest.mark.promise(14)
def test_it_says_who_is_logged_on_what_runs_and_how_to_reach_it(xsoar: Any, twin: RunningTwin) -> None:
    endpoint = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)

    [info] = xsoar.run("get-endpoint-info", endpoint=LAPTOP).context(INFO)

    assert info["agent_guid"] == endpoint.agent_guid
    assert info["login_account"]["value"] == list(endpoint.login_accounts)
    assert info["ip"]["value"] == list(endpoint.ips)
    assert info["mac_address"]["value"] == list(endpoint.macs)
    assert (info["os_name"], info["product_code"]) == ("Windows", "xes")
    assert (info["connectivity"], info["isolation_status"]) == ("connected", "off")


def test_an_isolated_endpoint_shows_as_isolated_and_an_offline_one_as_disconnected(
    xsoar: Any, twin: RunningTwin
) -> None:
    twin.tenant.inventory.isolate(twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid, isolated=True)

    found = xsoar.run("get-endpoint-info", endpoint=[LAPTOP, OFFLINE]).context(INFO)

    states = {one["endpoint_name"]["value"]: (one["connectivity"], one["isolation_status"]) for one in found}
    assert states == {LAPTOP: ("connected", "on"), OFFLINE: ("disconnected", "off")}


def test_endpoints_are_found_by_name_guid_ip_and_mac(xsoar: Any, twin: RunningTwin) -> None:
    one, two, three, four = list(twin.tenant.inventory.values())[:4]
    asked = [one.name.lower(), two.agent_guid, three.ips[0], four.macs[0]]

    ran = xsoar.run("get-endpoint-info", endpoint=",".join(asked))

    assert names(ran) == sorted(endpoint.name for endpoint in (one, two, three, four))
    assert ran.errors == []


def test_an_endpoint_that_nobody_knows_is_an_error_beside_the_others(xsoar: Any) -> None:
    ran = xsoar.run("get-endpoint-info", endpoint=f"{LAPTOP},O'BRIEN-PC")

    assert names(ran) == [LAPTOP]
    assert ran.errors == ["Vision One knows no endpoint O'BRIEN-PC; check the spelling or use the agent GUID."]


def test_a_json_object_asks_for_fields(xsoar: Any, twin: RunningTwin) -> None:
    windows = [
        one.name for one in twin.tenant.inventory.values() if (one.os_name, one.product_code) == ("Windows", "xes")
    ]

    ran = xsoar.run("get-endpoint-info", endpoint=json.dumps({"osName": "Windows", "productCode": "xes"}))

    assert names(ran) == sorted(windows)


def test_query_op_joins_the_fields(xsoar: Any, twin: RunningTwin) -> None:
    some = [one.name for one in twin.tenant.inventory.values() if one.os_name == "Linux" or one.product_code == "sao"]

    ran = xsoar.run("get-endpoint-info", endpoint={"osName": "Linux", "productCode": "sao"}, query_op="or")

    assert names(ran) == sorted(some)


def test_nothing_that_fits_is_no_error(xsoar: Any) -> None:
    ran = xsoar.run("get-endpoint-info", endpoint={"osName": "macOSX"})

    assert (ran.readable, ran.errors) == ("No endpoint fits.", [])


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"endpoint": {"colour": "red"}}, "Endpoints cannot be asked for by 'colour'; use one of agentGuid"),
        ({"endpoint": {"ip": "192.0.2.1"}, "query_op": "xor"}, "query_op is 'xor'; use and, or or."),
        ({"endpoint": '{"ip"'}, "endpoint is not JSON"),
        ({"endpoint": " "}, "No endpoint is named"),
    ],
)
def test_bad_arguments_are_one_sentence(xsoar: Any, args: dict[str, Any], message: str) -> None:
    ran = xsoar.run("get-endpoint-info", **args)

    assert len(ran.errors) == 1
    assert message in ran.errors[0]


@pytest.mark.parametrize("status", [403, 404])
def test_a_role_that_may_not_see_connections_still_gets_the_rest(xsoar: Any, twin: RunningTwin, status: int) -> None:
    twin.fail(Fault(path=".*/endpointSecurity/.*", status=status, code="AccessDenied", count=None))

    ran = xsoar.run("get-endpoint-info", endpoint=LAPTOP)

    assert names(ran) == [LAPTOP]
    assert "connectivity" not in ran.context(INFO)[0]
    assert "Whether these endpoints are connected or isolated is unknown" in ran.readable
    assert ran.errors == []


def test_many_endpoints_are_asked_for_in_several_requests(xsoar: Any, twin: RunningTwin) -> None:
    guids = [one.agent_guid for one in twin.tenant.inventory.values()] * 3 + ["10.47.145.16", LAPTOP]

    ran = xsoar.run("get-endpoint-info", endpoint=guids)

    assert len(ran.context(INFO)) == len(twin.tenant.inventory)
    assert len(twin.requests.to("/eiqs/endpoints")) == 2


def test_an_outage_is_an_error_not_an_absent_endpoint(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/eiqs/.*", status=400, code="BadRequest", message="No.", count=None))

    ran = xsoar.run("get-endpoint-info", endpoint=LAPTOP)

    assert ran.errors == ["trendmicro-visionone-get-endpoint-info: Vision One answered 400 BadRequest: No."]


@pytest.mark.parametrize("by", ["ip", "name"])
def test_a_value_that_several_endpoints_have_is_shown_but_not_where_one_is_to_be_meant(
    xsoar: Any, twin: RunningTwin, by: str
) -> None:
    one, other, third, *_ = twin.tenant.endpoints.values()
    shared = "198.51.100.7" if by == "ip" else one.name
    alike = {"ips": (shared,)} if by == "ip" else {"name": shared}
    for endpoint in (one, other):
        twin.tenant.endpoints.put(replace(endpoint, **alike))

    read = xsoar.run("get-endpoint-info", endpoint=[shared, third.name])
    meant = xsoar.run("get-endpoint-info", endpoint=[shared, third.name], unique="true")
    by_guid = xsoar.run("get-endpoint-info", endpoint=[shared, one.agent_guid], unique="true")
    alone = xsoar.run("get-endpoint-info", endpoint=shared, unique="true")

    assert {info["agent_guid"] for info in read.context(INFO)} == {one.agent_guid, other.agent_guid, third.agent_guid}
    assert read.errors == []
    refused = {"refused": f"More than one endpoint has {shared}."}
    [found, why] = meant.context(INFO)
    assert (found["agent_guid"], why) == (third.agent_guid, refused)
    [sentence] = meant.errors
    assert sentence.startswith(f"More than one endpoint has {shared}: ")
    assert one.agent_guid in sentence and other.agent_guid in sentence  # noqa: PT018
    assert [info.get("agent_guid") for info in by_guid.context(INFO)] == [one.agent_guid, None]
    assert alone.context(INFO) in (refused, [refused])


def test_a_json_object_that_fits_several_is_refused_where_one_is_to_be_meant(xsoar: Any) -> None:
    ran = xsoar.run("get-endpoint-info", endpoint={"osName": "Windows"}, unique="true")

    assert ran.errors[0].startswith('More than one endpoint has {"osName": "Windows"}: ')
    assert "agent_guid" not in str(ran.context(INFO))
