from typing import Any

import httpx
import pytest

from visionone_sim.settings import Settings
from visionone_sim.testing import RunningTwin, start_twin

ALERTS = "/workbench/alerts"


def walk(client: httpx.Client, **headers: str) -> list[dict[str, Any]]:
    """Follow nextLink to the end, with the headers on each page."""
    items: list[dict[str, Any]] = []
    url: str | None = f"{ALERTS}?orderBy=createdDateTime asc"
    while url:
        page = client.get(url, headers=headers).json()
        assert page["count"] == len(page["items"])
        items += page["items"]
        url = page.get("nextLink")
    return items


@pytest.fixture
def dump(client: httpx.Client) -> dict[str, Any]:
    (alert,) = walk(client, **{"TMV1-Filter": "contains(model,'LSASS')"})
    return alert


def test_the_pages_hold_every_alert_once_and_in_order(client: httpx.Client) -> None:
    items = walk(client)
    times = [item["createdDateTime"] for item in items]
    assert len({item["id"] for item in items}) == 12
    assert times == sorted(times)
    assert client.get(ALERTS).json()["totalCount"] == 12


def test_a_walk_is_not_disturbed_by_an_alert_that_comes_meanwhile(twin: RunningTwin, client: httpx.Client) -> None:
    page = client.get(ALERTS).json()
    twin.clock.advance(1)
    new = twin.raise_alert("beacon").id
    rest = []
    while "nextLink" in page:
        page = client.get(page["nextLink"]).json()
        rest += [item["id"] for item in page["items"]]
    assert len(rest) == len(set(rest)) == 7
    assert client.get(ALERTS).json()["items"][0]["id"] == new


def test_the_start_belongs_to_the_window(client: httpx.Client, dump: dict[str, Any]) -> None:
    same_second = client.get(ALERTS, params={"startDateTime": dump["createdDateTime"]}).json()
    assert dump["id"] in [item["id"] for item in same_second["items"]]


def test_without_a_start_the_last_day_is_listed(twin: RunningTwin, client: httpx.Client) -> None:
    twin.clock.advance(86_400 - 30)
    assert client.get(ALERTS).json()["totalCount"] == 3
    assert client.get(ALERTS, params={"startDateTime": "2031-02-01T00:00:00Z"}).json()["totalCount"] == 12


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("severity eq 'critical'", 2),
        ("severity eq 'critical' or severity eq 'low'", 5),
        ("NOT (status eq 'Open')", 0),
        ("alertProvider eq 'SAE' and contains(indicatorValue,'lsass.exe')", 1),
    ],
)
def test_filters_choose(client: httpx.Client, text: str, count: int) -> None:
    assert len(walk(client, **{"TMV1-Filter": text})) == count


@pytest.mark.parametrize(
    ("parameters", "headers"),
    [
        ({"startDateTime": "2031-02-03"}, {}),
        ({"orderBy": "colour"}, {}),
        ({"skipToken": "abc"}, {}),
        ({"dateTimeTarget": "colour"}, {}),
        ({}, {"TMV1-Filter": "colour eq 'red'"}),
        ({}, {"TMV1-Filter": "severity eq"}),
        ({}, {"TMV1-Filter": f"severity eq '{'x' * 5000}'"}),
    ],
)
def test_wrong_questions_are_refused(client: httpx.Client, parameters: dict[str, str], headers: dict[str, str]) -> None:
    response = client.get(ALERTS, params=parameters, headers=headers)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "BadRequest")


def test_an_alert_reads_alike_alone_and_in_the_list(client: httpx.Client, dump: dict[str, Any]) -> None:
    response = client.get(f"{ALERTS}/{dump['id']}")
    assert response.json() == dump
    assert response.headers["ETag"]


def test_an_unknown_alert_has_workbenchs_number(client: httpx.Client) -> None:
    for path in ("WB-0", "WB-0/notes"):
        response = client.get(f"{ALERTS}/{path}")
        assert (response.status_code, response.json()["error"]["number"]) == (404, "3090007")


def test_a_change_wants_the_newest_tag_or_none(client: httpx.Client, dump: dict[str, Any]) -> None:
    path = f"{ALERTS}/{dump['id']}"
    tag = client.get(path).headers["ETag"]
    changed = client.patch(path, json={"status": "In Progress"}, headers={"If-Match": f'"{tag}"'})
    assert (changed.status_code, changed.content) == (204, b"")
    assert client.get(path).json()["status"] == "In Progress"
    refused = client.patch(path, json={"status": "Closed"}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()["error"]["code"]) == (412, "ConditionNotMet")
    assert client.patch(path, json={"status": "Closed"}).status_code == 204


def test_owners_are_changed_only_in_a_tenant_that_is_set_to_it() -> None:
    for taken in (False, True):
        with start_twin(settings=Settings(alerts_take_owners=taken)) as twin:
            path = f"{twin.url}/v3.0{ALERTS}/{next(iter(twin.tenant.alerts))}"
            headers = {"Authorization": f"Bearer {twin.api_key}"}
            answer = httpx.patch(path, json={"ownerIds": ["account-1"]}, headers=headers, timeout=60)
            alert = httpx.get(path, headers=headers, timeout=60).json()
        assert (answer.status_code, alert["ownerIds"]) == ((204, ["account-1"]) if taken else (400, []))


def test_a_new_note_says_where_it_is_in_the_vendors_spelling(client: httpx.Client, dump: dict[str, Any]) -> None:
    response = client.post(f"{ALERTS}/{dump['id']}/notes", json={"content": "Collected."})
    assert (response.status_code, response.content) == (201, b"")
    assert b"Location" in [name for name, _ in response.headers.raw]
    note = client.get(response.headers["Location"])
    assert (note.json()["content"], note.json()["creatorName"]) == ("Collected.", "soc-bot")


def test_notes_are_listed_changed_and_deleted(client: httpx.Client, dump: dict[str, Any]) -> None:
    path = f"{ALERTS}/{dump['id']}/notes"
    for text in ("First.", "Second."):
        client.post(path, json={"content": text})
    assert [note["content"] for note in client.get(path).json()["items"]] == ["Second.", "First."]
    tag = client.get(f"{path}/1").headers["ETag"]
    assert client.patch(f"{path}/1", json={"content": "Better."}, headers={"If-Match": tag}).status_code == 204
    assert client.patch(f"{path}/1", json={"content": "Late."}, headers={"If-Match": tag}).status_code == 412
    found = client.get(path, headers={"TMV1-Filter": "lastUpdatedBy eq 'soc-bot'"}).json()["items"]
    assert [note["content"] for note in found] == ["Better."]
    assert client.post(f"{path}/delete", json=[{"id": "1"}, {"id": 2}]).status_code == 204
    assert client.get(path).json() == {"items": []}
    assert client.post(f"{path}/delete", json=[{"id": "1"}]).status_code == 404
    assert client.post(f"{path}/delete", json=[{"name": "1"}]).status_code == 400


def test_many_notes_are_paged(client: httpx.Client, dump: dict[str, Any]) -> None:
    path = f"{ALERTS}/{dump['id']}/notes"
    for number in range(51):
        client.post(path, json={"content": str(number)})
    page = client.get(path, params={"orderBy": "id asc"}).json()
    assert [note["content"] for note in client.get(page["nextLink"]).json()["items"]] == ["50"]
    assert client.get(path, params={"top": 7}).status_code == 400


def test_the_page_size_of_a_plain_tenant_is_ten() -> None:
    with start_twin("empty") as twin:
        for _ in range(11):
            twin.raise_alert("beacon")
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        page = httpx.get(f"{twin.url}/v3.0{ALERTS}", headers=headers, timeout=60).json()
        assert (page["totalCount"], page["count"]) == (11, 10)
