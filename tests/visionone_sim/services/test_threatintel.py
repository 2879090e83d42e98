from typing import Any

import httpx
import pytest

from tests.visionone_sim.answers import all_items, codes, statuses
from visionone_sim.testing import RunningTwin

SUSPICIOUS = "/threatintel/suspiciousObjects"
EXCEPTIONS = "/threatintel/suspiciousObjectExceptions"
OBJECTS: list[dict[str, Any]] = [
    {"domain": "bad.example"},
    {"ip": "203.0.113.9"},
    {"ip": "2001:db8::1"},
    {"url": "https://bad.example/x"},
    {"fileSha1": "a" * 40},
    {"fileSha256": "b" * 64},
    {"senderMailAddress": "x@bad.example"},
]


def listed(client: httpx.Client, path: str, **headers: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get(path, headers=headers).json()["items"]
    return items


@pytest.mark.parametrize("path", [SUSPICIOUS, EXCEPTIONS])
def test_objects_of_every_type_are_listed_until_they_are_taken_off(client: httpx.Client, path: str) -> None:
    assert statuses(client.post(path, json=OBJECTS)) == [201] * 7
    found = [{item["type"]: item[item["type"]]} for item in listed(client, path)]
    assert sorted(map(str, found)) == sorted(map(str, OBJECTS))
    assert statuses(client.post(f"{path}/delete", json=OBJECTS)) == [204] * 7
    assert codes(client.post(f"{path}/delete", json=OBJECTS[:1])) == ["NotFound"]
    assert listed(client, path) == []


def test_what_a_client_leaves_out_is_the_lists_default(client: httpx.Client) -> None:
    client.post(SUSPICIOUS, json=[{"domain": "bad.example"}])
    (item,) = listed(client, SUSPICIOUS)
    assert item == {
        "domain": "bad.example",
        "type": "domain",
        "scanAction": "block",
        "riskLevel": "high",
        "inExceptionList": False,
        "lastModifiedDateTime": "2031-02-03T04:05:06Z",
        "expiredDateTime": "2031-03-05T04:05:06Z",
    }


def test_an_object_is_added_again_with_what_is_known_now(client: httpx.Client) -> None:
    client.post(SUSPICIOUS, json=[{"domain": "bad.example"}])
    better = {"domain": "BAD.example", "scanAction": "log", "riskLevel": "low", "daysToExpiration": 1}
    client.post(SUSPICIOUS, json=[{**better, "description": "phish"}])
    (item,) = listed(client, SUSPICIOUS)
    assert (item["scanAction"], item["riskLevel"], item["description"]) == ("log", "low", "phish")
    assert item["expiredDateTime"] == "2031-02-04T04:05:06Z"


def test_an_object_is_gone_when_its_time_is_over(twin: RunningTwin, client: httpx.Client) -> None:
    orders = [{"domain": "a.example", "daysToExpiration": 1}, {"domain": "b.example", "daysToExpiration": -1}]
    client.post(SUSPICIOUS, json=orders)
    twin.clock.advance(86_399)
    assert len(listed(client, SUSPICIOUS)) == 2
    twin.clock.advance(1)
    assert [item["domain"] for item in listed(client, SUSPICIOUS)] == ["b.example"]
    assert codes(client.post(f"{SUSPICIOUS}/delete", json=[{"domain": "a.example"}])) == ["NotFound"]


def test_excepted_objects_are_marked_and_cannot_become_suspicious(client: httpx.Client) -> None:
    client.post(SUSPICIOUS, json=[{"url": "https://www.fine.example/path/a"}])
    client.post(EXCEPTIONS, json=[{"url": "https://*.fine.example/path/*", "description": "ours"}])
    assert listed(client, SUSPICIOUS)[0]["inExceptionList"] is True
    answer = client.post(SUSPICIOUS, json=[{"url": "https://x.fine.example/path/b"}, {"url": "https://y.example/"}])
    assert (statuses(answer), codes(answer)) == ([400, 201], ["BadRequest", None])
    assert listed(client, EXCEPTIONS)[0]["description"] == "ours"


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"description": "nothing"},
        {"domain": "a.example", "ip": "203.0.113.9"},
        {"domain": "no domain"},
        {"ip": "300.1.1.1"},
        {"url": "bad.example"},
        {"fileSha1": "abc"},
        {"fileSha256": "g" * 63},
        {"senderMailAddress": "nobody"},
        {"domain": 7},
        {"url": "https://a.example/" + "x" * 2048},
        {"domain": "a.example", "scanAction": "shout"},
        {"domain": "a.example", "riskLevel": "noRisk"},
        {"domain": "a.example", "daysToExpiration": "soon"},
        {"domain": "a.example", "daysToExpiration": -2},
    ],
)
def test_a_wrong_object_is_refused_and_the_others_are_not(client: httpx.Client, item: dict[str, Any]) -> None:
    answer = client.post(SUSPICIOUS, json=[{"domain": "good.example"}, item])
    assert codes(answer) == [None, "BadRequest"]
    assert [each["domain"] for each in listed(client, SUSPICIOUS)] == ["good.example"]


@pytest.mark.parametrize(
    ("query", "domains"),
    [
        ("riskLevel eq 'low'", ["a"]),
        ("scanAction eq 'log' or riskLevel eq 'low'", ["b", "a"]),
        ("not domain eq 'a.example' and type eq 'domain'", ["b"]),
        ("fileSha1 eq 'x'", []),
    ],
)
def test_the_list_is_filtered(client: httpx.Client, query: str, domains: list[str], twin: RunningTwin) -> None:
    client.post(SUSPICIOUS, json=[{"domain": "a.example", "riskLevel": "low"}])
    twin.clock.advance(1)
    client.post(SUSPICIOUS, json=[{"domain": "b.example", "scanAction": "log"}])
    found = listed(client, SUSPICIOUS, **{"TMV1-Filter": query})
    assert [item["domain"].partition(".")[0] for item in found] == domains


@pytest.mark.parametrize(
    ("order", "domains"),
    [
        ("lastModifiedDateTime", ["c", "b", "a"]),
        ("lastModifiedDateTime asc", ["a", "b", "c"]),
        ("riskLevel desc", ["b", "c", "a"]),
        ("expiredDateTime asc", ["c", "a", "b"]),
    ],
)
def test_the_list_is_ordered(client: httpx.Client, twin: RunningTwin, order: str, domains: list[str]) -> None:
    for domain, risk, days in (("a", "low", 5), ("b", "high", -1), ("c", "medium", 1)):
        client.post(SUSPICIOUS, json=[{"domain": f"{domain}.example", "riskLevel": risk, "daysToExpiration": days}])
        twin.clock.advance(1)
    items = client.get(SUSPICIOUS, params={"orderBy": order}).json()["items"]
    assert [item["domain"].partition(".")[0] for item in items] == domains


def test_a_long_list_is_paged_and_a_window_narrows_it(client: httpx.Client, twin: RunningTwin) -> None:
    client.post(SUSPICIOUS, json=[{"domain": f"d{number}.example"} for number in range(120)])
    twin.clock.advance(60)
    client.post(SUSPICIOUS, json=[{"domain": "late.example"}])
    pages = all_items(client, f"{SUSPICIOUS}?top=50")
    assert [len(page) for page in pages] == [50, 50, 21]
    assert len({item["domain"] for page in pages for item in page}) == 121
    assert [len(page) for page in all_items(client, SUSPICIOUS)] == [100, 21]
    window = {"startDateTime": "2031-02-03T04:06:00Z"}
    assert [item["domain"] for item in client.get(SUSPICIOUS, params=window).json()["items"]] == ["late.example"]


@pytest.mark.parametrize("parameters", [{"top": "7"}, {"orderBy": "domain"}, {"startDateTime": "x"}])
def test_wrong_questions_are_refused(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get(SUSPICIOUS, params=parameters).status_code == 400
    assert client.get(EXCEPTIONS, headers={"TMV1-Filter": "riskLevel eq 'low'"}).status_code == 400
