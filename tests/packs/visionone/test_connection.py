"""The connection test: what it tries, what it names, what it never shows."""

from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin


def test_the_connection_test_is_ok_and_tries_the_fetch(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("test-module")

    assert [entry["Contents"] for entry in ran.entries] == ["ok"]
    assert any("startDateTime" in seen.query for seen in twin.requests.to("/workbench/alerts"))


def test_it_names_each_permission_that_is_missing_and_what_needs_it(xsoar: Any, twin: RunningTwin) -> None:
    for path in (".*/sandbox/.*", ".*/threatintel/.*"):
        twin.fail(Fault(path=path, status=403, code="AccessDenied", message="No.", count=None))

    [entry] = xsoar.run("test-module").entries

    text = entry["Contents"]
    first, lists, sandbox = text.split("\n")
    assert first.startswith("The connection works, but the role of the API key lacks what the lines below name")
    assert lists == (
        "Suspicious Object Management: View: needed by "
        "trendmicro-visionone-get-exception-list, trendmicro-visionone-get-suspicious-list, file, ip, url, domain."
    )
    assert sandbox.startswith("Sandbox Analysis: View: needed by trendmicro-visionone-get-file-analysis-status,")


def test_it_does_not_fetch_without_the_permission_to_see_alerts(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/workbench/alerts", status=403, code="AccessDenied", message="No.", count=None))

    [entry] = xsoar.run("test-module").entries

    assert "\nWorkbench: View: needed by trendmicro-visionone-get-alert-details" in entry["Contents"]


def test_it_only_reads(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.run("test-module")

    assert {seen.method for seen in twin.requests} == {"GET"}


def test_what_fails_for_another_reason_is_not_called_a_permission(xsoar: Any, twin: RunningTwin) -> None:
    twin.fail(Fault(path=".*/sandbox/.*", status=404, code="NotFound", message="No sandbox here.", count=None))

    assert [entry["Contents"] for entry in xsoar.run("test-module").entries] == ["ok"]


def test_a_wrong_key_is_one_sentence_without_the_key(xsoar: Any) -> None:
    xsoar.params["apikey"] = {"password": "wrong-key"}

    ran = xsoar.run("test-module")

    assert len(ran.errors) == 1
    assert "Vision One answered 401 InvalidCredentials" in ran.errors[0]
    assert "Check the API key" in ran.errors[0]
    assert "wrong-key" not in ran.everything


def test_an_address_that_nobody_answers_at_is_one_sentence(xsoar: Any) -> None:
    xsoar.params["url"] = "http://127.0.0.1:9"

    ran = xsoar.run("test-module")

    assert len(ran.errors) == 1
    assert "Traceback" not in ran.errors[0]


@pytest.mark.parametrize("ending", ["/", "/v3.0", "/v3.0/"])
def test_the_url_may_end_as_it_likes(xsoar: Any, twin: RunningTwin, ending: str) -> None:
    xsoar.params["url"] = twin.url + ending

    assert xsoar.run("test-module").errors == []


def test_a_command_that_does_not_exist_is_one_sentence(xsoar: Any) -> None:
    ran = xsoar.rerun("trendmicro-visionone-fly", {})

    assert ran.errors == ["trendmicro-visionone-fly: this integration has no such command."]
