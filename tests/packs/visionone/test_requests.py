"""The client's one door: what a request needs, whether it changes something, and whether this run may make it."""

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from urllib.parse import unquote

import pytest

from tests.packs.visionone.hostile import HOSTILE
from tests.packs.visionone.live_pack import Xsoar
from visionone_sim.faults import Fault
from visionone_sim.permissions import permission_for
from visionone_sim.testing import RunningTwin, start_twin

ID = "8559a7ce-2b85-451b-8742-4b943ad76a22"
CLIMBING = (
    "response/customScripts/../../iam/accounts/x",
    "response/customScripts/..%2f..%2fiam%2faccounts",
    "response/customScripts/%2e%2e/tasks",
    "response/customScripts/%252e%252e/tasks",
    "response/customScripts/..\\tasks",
    "response/customScripts/a%5cb",
    "response/customScripts/a%2Fb",
    "response/customScripts//x",
    "response/customScripts/x?y=z",
    "response/customScripts/x#y",
    "response/customScripts/x\r\n",
    "response/customScripts/x%0d%0a",
    "/response/customScripts/x",
    "https://elsewhere.example/response/customScripts/x",
    "iam/apiKeys",
    "",
)


@pytest.fixture(scope="module")
def one_twin() -> Iterator[RunningTwin]:
    with start_twin() as twin:
        yield twin


@pytest.fixture
def twin(one_twin: RunningTwin) -> RunningTwin:
    """One twin for all of them: hardly a request is made."""
    one_twin.requests.clear()
    return one_twin


@pytest.fixture
def client(xsoar: Xsoar, integration: ModuleType) -> Any:
    return integration.make_client(xsoar.params)


def test_each_request_needs_what_the_twins_own_table_says(integration: ModuleType) -> None:
    for permission in (integration.ANYBODY, *integration.PERMISSIONS):
        for row in (*permission.reads, *permission.changes):
            method, _, path = row.partition(" ")
            assert permission_for(method, f"/{path.replace('{}', ID)}") == (permission.name or None), row


def test_each_request_is_found_by_its_own_row(integration: ModuleType) -> None:
    for permission in integration.PERMISSIONS:
        for rows, changes in ((permission.reads, False), (permission.changes, True)):
            for row in rows:
                method, _, path = row.partition(" ")
                known = integration.known_request(method, path.replace("{}", ID))
                assert (known.permission, known.changes) == (permission, changes), row


def test_what_only_reads_is_asked_with_get_and_the_rest_is_not(integration: ModuleType) -> None:
    for permission in integration.PERMISSIONS:
        assert all(row.startswith("GET ") for row in permission.reads)
        assert not any(row.startswith("GET ") for row in permission.changes)


@pytest.mark.parametrize("path", CLIMBING)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_path_that_climbs_or_hides_something_is_no_known_request(
    client: Any, twin: RunningTwin, integration: ModuleType, method: str, path: str
) -> None:
    assert integration.known_request(method, path) is None
    with pytest.raises(integration.DemistoException, match="is no request that this command makes"):
        client._http_request(method, path)
    assert len(twin.requests) == 0


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_in_a_path_stays_one_part_of_it_or_is_refused(integration: ModuleType, value: str) -> None:
    form = "workbench/alerts/{}/notes"
    if not integration.is_part(value):
        with pytest.raises(
            integration.DemistoException, match=r"^.{1,500} cannot be an ID of Vision One.*asked for\.$"
        ):
            integration.path_of(form, value)
    else:
        path = integration.path_of(form, value)
        assert integration.known_request("GET", path).permission is integration.VIEW_ALERTS
        assert unquote(path.split("/")[2]) == value


def commands(integration: ModuleType) -> list[tuple[str, Callable[[Any], object]]]:
    """Every way in which the client changes something."""
    return [
        ("PATCH", lambda client: client.change_alert("WB-1", {"status": "Closed"}, "")),
        ("POST", lambda client: client.add_note("WB-1", "x")),
        ("PATCH", lambda client: client.change_note("WB-1", "1", "x", "")),
        ("POST", lambda client: client.delete_notes("WB-1", ["1"])),
        ("POST", lambda client: client.post_each("response/endpoints/isolate", [{"endpointName": "x"}])),
        ("POST", lambda client: client.post_each(integration.SUSPICIOUS, [{"domain": "x.example"}], repeatable=True)),
        ("POST", lambda client: client.scan_endpoint("response/endpoints/startMalwareScan", {"endpointName": "x"})),
        ("POST", lambda client: client.write_script("response/customScripts", {"fileName": "x", "text": "x"})),
        ("DELETE", lambda client: client.delete_script(ID)),
        ("GET", lambda client: client.get("threatintel/feeds")),  # not in the table, so it counts as a change
    ]


@pytest.mark.parametrize("number", range(10))
def test_a_read_only_instance_makes_no_request_that_changes_something(
    client: Any, twin: RunningTwin, integration: ModuleType, number: int
) -> None:
    client.read_only = True
    method, change = commands(integration)[number]

    with pytest.raises(integration.DemistoException, match=f"this instance is read-only, so {method} .* was not sent"):
        change(client)

    assert len(twin.requests) == 0


def test_a_read_only_instance_reads(client: Any, twin: RunningTwin) -> None:
    client.read_only = True

    alert, _ = client.alert(next(iter(twin.tenant.alerts)))

    assert alert["id"] in twin.tenant.alerts


@pytest.mark.parametrize("number", range(10))
def test_a_command_that_reads_cannot_change_whatever_its_code_does(
    client: Any, twin: RunningTwin, integration: ModuleType, number: int
) -> None:
    client.needs = integration.needs_of("trendmicro-visionone-get-alert-details")

    with pytest.raises(integration.DemistoException, match="is no request that this command makes"):
        commands(integration)[number][1](client)

    assert len(twin.requests) == 0


def test_no_command_that_is_harmless_by_its_declaration_may_change_something(integration: ModuleType) -> None:
    mirroring = {"update-remote-system"}  # nobody types it
    for name, command in integration.COMMANDS.items():
        if not command.changes and name not in mirroring:
            assert not any(permission.changes for permission in integration.needs_of(name)), name
    assert not any(permission.changes for name in ("test-module", "fetch-incidents") for permission in
                   integration.needs_of(name))  # fmt: skip


def test_the_next_page_of_a_list_lies_in_the_list(client: Any, twin: RunningTwin) -> None:
    page = {"items": [{"id": "WB-1"}], "nextLink": f"{twin.url}/v3.0/iam/apiKeys?orderBy=createdDateTime+desc"}
    twin.fail(Fault(path=".*/workbench/alerts", status=200, body=page))

    list(client.records("workbench/alerts"))

    first, second, *_ = twin.requests
    assert (first.status, second.status, second.query) == (200, 200, "orderBy=createdDateTime+desc")
    assert {seen.path for seen in twin.requests} == {"/v3.0/workbench/alerts"}


@pytest.mark.parametrize("owner", HOSTILE)
def test_an_owner_of_an_alert_is_looked_up_as_an_account_or_not_at_all(
    xsoar: Xsoar, twin: RunningTwin, owner: str
) -> None:
    alert = next(iter(twin.tenant.alerts))
    twin.tenant.alerts.change(alert, {"ownerIds": [owner]}, None, twin.clock.now())

    ran = xsoar.rerun("get-remote-data", {"id": alert, "lastUpdate": "2020-01-01T00:00:00Z"})

    assert ran.errors == []
    people = {seen.operation for seen in twin.requests if not seen.path.startswith("/v3.0/workbench/")}
    assert people <= {"GET /v3.0/iam/accounts/{id}"}


@pytest.mark.parametrize("alert", [value for value in HOSTILE if value])
def test_nothing_is_mirrored_out_to_what_is_no_alert(xsoar: Xsoar, twin: RunningTwin, alert: str) -> None:
    entries = [{"id": "1@42", "user": "asmith", "contents": "x"}]
    change = {"delta": {"status": "Closed", "owner": "asmith"}, "entries": entries, "incidentChanged": True, "data": {}}

    ran = xsoar.rerun("update-remote-system", {"remoteId": alert, **change})

    assert "give the ID of a workbench alert, such as WB-14-20310203-00007" in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize(
    ("command", "argument", "value", "sentence"),
    [
        (
            "get-alert-details", "workbench_id", "../../iam/apiKeys",
            "workbench_id is '../../iam/apiKeys'; give the ID of a workbench alert, such as WB-14-20310203-00007.",
        ),
        (
            "delete-custom-script", "script_id", "../../iam/accounts/x",
            (
                "script_id is '../../iam/accounts/x'; give the ID of a custom script, "
                "such as 44c99cb0-8c5f-4182-af55-62135dbe32f1."
            ),
        ),
        (
            "check-status", "task_id", "00000001,../tasks",
            "task_id is '../tasks'; give the ID of a response task, such as 00000012.",
        ),
        (
            "download-analysis-report", "submission_id", "x" * 5000,
            (
                f"submission_id is '{'x' * 100}…'; give the ID of a sandbox submission, "
                "such as 8559a7ce-2b85-451b-8742-4b943ad76a22."
            ),
        ),
    ],
)  # fmt: skip
def test_one_sentence_says_which_argument_which_value_and_what_is_expected(
    xsoar: Xsoar, command: str, argument: str, value: str, sentence: str
) -> None:
    assert xsoar.run(command, **{argument: value}).errors == [f"trendmicro-visionone-{command}: {sentence}"]
