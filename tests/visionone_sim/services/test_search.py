import httpx
import pytest

from tests.visionone_sim.answers import all_items
from visionone_sim.testing import RunningTwin

EMAIL = "/search/emailActivities"
ENDPOINT = "/search/endpointActivities"


def query(text: str) -> dict[str, str]:
    return {"TMV1-Query": text}


def test_a_message_is_found_in_every_mailbox_that_holds_it(twin: RunningTwin, client: httpx.Client) -> None:
    bait = next(message for message in twin.tenant.mail.values() if message.urls)
    answer = client.get(EMAIL, headers=query(f'mailMsgId:"{bait.message_id}"')).json()
    assert answer["progressRate"] == 100
    copies = [message for message in twin.tenant.mail.values() if message.message_id == bait.message_id]
    assert {item["msgUuid"] for item in answer["items"]} == {copy.unique_id for copy in copies}
    assert {item["mailbox"] for item in answer["items"]} == {copy.mail_box for copy in copies}


def test_activity_of_an_endpoint_leads_from_the_alert_to_the_process(twin: RunningTwin, client: httpx.Client) -> None:
    items = client.get(ENDPOINT, headers=query("processFilePath:*lsass.exe")).json()["items"]
    (item,) = items
    endpoint = twin.tenant.endpoints[item["endpointGuid"]]
    assert (item["processFileHashSha1"], item["processPid"]) in [(p.sha1, p.pid) for p in endpoint.processes]
    assert client.get(ENDPOINT, headers=query(f"processFileHashSha1:{item['processFileHashSha1']}")).json()[
        "items"
    ] == [item]


def test_only_the_number_can_be_asked_for(client: httpx.Client) -> None:
    everything = client.get(ENDPOINT, headers=query("*")).json()["items"]
    counted = client.get(ENDPOINT, headers=query("*"), params={"mode": "countOnly"}).json()
    assert counted == {"totalCount": len(everything)}
    assert len(everything) >= 7


def test_only_some_fields_can_be_asked_for(client: httpx.Client) -> None:
    items = client.get(ENDPOINT, headers=query("*"), params={"select": "endpointGuid, uuid"}).json()["items"]
    assert {frozenset(item) for item in items} == {frozenset({"endpointGuid", "uuid"})}


def test_records_come_newest_first_page_by_page(client: httpx.Client, control: httpx.Client) -> None:
    control.post("/alerts", json={"model": "beacon", "count": 110})
    pages = all_items(client, f"{ENDPOINT}?top=50", headers=query("dpt:443"))
    assert [len(page) for page in pages] == [50, 50, 11]
    times = [item["eventTime"] for page in pages for item in page]
    assert times == sorted(times, reverse=True)


def test_what_happened_before_the_window_is_left_out(twin: RunningTwin, client: httpx.Client) -> None:
    assert client.get(ENDPOINT, headers=query("*")).json()["items"]
    twin.clock.advance(2 * 86_400)
    assert client.get(ENDPOINT, headers=query("*")).json()["items"] == []
    window = {"startDateTime": "2031-02-01T00:00:00Z"}
    assert client.get(ENDPOINT, headers=query("*"), params=window).json()["items"]


@pytest.mark.parametrize(
    ("headers", "parameters"),
    [
        ({}, {}),
        (query("("), {}),
        (query("x"), {}),
        (query("*"), {"mode": "quick"}),
        (query("*"), {"top": "7"}),
        (query("*"), {"endDateTime": "2001-01-01T00:00:00Z"}),
    ],
)
def test_wrong_questions_are_refused(client: httpx.Client, headers: dict[str, str], parameters: dict[str, str]) -> None:
    assert client.get(ENDPOINT, headers=headers, params=parameters).status_code == 400


@pytest.mark.parametrize("kind", ["detections", "networkActivities", "cloudActivities", "identityActivities"])
def test_other_kinds_can_be_searched_too(client: httpx.Client, kind: str) -> None:
    assert client.get(f"/search/{kind}", headers=query("hostName: *")).json()["items"] == []


def test_statistics_count_a_period(twin: RunningTwin, client: httpx.Client) -> None:
    items = {item["activityType"]: item["count"] for item in client.get("/search/activityStatistics").json()["items"]}
    assert items["emailActivities"] == len(twin.tenant.mail)
    assert client.get("/search/sensorStatistics", params={"period": "24h"}).status_code == 200
    assert client.get("/search/sensorStatistics", params={"period": "1h"}).status_code == 400
