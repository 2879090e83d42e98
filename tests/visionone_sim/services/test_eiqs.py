import httpx
import pytest

from visionone_sim.testing import RunningTwin


def query(client: httpx.Client, text: str, **parameters: str) -> httpx.Response:
    return client.get("/eiqs/endpoints", headers={"TMV1-Query": text}, params=parameters)


def test_an_endpoint_is_found_by_each_of_its_marks(twin: RunningTwin, client: httpx.Client) -> None:
    endpoint = next(iter(twin.tenant.endpoints.values()))
    for text in (
        f"agentGuid eq '{endpoint.agent_guid}'",
        f"endpointName eq '{endpoint.name.lower()}' and osName eq 'Windows'",
        f"ip eq '{endpoint.ips[0]}'",
        f"macAddress eq '{endpoint.macs[0]}'",
        f"loginAccount eq '{endpoint.login_accounts[0]}'",
    ):
        (found,) = query(client, text).json()["items"]
        assert found["endpointName"]["value"] == endpoint.name
        assert found["loginAccount"]["value"] == list(endpoint.login_accounts)
        assert (found["productCode"], found["installedProductCodes"]) == ("xes", ["xes"])


def test_this_inventory_does_not_know_who_is_connected(client: httpx.Client) -> None:
    (item, *_) = query(client, "osName eq 'Linux'").json()["items"]
    assert not {"connectivity", "isolationStatus", "edrSensor"} & item.keys()


def test_nothing_found_is_no_error(client: httpx.Client) -> None:
    assert query(client, "endpointName eq 'nobody'").json() == {"items": []}


def test_the_query_is_required_and_read(client: httpx.Client) -> None:
    assert client.get("/eiqs/endpoints").status_code == 400
    assert query(client, "colour eq 'red'").status_code == 400


@pytest.mark.parametrize(("top", "status"), [("50", 200), ("200", 200), ("10", 400), ("x", 400)])
def test_top_is_one_of_three_numbers(client: httpx.Client, top: str, status: int) -> None:
    assert query(client, "osName eq 'Linux'", top=top).status_code == status
