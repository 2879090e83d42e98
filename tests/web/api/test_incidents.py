import pytest

from tests.web.desk import Desk
from warroom.model.incident import Severity
from warroom.web.api import API

PATH = f"{API}/incidents"


async def test_pages_follow_each_other_without_a_gap(desk: Desk) -> None:
    made = [await desk.incident(f"Number {number}") for number in range(5)]
    first = (await desk.reader.get(PATH, params={"limit": 3})).json()
    second = (await desk.reader.get(PATH, params={"limit": 3, "cursor": first["cursor"]})).json()
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["cursor"] is None


async def test_filters_are_joined(desk: Desk) -> None:
    high = await desk.incident("Dump", severity=Severity.HIGH)
    await desk.incident("Dump", severity=Severity.LOW)
    await desk.incident("Mail", severity=Severity.HIGH)
    await desk.admin.patch(f"{PATH}/{high}", json={"owner": "admin"})
    query = {"text": "dum", "severity": ["high", "critical"], "owner": "admin", "status": "pending"}
    found = (await desk.reader.get(PATH, params=query)).json()["items"]
    assert [item["id"] for item in found] == [high]


async def test_text_is_found_in_details_fields_and_as_the_beginning_of_words(desk: Desk) -> None:
    incident = await desk.incident("Mail", details="Seen on FIN-LT-543 by lsass.exe")
    await desk.incident("Other")
    for text in ("fin-lt-5", "LSASS", "seen lsass", f"{incident}"):
        found = (await desk.reader.get(PATH, params={"text": text})).json()["items"]
        assert [item["id"] for item in found] == [incident], text


async def test_the_worst_come_first_when_asked(desk: Desk) -> None:
    made = [await desk.incident(severity=severity) for severity in (Severity.LOW, Severity.CRITICAL, Severity.LOW)]
    query = {"sort": "severity", "limit": "2"}
    first = (await desk.reader.get(PATH, params=query)).json()
    second = (await desk.reader.get(PATH, params={**query, "cursor": first["cursor"]})).json()
    assert [item["id"] for item in first["items"] + second["items"]] == [made[1], made[2], made[0]]


async def test_the_incident_of_commands_without_one_is_not_in_the_queue(desk: Desk) -> None:
    await desk.app.war_room.playground(an := (await desk.app.users.authenticate(await _key(desk))))
    assert an.name == "key:ci"
    assert (await desk.reader.get(PATH)).json()["items"] == []
    assert (await desk.reader.get(f"{PATH}/facets")).json()["total"] == 0


async def _key(desk: Desk) -> str:
    made = await desk.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "analyst"})
    return str(made.json()["secret"])


async def test_each_count_is_what_its_own_filter_would_leave(desk: Desk) -> None:
    await desk.incident("Dump", severity=Severity.HIGH)
    await desk.incident("Dump", severity=Severity.LOW)
    await desk.incident("Mail", severity=Severity.LOW)
    counts = (await desk.reader.get(f"{PATH}/facets", params={"severity": "low", "text": "dump"})).json()
    assert counts["total"] == 1
    assert counts["severity"] == {"high": 1, "low": 1}
    assert counts["status"] == {"pending": 1}


async def test_severity_owner_and_fields_change_together(desk: Desk) -> None:
    incident = await desk.incident()
    change = {"owner": "analyst", "severity": "critical", "fields": {"name": "Other"}}
    answer = await desk.analyst.patch(f"{PATH}/{incident}", json=change)
    assert (answer.json()["owner"], answer.json()["severity"], answer.json()["name"]) == ("analyst", 4.0, "Other")
    assert (await desk.reader.get(f"{PATH}/{incident}")).json() == answer.json()


async def test_an_incident_is_closed_once_and_can_be_taken_up_again(desk: Desk) -> None:
    incident = await desk.incident()
    close = f"{PATH}/{incident}/close"
    closed = await desk.analyst.post(close, json={"reason": "False Positive", "notes": "a test"})
    assert (closed.json()["status"], closed.json()["close_notes"]) == (2, "a test")
    again = await desk.analyst.post(close, json={"reason": "Other"})
    assert (again.status_code, again.json()["kind"]) == (409, "ConflictError")
    opened = await desk.analyst.post(f"{PATH}/{incident}/reopen")
    assert (opened.json()["status"], opened.json()["close_reason"]) == (1, "")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"severity": "terrible"}, "no severity"),
        ({"status": "lost"}, "no status"),
        ({"limit": "0"}, "limit"),
        ({"sort": "name"}, "sort"),
    ],
)
async def test_a_filter_that_means_nothing_is_named(desk: Desk, query: dict[str, str], said: str) -> None:
    answer = await desk.reader.get(PATH, params=query)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    answer = await desk.reader.get(f"{PATH}/77")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no incident 77.")


async def test_where_an_incident_came_from_is_nobodys_to_change(desk: Desk) -> None:
    assert (await desk.admin.post(PATH, json={"name": "Dump", "instance": "nobody"})).status_code == 404
    incident = await desk.incident("Dump")
    for name in ("sourceInstance", "sourceBrand", "source_instance", "source_id"):
        refused = await desk.admin.patch(f"{PATH}/{incident}", json={"fields": {name: "elsewhere"}})
        assert refused.status_code == 422, name
    assert (await desk.reader.get(f"{PATH}/{incident}")).json()["source"] == ""
