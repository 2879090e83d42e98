"""The server around a command: versions, other commands, memory, mirroring, fetches."""

import json
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto


@pytest.mark.parametrize(
    ("version", "build", "expected"),
    [
        ("8.4.0", "", True),
        ("8.4", "", True),
        ("6.10.0", "", True),
        ("8.10.0", "", False),
        ("8.4.0", "100", True),
        ("8.4.0", "101", False),
    ],
)
def test_versions_compare_as_numbers(csp: ModuleType, version: str, build: str, expected: bool) -> None:
    assert csp.is_demisto_version_ge(version, build) is expected


def test_a_script_and_an_integration_are_told_apart(csp: ModuleType, demisto: Demisto) -> None:
    assert csp.is_integration_command_execution()
    assert (csp.get_integration_name(), csp.get_integration_instance_name()) == ("Brand", "one")
    demisto.run_as_script("Set")
    assert not csp.is_integration_command_execution()
    assert csp.get_script_name() == "Set"
    assert csp.get_tenant_account_name() == "blue"


def test_a_command_gives_its_contents(csp: ModuleType, demisto: Demisto) -> None:
    demisto.commands["one"] = lambda _args: [{"Type": 1, "Contents": {"a": 1}}]
    demisto.commands["two"] = lambda _args: [{"Type": 1, "Contents": "x"}, {"Type": 1, "Contents": "y"}]
    assert csp.execute_command("one", {}) == {"a": 1}
    assert csp.execute_command("two", {}) == ["x", "y"]
    assert csp.execute_command("one", {}, extract_contents=False, fail_on_error=False) == (
        True,
        [{"Type": 1, "Contents": {"a": 1}}],
    )


def test_a_failing_command_raises_or_tells(csp: ModuleType) -> None:
    with pytest.raises(csp.DemistoException, match="Failed to run none: Unsupported Command: none"):
        csp.execute_command("none", {})
    assert csp.execute_command("none", {}, fail_on_error=False) == (False, "Unsupported Command: none")


def test_several_commands_run_whatever_happens_to_one(csp: ModuleType, demisto: Demisto) -> None:
    demisto.commands["good"] = lambda args: [{"Type": 1, "Contents": args["id"], "Brand": "B", "ModuleName": "m"}]
    commands = [csp.CommandRunner.Command("good", [{"id": 1}, {"id": 2}]), csp.CommandRunner.Command("none", {})]
    results, summary = csp.CommandRunner.run_commands_with_summary(commands)
    assert results == [1, 2]
    assert "| B: m | good | Success |" in summary.readable_output
    assert "| :  | none | Error | Unsupported Command: none |" in summary.readable_output


def test_an_instance_remembers(csp: ModuleType, demisto: Demisto) -> None:
    csp.set_integration_context({"a": "1"})
    assert csp.get_integration_context() == {"a": "1"}
    assert csp.get_integration_context(with_version=True) == {"context": {"a": "1"}, "version": 1}
    csp.set_to_integration_context_with_retries({"a": None, "list": [{"id": 1}]}, {"list": "id"})
    csp.set_to_integration_context_with_retries({"list": [{"id": 2}]}, {"list": "id"})
    assert {key: json.loads(value) for key, value in demisto.remembered.items()} == {"list": [{"id": 1}, {"id": 2}]}


def test_a_change_by_another_is_built_on(csp: ModuleType, demisto: Demisto, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupted: list[int] = []
    store = demisto.setIntegrationContextVersioned

    def late(context: dict[str, Any], version: int, sync: bool) -> None:
        if not interrupted:
            interrupted.append(version)
            store({"theirs": "1"}, -1, True)
        store(context, version, sync)

    monkeypatch.setattr(demisto, "setIntegrationContextVersioned", late)
    csp.set_to_integration_context_with_retries({"ours": "2"})
    assert demisto.remembered == {"theirs": "1", "ours": "2"}


def test_mirroring_arguments_have_names(csp: ModuleType) -> None:
    get = csp.GetRemoteDataArgs({"id": "7", "lastUpdate": "now"})
    update = csp.UpdateRemoteSystemArgs({"remoteId": "7", "delta": {"a": 1}, "incidentChanged": True, "status": 2})
    assert (get.remote_incident_id, get.last_update) == ("7", "now")
    assert (update.remote_incident_id, update.delta, update.incident_changed, update.inc_status) == (
        "7",
        {"a": 1},
        True,
        2,
    )
    assert csp.GetModifiedRemoteDataArgs({"lastUpdate": "now"}).last_update == "now"


def test_mirroring_answers_have_their_shapes(csp: ModuleType, demisto: Demisto) -> None:
    scheme = csp.SchemeTypeMapping("Alert")
    scheme.add_field("status", "Where it stands")
    mapping = csp.GetMappingFieldsResponse()
    mapping.add_scheme_type(scheme)
    csp.return_results(mapping)
    csp.return_results(csp.GetRemoteDataResponse({"id": 1}, [{"Type": 1}]))
    csp.return_results(csp.GetModifiedRemoteDataResponse(["1", "2"]))
    assert demisto.returned == [
        {"Alert": {"status": "Where it stands"}},
        {"id": 1},
        {"Type": 1},
        {"Contents": ["1", "2"], "ContentsFormat": "json", "Type": 1},
    ]


def test_a_fetch_forgets_no_alert_and_repeats_none(csp: ModuleType) -> None:
    alerts = [{"id": str(number), "created": f"2024-05-01T12:00:0{number}"} for number in range(4)]
    first = csp.filter_incidents_by_duplicates_and_limit(alerts, {}, 3, "id")
    last_run = csp.update_last_run_object({}, first, 3, "start", "end", 0, "created", "id")
    assert [alert["id"] for alert in first] == ["0", "1", "2"]
    assert last_run["time"] == "2024-05-01T12:00:02"
    second = csp.filter_incidents_by_duplicates_and_limit(alerts, last_run, 3, "id")
    assert [alert["id"] for alert in second] == ["3"]


def test_a_fetch_looks_back_as_far_as_it_is_told(csp: ModuleType) -> None:
    start, end = csp.get_fetch_run_time_range({}, "1 hour", look_back=0)
    assert start < end
    recent = {"time": end}
    assert csp.get_fetch_run_time_range(recent, "1 hour", look_back=120)[0] < start


def test_widgets_are_json(csp: ModuleType) -> None:
    bar = csp.BarColumnPieWidget()
    bar.add_category("a", 1)
    assert json.loads(bar.to_display()) == [{"name": "a", "data": [1]}]
    table = csp.TableOrListWidget({"a": 1})
    table.add_row({"a": 2})
    assert json.loads(table.to_display()) == {"total": 2, "data": [{"a": 1}, {"a": 2}]}
    assert json.loads(csp.TrendWidget(3, 2).to_display()) == {"currSum": 3, "prevSum": 2}


def test_what_only_the_cloud_has_says_so(csp: ModuleType) -> None:
    with pytest.raises(csp.DemistoException, match="only be sent to an XSIAM tenant"):
        csp.send_events_to_xsiam([], "v", "p")
