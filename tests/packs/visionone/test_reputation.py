"""XSOAR's generic commands: endpoints in the common form, and what lists and sandbox make of indicators."""

from typing import Any

import pytest

from tests.packs.visionone.live_pack import LAPTOP
from visionone_sim.testing import RunningTwin

SHA1 = "a" * 40


def suspect(xsoar: Any, value: str, **more: str) -> None:
    assert xsoar.run("add-objects-to-suspicious-list", object_value=value, **more).errors == []


def score(ran: Any) -> tuple[int, str]:
    found = ran.context("DBotScore")
    one = found[0] if isinstance(found, list) else found
    return one["Score"], one["Indicator"]


KINDS = [("ip", "203.0.113.7"), ("url", "https://bad.example/x"), ("domain", "bad.example"), ("file", SHA1)]


@pytest.mark.parametrize(("command", "value"), KINDS)
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"scan_action": "block", "risk_level": "low"}, 3),
        ({"scan_action": "log", "risk_level": "high"}, 3),
        ({"scan_action": "log", "risk_level": "medium"}, 2),
    ],
)
def test_what_is_on_the_suspicious_list_is_bad_or_suspicious(
    xsoar: Any, command: str, value: str, more: dict[str, str], expected: int
) -> None:
    suspect(xsoar, value, **more)

    assert score(xsoar.run(command, **{command: value})) == (expected, value)


@pytest.mark.parametrize(("command", "value"), KINDS)
def test_what_is_on_the_exception_list_is_good_and_the_rest_is_unknown(xsoar: Any, command: str, value: str) -> None:
    assert score(xsoar.run(command, **{command: value})) == (0, value)

    xsoar.run("add-objects-to-exception-list", object_value=value)

    assert score(xsoar.run(command, **{command: value})) == (1, value)


def test_a_file_that_the_sandbox_condemned_is_bad_and_its_hashes_are_told(
    xsoar: Any, twin: RunningTwin, tmp_path: Any
) -> None:
    sample = tmp_path / "sample.exe"
    sample.write_bytes(b"MZ visionone-sim-verdict:high")
    xsoar.demisto.files["1@42"] = sample
    sent = xsoar.run("submit-file-entry-to-sandbox", entry_id="1@42")
    digest = sent.context("VisionOne.Submit_File_Entry_to_Sandbox")[0]["digest"]
    twin.clock.advance(600)

    ran = xsoar.run("file", file=digest["md5"])

    assert score(ran) == (3, digest["md5"])
    [file] = ran.context("File") if isinstance(ran.context("File"), list) else [ran.context("File")]
    assert file["SHA256"] == digest["sha256"]
    assert "the sandbox found high" in file["Malicious"]["Description"]


def test_several_indicators_are_asked_for_at_once(xsoar: Any) -> None:
    suspect(xsoar, "203.0.113.7", scan_action="block")

    ran = xsoar.run("ip", ip="203.0.113.7,203.0.113.8")

    scores = [entry["EntryContext"] for entry in ran.entries]
    assert len(scores) == 2
    assert "bad" in ran.readable
    assert "unknown" in ran.readable


def test_what_is_no_hash_is_one_sentence_and_no_request(xsoar: Any, twin: RunningTwin) -> None:
    [error] = xsoar.run("file", file="not-a-hash").errors

    assert error == "file: 'not-a-hash' is no MD5, SHA-1 or SHA-256; give a hash."
    assert len(twin.requests) == 0


@pytest.mark.parametrize("argument", ["hostname", "id", "ip"])
def test_an_endpoint_is_told_in_the_common_form(xsoar: Any, twin: RunningTwin, argument: str) -> None:
    laptop = twin.tenant.endpoints[twin.tenant.inventory.target(agent_guid=None, name=LAPTOP).agent_guid]
    value = {"hostname": LAPTOP, "id": laptop.agent_guid, "ip": laptop.ips[0]}[argument]

    ran = xsoar.run("endpoint", **{argument: value})

    found = ran.context("Endpoint")
    one = found[0] if isinstance(found, list) else found
    assert (one["ID"], one["Hostname"], one["Vendor"]) == (laptop.agent_guid, LAPTOP, "VisionOneResponse")
    assert (one["Status"], one["IsIsolated"]) == ("Online", "No")


def test_an_endpoint_that_nobody_knows_is_an_error(xsoar: Any) -> None:
    [error] = xsoar.run("endpoint", hostname="NO-SUCH-HOST").errors

    assert "Vision One knows no endpoint NO-SUCH-HOST" in error


def test_no_endpoint_named_is_one_sentence(xsoar: Any) -> None:
    assert "give id, ip or hostname" in xsoar.run("endpoint").errors[0]
