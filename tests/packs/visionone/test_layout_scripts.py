"""The layout's buttons and its section on evidence."""

import json
from typing import Any

import pytest

from tests.packs.visionone.live_pack import DUMP, LAPTOP, PACK
from visionone_sim.testing import RunningTwin

LAYOUT = json.loads((PACK / "Layouts" / "layoutscontainer-Vision_One_Workbench_Alert.json").read_text())


def sections() -> list[dict[str, Any]]:
    return [section for tab in LAYOUT["detailsV2"]["tabs"] for section in tab.get("sections", ())]


def buttons() -> list[dict[str, Any]]:
    items = [item for section in sections() for item in section.get("items", ())]
    return [item for item in items if item["sectionItemType"] == "button"]


def incident(twin: RunningTwin) -> dict[str, Any]:
    laptop = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)
    alert = next(iter(twin.tenant.alerts.values()))
    message = next(iter(twin.tenant.mail.values()))
    fields = {
        "visiononeendpointguids": [laptop.agent_guid],
        "visiononeworkbenchid": alert.id,
        "visiononemessageids": [message.message_id],
    }
    return {"id": "42", "CustomFields": fields}


def test_each_button_calls_an_action_that_exists() -> None:
    code = (PACK / "Scripts" / "VisionOneRespond" / "VisionOneRespond.py").read_text()

    assert len(buttons()) == 7
    for button in buttons():
        assert button["scriptId"] == "VisionOneRespond"
        assert f'"{button["args"]["action"]["simple"]}": ' in code


def test_the_sections_scripts_exist() -> None:
    dynamic = [section["query"] for section in sections() if section.get("type") == "dynamic"]

    assert dynamic == ["VisionOneEvidence"]
    assert (PACK / "Scripts" / dynamic[0] / f"{dynamic[0]}.yml").is_file()


@pytest.mark.parametrize("button", buttons(), ids=lambda button: button["name"])
def test_a_button_runs_its_command_on_the_incidents_alert(
    xsoar: Any, twin: RunningTwin, button: dict[str, Any]
) -> None:
    xsoar.demisto.raw_incident = incident(twin)

    ran = xsoar.script("VisionOneRespond", action=button["args"]["action"]["simple"])

    assert ran.errors == []
    [(_, args)] = xsoar.demisto.called
    assert args["using-brand"] == "VisionOneResponse"
    assert len(twin.requests) > 0


@pytest.mark.promise(1)
def test_isolating_by_button_isolates_and_says_from_where(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.demisto.raw_incident = incident(twin)

    ran = xsoar.script("VisionOneRespond", action="isolate")
    twin.clock.advance(6)

    [outputs] = ran.context("VisionOne.Endpoint_Connection")
    assert twin.tenant.tasks[outputs["task_id"]].description == "War Room of incident 42"
    assert twin.tenant.endpoints[outputs["agent_guid"]].isolated


def test_closing_by_button_closes_the_alert(xsoar: Any, twin: RunningTwin) -> None:
    xsoar.demisto.raw_incident = incident(twin)

    xsoar.script("VisionOneRespond", action="false_positive")

    document = next(iter(twin.tenant.alerts.values())).document
    assert (document["status"], document["investigationResult"]) == ("Closed", "False Positive")


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ("isolate", "The incident's field visiononeendpointguids is empty"),
        ("quarantine", "The incident's field visiononemessageids is empty"),
        ("dance", "There is no action 'dance'; use one of endpoint_info, isolate"),
    ],
)
def test_nothing_to_act_on_is_one_sentence(xsoar: Any, action: str, words: str) -> None:
    xsoar.demisto.raw_incident = {"id": "42", "CustomFields": {}}

    ran = xsoar.script("VisionOneRespond", action=action)

    assert len(ran.errors) == 1
    assert words in ran.errors[0]


def test_evidence_is_shown_whichever_way_it_came(xsoar: Any) -> None:
    verified = {"endpoint": LAPTOP, "file_path": DUMP, "archive_entry": "7@42", "sha256": "a" * 64, "state": "match"}
    collected = {"endpoint_name": "OTHER", "file_path": "C:\\\\b", "archive_name": "b.zip", "state": "mismatch"}
    xsoar.demisto.stored = {"VisionOne": {"Verified_File": [verified], "Collected_File": collected}}

    shown = xsoar.script("VisionOneEvidence").readable

    assert "7@42" in shown
    assert "b.zip" in shown
    assert "mismatch" in shown


def test_without_evidence_the_section_says_so(xsoar: Any) -> None:
    assert xsoar.script("VisionOneEvidence").readable == "No evidence has been collected yet."
