import httpx
import pytest

from tests.visionone_sim.answers import statuses

PATH = "/oat/dataPipelines"
SPAN = {"startDateTime": "2031-02-03T03:10:00Z"}


def register(client: httpx.Client, **fields: object) -> str:
    answer = client.post(PATH, json={"riskLevels": ["critical"], "hasDetail": True, **fields})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"].rsplit("/", 1)[1])


def test_packages_hold_the_detections_of_the_wanted_risks(client: httpx.Client) -> None:
    pipeline = register(client)
    answer = client.get(f"{PATH}/{pipeline}/packages", params=SPAN).json()
    assert answer["totalCount"] == answer["count"] == len(answer["items"]) > 0
    assert answer["requestedDateTime"] == "2031-02-03T04:05:06Z"
    assert answer["latestPackageCreatedDateTime"] == answer["items"][0]["createdDateTime"]
    package = client.get(f"{PATH}/{pipeline}/packages/{answer['items'][0]['id']}").json()
    assert {each["riskLevel"] for each in package["filters"]} == {"critical"}
    assert package["detail"]["endpointHostName"]
    other = register(client, riskLevels=["info"])
    assert client.get(f"{PATH}/{other}/packages", params=SPAN).json()["items"] == []
    assert client.get(f"{PATH}/{other}/packages/{answer['items'][0]['id']}").status_code == 404


def test_who_wants_no_detail_gets_none(client: httpx.Client) -> None:
    pipeline = register(client, hasDetail=False)
    first = client.get(f"{PATH}/{pipeline}/packages", params=SPAN).json()["items"][0]["id"]
    assert "endpointHostName" not in client.get(f"{PATH}/{pipeline}/packages/{first}").json()["detail"]


def test_a_pipeline_is_changed_by_who_has_read_it_and_deleted(client: httpx.Client) -> None:
    pipeline = register(client, description="first")
    assert client.get(PATH).json()["count"] == 1
    url = f"{PATH}/{pipeline}"
    etag = client.get(url).headers["etag"]
    assert client.patch(url, json={"hasDetail": False}).status_code == 400
    change = {"hasDetail": False, "riskLevels": ["low"]}
    assert client.patch(url, json=change, headers={"If-Match": etag}).status_code == 204
    assert client.patch(url, json=change, headers={"If-Match": etag}).status_code == 412
    shown = client.get(url).json()
    assert (shown["hasDetail"], shown["riskLevels"], shown["description"]) == (False, ["low"], "first")
    assert statuses(client.post(f"{PATH}/delete", json=[{"id": pipeline}, {"id": "x"}])) == [204, 404]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"riskLevels": [], "hasDetail": True},
        {"riskLevels": ["odd"], "hasDetail": True},
        {"riskLevels": ["low"]},
        {"riskLevels": ["low"], "hasDetail": "yes"},
        {"riskLevels": ["low"], "hasDetail": True, "description": "x" * 4001},
    ],
)
def test_wrong_pipelines_are_refused(client: httpx.Client, body: dict[str, object]) -> None:
    assert client.post(PATH, json=body).status_code == 400


@pytest.mark.parametrize(
    "parameters",
    [
        {"startDateTime": "2031-02-03T02:00:00Z", "endDateTime": "2031-02-03T04:00:00Z"},
        {"startDateTime": "2031-02-03T04:00:00Z", "endDateTime": "2031-02-03T03:00:00Z"},
        {"startDateTime": "2031-01-01T00:00:00Z", "endDateTime": "2031-01-01T00:30:00Z"},
        {"top": "7"},
    ],
)
def test_wrong_spans_are_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get(f"{PATH}/{register(client)}/packages", params=parameters).status_code == 400
