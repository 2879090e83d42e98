import httpx
import pytest

from visionone_sim.testing import RunningTwin

PATH = "/oat/detections"


def test_detections_of_the_last_hour_come_newest_first(client: httpx.Client) -> None:
    answer = client.get(PATH).json()
    assert answer["totalCount"] == answer["count"] == len(answer["items"]) > 5
    times = [item["detectedDateTime"] for item in answer["items"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    "query",
    [
        "filterMitreTechniqueId eq 'T1003.001'",
        "filterName eq 'LSASS Memory Dump by Task Manager'",
        "riskLevel eq 'critical' and filterMitreTacticId eq 'TA0006'",
    ],
)
def test_the_dump_is_found_by_what_it_is(twin: RunningTwin, client: httpx.Client, query: str) -> None:
    (item,) = client.get(PATH, headers={"TMV1-Filter": query}).json()["items"]
    endpoint = twin.tenant.endpoints[item["endpoint"]["agentGuid"]]
    assert any(file.path.endswith("lsass.DMP") for file in endpoint.files.values())
    by_endpoint = client.get(PATH, headers={"TMV1-Filter": f"endpointName eq '{endpoint.name}'"}).json()["items"]
    assert item in by_endpoint


def test_the_end_is_not_part_of_the_span(client: httpx.Client) -> None:
    item = client.get(PATH).json()["items"][0]
    span = {"detectedStartDateTime": item["detectedDateTime"], "detectedEndDateTime": item["detectedDateTime"]}
    assert client.get(PATH, params=span).json()["items"] == []
    assert item in client.get(PATH, params={"detectedStartDateTime": item["detectedDateTime"]}).json()["items"]


def test_many_detections_are_paged_by_a_token_of_their_own(client: httpx.Client, control: httpx.Client) -> None:
    control.post("/alerts", json={"model": "beacon", "count": 120})
    url: str | None = f"{PATH}?top=50"
    seen = []
    while url:
        answer = client.get(url).json()
        seen += [item["uuid"] for item in answer["items"]]
        url = answer.get("nextLink")
        assert url is None or "nextBatchToken=" in url
    assert len(seen) == len(set(seen)) > 120


@pytest.mark.parametrize(
    "parameters",
    [
        {"detectedEndDateTime": "2031-02-04T00:00:00Z"},
        {"detectedStartDateTime": "2031-02-03T04:05:06Z", "detectedEndDateTime": "2031-02-03T04:00:00Z"},
        {"detectedStartDateTime": "2029-02-03T04:05:06Z"},
        {"top": "7"},
        {"nextBatchToken": "x"},
    ],
)
def test_wrong_questions_are_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get(PATH, params=parameters).status_code == 400


def test_ingestion_has_a_window_of_its_own(client: httpx.Client) -> None:
    assert client.get(PATH, params={"ingestedStartDateTime": "2031-02-03T04:05:07Z"}).json()["items"] == []
    assert client.get(PATH, params={"ingestedEndDateTime": "2031-02-03T04:05:07Z"}).json()["items"]
