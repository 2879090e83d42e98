import httpx
import pytest

from visionone_sim.testing import RunningTwin


def test_links_lead_back_by_the_way_that_the_client_came(twin: RunningTwin, client: httpx.Client) -> None:
    by_name = twin.url.replace("127.0.0.1", "localhost")
    response = client.get("/workbench/alerts", headers={"Host": by_name.removeprefix("http://")})
    assert response.json()["nextLink"].startswith(f"{by_name}/v3.0/workbench/alerts?skipToken=")


def test_the_last_page_has_no_link_and_the_first_repeats_the_query(client: httpx.Client) -> None:
    first = client.get("/workbench/alerts", params={"orderBy": "createdDateTime asc"}).json()
    assert "orderBy=createdDateTime+asc" in first["nextLink"]
    second = client.get(first["nextLink"]).json()
    assert "nextLink" not in client.get(second["nextLink"]).json()


@pytest.mark.parametrize("body", [[], {}, [1], "x", None])
def test_a_list_of_objects_is_asked_for(client: httpx.Client, body: object) -> None:
    response = client.post("/response/endpoints/isolate", json=body)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")
