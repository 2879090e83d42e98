import re
from dataclasses import replace

import pytest

from tests.services.execution.built_in import INCIDENT, NOW, a_call, a_server, changed, run
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError, WarroomError
from warroom.model.incident import Severity, Status
from warroom.model.json import Json
from warroom.services.execution.builtins import BUILTINS
from warroom.testing.samples import some_changes
from warroom.testing.store import MemoryStore


async def test_set_incident_sets_system_fields_and_custom_fields_by_any_of_their_names() -> None:
    incident = changed(
        await run("setIncident", severity="high", owner="bo", hostname="FIN-1", customFields='{"Host Name": "FIN-2"}')
    )
    assert (incident.severity, incident.owner, incident.modified) == (Severity.HIGH, "bo", NOW)
    assert incident.custom_fields == {"other": 1, "hostname": "FIN-1"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"nope": 1}, "There is no incident field 'nope'"),
        ({"severity": "urgent"}, "'urgent' is no severity"),
        ({"customFields": "{"}, "customFields is not JSON"),
        ({"customFields": "[1]"}, "customFields is not a JSON object"),
        ({"customFields": 7}, "customFields is not JSON"),
        ({"customFields": "[" * 100_000}, "customFields is not JSON: it is nested too deep"),
    ],
)
async def test_set_incident_refuses_what_it_cannot_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await run("setIncident", **args)


async def test_close_investigation_closes_with_reason_and_notes() -> None:
    incident = changed(await run("closeInvestigation", closeReason="Resolved", closeNotes="done"))
    assert (incident.status, incident.closed) == (Status.DONE, NOW)
    assert (incident.close_reason, incident.close_notes) == ("Resolved", "done")


async def test_the_context_the_entries_and_the_incident_can_be_read() -> None:
    assert (await run("getContext")).raw[0]["Contents"]["context"] == {"A": {"b": 1}}
    assert (await run("getEntry", id="1@1")).raw[0]["Contents"] == "hello"
    assert (await run("getEntries")).raw[0]["Contents"] == [{"ID": "1@1", "Type": 1, "Contents": "hello"}]
    assert (await run("getIncidents")).raw[0]["Contents"] == {"data": [INCIDENT.as_xsoar()], "total": 1}


async def test_an_entry_that_is_not_there_is_said() -> None:
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await run("getEntry", id="9@1")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"owner": "nobody"}, "owner cannot be 'nobody': there is no such user"),
        ({"type": "Phishing"}, "There is no incident type `Phishing`"),
        ({"name": " "}, "An incident needs a name"),
        ({"customFields": {"Host Name": 1, "nope": 2}}, "There is no incident field 'nope'"),
    ],
)
async def test_what_is_not_there_is_not_set(args: dict[str, Json], words: str) -> None:
    with pytest.raises(WarroomError, match=re.escape(words)):
        await run("setIncident", **args)


async def test_a_closed_incident_is_reopened_and_an_open_one_is_not() -> None:
    with pytest.raises(ConflictError, match="is not closed"):
        await run("reopenInvestigation")
    closed = replace(INCIDENT, status=Status.DONE, closed=NOW, close_reason="Resolved")
    store = MemoryStore()
    await store.commit(some_changes(incidents=[closed]))
    call = replace(a_call("reopenInvestigation"), incident=closed)
    reopened = changed(await BUILTINS["reopenInvestigation"](a_server(store), call))
    assert (reopened.status, reopened.closed, reopened.close_reason) == (Status.ACTIVE, None, "")
