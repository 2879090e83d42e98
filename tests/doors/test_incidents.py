import pytest

from tests.web.clients import Clients
from warroom.model.incident import Severity
from warroom.model.user import Role
from warroom.testing.samples import an_actor
from warroom.web.api import API
from warroom.web.perform import perform

PATH = f"{API}/incidents"


async def test_pages_follow_each_other_without_a_gap(clients: Clients) -> None:
    made = [await clients.incident(f"Number {number}") for number in range(5)]
    first = (await clients.reader.get(PATH, params={"limit": 3})).json()
    second = (await clients.reader.get(PATH, params={"limit": 3, "cursor": first["cursor"]})).json()
    assert [item["id"] for item in first["items"] + second["items"]] == made[::-1]
    assert second["cursor"] is None


async def test_filters_are_joined(clients: Clients) -> None:
    high = await clients.incident("Dump", severity=Severity.HIGH)
    await clients.incident("Dump", severity=Severity.LOW)
    await clients.incident("Mail", severity=Severity.HIGH)
    await clients.admin.patch(f"{PATH}/{high}", json={"owner": "admin"})
    query = {"text": "dum", "severity": ["high", "critical"], "owner": "admin", "status": "pending"}
    found = (await clients.reader.get(PATH, params=query)).json()["items"]
    assert [item["id"] for item in found] == [high]


async def test_text_is_found_in_details_fields_and_as_the_beginning_of_words(clients: Clients) -> None:
    incident = await clients.incident("Mail", details="Seen on FIN-LT-543 by lsass.exe")
    await clients.incident("Other")
    for text in ("fin-lt-5", "LSASS", "seen lsass", f"{incident}"):
        found = (await clients.reader.get(PATH, params={"text": text})).json()["items"]
        assert [item["id"] for item in found] == [incident], text


async def test_the_worst_come_first_when_asked(clients: Clients) -> None:
    made = [await clients.incident(severity=severity) for severity in (Severity.LOW, Severity.CRITICAL, Severity.LOW)]
    query = {"sort": "severity", "limit": "2"}
    first = (await clients.reader.get(PATH, params=query)).json()
    second = (await clients.reader.get(PATH, params={**query, "cursor": first["cursor"]})).json()
    assert [item["id"] for item in first["items"] + second["items"]] == [made[1], made[2], made[0]]


async def test_the_incident_of_commands_without_one_is_not_in_the_queue(clients: Clients) -> None:
    await clients.app.war_room.playground(an := (await clients.app.users.authenticate(await _key(clients))))
    assert an.name == "key:ci"
    assert (await clients.reader.get(PATH)).json()["items"] == []
    assert (await clients.reader.get(f"{PATH}/facets")).json()["total"] == 0


async def _key(clients: Clients) -> str:
    made = await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "analyst"})
    return str(made.json()["secret"])


async def test_each_count_is_what_its_own_filter_would_leave(clients: Clients) -> None:
    await clients.incident("Dump", severity=Severity.HIGH)
    await clients.incident("Dump", severity=Severity.LOW)
    await clients.incident("Mail", severity=Severity.LOW)
    counts = (await clients.reader.get(f"{PATH}/facets", params={"severity": "low", "text": "dump"})).json()
    assert counts["total"] == 1
    assert counts["severity"] == {"high": 1, "low": 1}
    assert counts["status"] == {"pending": 1}


async def test_severity_owner_and_fields_change_together(clients: Clients) -> None:
    incident = await clients.incident()
    change = {"owner": "analyst", "severity": "critical", "fields": {"name": "Other"}}
    answer = await clients.analyst.patch(f"{PATH}/{incident}", json=change)
    assert (answer.json()["owner"], answer.json()["severity"], answer.json()["name"]) == ("analyst", 4.0, "Other")
    assert (await clients.reader.get(f"{PATH}/{incident}")).json() == answer.json()


async def test_an_incident_is_closed_once_and_can_be_taken_up_again(clients: Clients) -> None:
    incident = await clients.incident()
    close = f"{PATH}/{incident}/close"
    closed = await clients.analyst.post(close, json={"reason": "False Positive", "notes": "a test"})
    assert (closed.json()["status"], closed.json()["close_notes"]) == (2, "a test")
    again = await clients.analyst.post(close, json={"reason": "Other"})
    assert (again.status_code, again.json()["kind"]) == (409, "ConflictError")
    opened = await clients.analyst.post(f"{PATH}/{incident}/reopen")
    assert (opened.json()["status"], opened.json()["close_reason"]) == (1, "")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"severity": "terrible"}, "no severity"),
        ({"status": "lost"}, "no status"),
        ({"limit": "0"}, "limit"),
        ({"sort": "name"}, "sort"),
        ({"cursor": "x"}, "cursor is of another list"),
        ({"cursor": "²"}, "cursor is of another list"),
    ],
)
async def test_a_filter_that_means_nothing_is_named(clients: Clients, query: dict[str, str], said: str) -> None:
    answer = await clients.reader.get(PATH, params=query)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_what_is_not_there_is_said(clients: Clients) -> None:
    answer = await clients.reader.get(f"{PATH}/77")
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no incident 77.")


async def test_where_an_incident_came_from_is_nobodys_to_change(clients: Clients) -> None:
    assert (await clients.admin.post(PATH, json={"name": "Dump", "instance": "nobody"})).status_code == 404
    incident = await clients.incident("Dump")
    for name in ("sourceInstance", "sourceBrand", "source_instance", "source_id"):
        refused = await clients.admin.patch(f"{PATH}/{incident}", json={"fields": {name: "elsewhere"}})
        assert refused.status_code == 422, name
    assert (await clients.reader.get(f"{PATH}/{incident}")).json()["source"] == ""


async def test_an_incident_is_told_with_plans_and_context_as_the_command_line_shows_it(clients: Clients) -> None:
    incident = await clients.incident()
    await clients.done(await clients.responder.post(f"{PATH}/{incident}/playbooks", json={"name": "Ask"}))
    typed = {"text": "!Set key=colour value=red"}
    await clients.done(await clients.responder.post(f"{PATH}/{incident}/commands", json=typed))
    told = (await clients.reader.get(f"{PATH}/{incident}/whole")).json()
    assert ([plan["playbook"] for plan in told["plans"]], told["context"]) == (["Ask"], {"colour": "red"})
    assert told == await perform(clients.app, "incident.show", {"id": incident}, an_actor(role=Role.READER))
