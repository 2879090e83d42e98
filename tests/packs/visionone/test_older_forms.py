"""The flat arguments of Trend Micro's V2 integration still do what they did; the announced walk-through uses them."""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.packs.visionone.live_pack import DUMP, LAPTOP
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.verdicts import MARK
from visionone_sim.testing import RunningTwin

# Each command's arguments there, a ! after those that it requires.
V2 = {
    "add-to-block-list": "value_type! target_value! product_id description",
    "remove-from-block-list": "value_type! target_value! product_id description",
    "quarantine-email-message": "message_id! mailbox! message_delivery_time! product_id description",
    "delete-email-message": "message_id! mailbox! message_delivery_time! product_id description",
    "isolate-endpoint": "endpoint! product_id! description",
    "restore-endpoint-connection": "endpoint! product_id! description",
    "add-objects-to-exception-list": "type! value! description",
    "delete-objects-from-exception-list": "type! value!",
    "add-objects-to-suspicious-list": "type! value! description scan_action risk_level expiry_days",
    "delete-objects-from-suspicious-list": "type! value!",
    "get-endpoint-info": "endpoint!",
    "terminate-process": "endpoint! file_sha1! product_id description filename",
    "get-file-analysis-status": "task_id!",
    "get-file-analysis-report": "report_id! type!",
    "collect-forensic-file": "endpoint! product_id! file_path! os! description",
    "download-information-for-collected-forensic-file": "actionId!",
    "submit-file-to-sandbox": "file_url! filename! document_password archive_password",
    "submit-file-entry-to-sandbox": "entry_id! document_password archive_password",
    "run-sandbox-submission-polling": "task_id! polling",
    "check-task-status": "actionId! polling",
    "add-note": "workbench_id! content!",
    "update-status": "workbench_id! status!",
}


@pytest.mark.parametrize("name", sorted(V2))
def test_a_call_in_the_older_form_is_accepted(declared: dict[str, Any], name: str) -> None:
    arguments = {each["name"]: each for each in declared[f"trendmicro-visionone-{name}"]["arguments"]}
    theirs = {word.removesuffix("!") for word in V2[name].split()}
    always = {word.removesuffix("!") for word in V2[name].split() if word.endswith("!")}

    assert theirs <= set(arguments)
    assert {argument for argument, each in arguments.items() if each.get("required")} <= always


def laptop(twin: RunningTwin) -> Endpoint:
    found = twin.tenant.inventory.target(agent_guid=None, name=LAPTOP)
    return twin.tenant.endpoints[found.agent_guid]


def sent(twin: RunningTwin, path: str) -> Any:
    [seen] = twin.requests.to(path, method="POST")
    [item] = json.loads(seen.body or "[]")
    return item


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        ("file_sha1", "a" * 40, "fileSha1"),
        ("domain", "bad.example", "domain"),
        ("ip", "192.0.2.66", "ip"),
        ("url", "https://bad.example/a,b", "url"),
        ("mailbox", "boss@evil.example", "senderMailAddress"),
    ],
)
def test_an_object_is_blocked_by_its_older_name(
    xsoar: Any, twin: RunningTwin, kind: str, value: str, wire: str
) -> None:
    ran = xsoar.run("add-to-block-list", value_type=kind, target_value=value, product_id="sao", description="IR-88")
    xsoar.run("remove-from-block-list", value_type=kind, target_value=value)

    assert ran.errors == []
    assert sent(twin, "/response/suspiciousObjects") == {wire: value, "description": "IR-88"}
    assert sent(twin, "/response/suspiciousObjects/delete") == {wire: value}


@pytest.mark.parametrize(
    ("kind", "value", "wire"),
    [
        ("sha1", "a" * 40, "fileSha1"),
        ("domain", "bad.example", "domain"),
        ("ip", "192.0.2.66", "ip"),
        ("url", "https://bad.example/a,b", "url"),
    ],
)
@pytest.mark.parametrize("name", ["suspicious", "exception"])
def test_lists_are_edited_by_the_older_names(
    xsoar: Any, twin: RunningTwin, name: str, kind: str, value: str, wire: str
) -> None:
    def held() -> list[tuple[str, str]]:
        objects = twin.tenant.objects
        found = objects.suspicious(twin.clock.now()) if name == "suspicious" else objects.excepted()
        return [(one.item.type, one.item.value) for one in found]

    added = xsoar.run(f"add-objects-to-{name}-list", type=kind, value=value, description="IR-88")
    assert added.errors == []
    assert (wire, value) in held()

    deleted = xsoar.run(f"delete-objects-from-{name}-list", type=kind, value=value)
    assert deleted.errors == []
    assert (wire, value) not in held()


@pytest.mark.parametrize(("command", "state"), [("quarantine", "quarantined"), ("delete", "deleted")])
def test_a_message_is_named_with_its_time_of_delivery(xsoar: Any, twin: RunningTwin, command: str, state: str) -> None:
    message = next(iter(twin.tenant.mail.values()))

    ran = xsoar.run(
        f"{command}-email-message",
        message_id=message.message_id,
        mailbox=message.mail_box,
        message_delivery_time="2031-02-03T04:00:00Z",
        product_id="sca",
    )
    twin.clock.advance(6)
    twin.tenant.settle()

    assert ran.errors == []
    assert twin.tenant.mail[message.unique_id].state == state


@pytest.mark.parametrize("named", ["name", "ip", "mac"])
def test_an_endpoint_is_named_by_its_name_or_an_address(xsoar: Any, twin: RunningTwin, named: str) -> None:
    name = {"name": LAPTOP, "ip": laptop(twin).ips[0], "mac": laptop(twin).macs[0]}[named]

    ran = xsoar.run("isolate-endpoint", endpoint=name, product_id="sao", description="IR-88")
    twin.clock.advance(6)
    assert ran.errors == []
    assert ran.context("VisionOne.Endpoint_Connection")[0]["endpoint"] == name
    assert laptop(twin).isolated

    xsoar.run("restore-endpoint-connection", endpoint=name, product_id="sao")
    twin.clock.advance(6)
    assert not laptop(twin).isolated


@pytest.mark.parametrize("shared", [True, False])
def test_an_address_that_is_not_one_endpoints_begins_nothing(xsoar: Any, twin: RunningTwin, shared: bool) -> None:
    one, other, *_ = twin.tenant.endpoints.values()
    if shared:
        twin.tenant.endpoints.put(replace(one, ips=("198.51.100.7",)))
        twin.tenant.endpoints.put(replace(other, ips=("198.51.100.7",)))

    ran = xsoar.run("isolate-endpoint", endpoint="198.51.100.7")

    who = "More than one endpoint has" if shared else "No endpoint has"
    [sentence] = ran.errors
    assert sentence.endswith(f"{who} the address 198.51.100.7; give the endpoint's name or its agent_guid.")
    assert len(twin.tenant.tasks) == 0


def test_a_process_is_ended_by_hash_and_older_name(xsoar: Any, twin: RunningTwin) -> None:
    process = laptop(twin).processes[0]

    ran = xsoar.run(
        "terminate-process", endpoint=LAPTOP, file_sha1=process.sha1, filename=process.name, product_id="sao"
    )
    twin.clock.advance(6)

    assert ran.errors == []
    assert sent(twin, "/response/endpoints/terminateProcess")["fileName"] == process.name
    assert process not in laptop(twin).processes


def test_the_announced_steps_go_from_endpoint_to_link(xsoar: Any, twin: RunningTwin) -> None:
    [endpoint] = xsoar.run("get-endpoint-info", endpoint=laptop(twin).ips[0]).context("VisionOne.Endpoint_Info")

    collected = xsoar.run(
        "collect-forensic-file",
        endpoint=endpoint["endpoint_name"]["value"],
        product_id=endpoint["product_code"],
        os=endpoint["os_name"],
        file_path=DUMP,
    )
    [task] = collected.context("VisionOne.Collect_Forensic_File")
    waiting = xsoar.run("check-task-status", actionId=task["task_id"], polling="true")
    twin.clock.advance(6)
    ended = xsoar.rerun(waiting.poll["command"], waiting.poll["args"])
    ran = xsoar.run("download-information-for-collected-forensic-file", actionId=task["task_id"])

    assert ended.poll == {}
    assert ended.context("VisionOne.Task_Status")[0]["status"] == "succeeded"
    [link] = ran.context("VisionOne.Download_Information_For_Collected_Forensic_File")
    assert link["resource_location"]
    assert (collected.errors, ended.errors, ran.errors) == ([], [], [])


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("new", ("Open", "No Findings")),
        ("in_progress", ("In Progress", "No Findings")),
        ("resolved_true_positive", ("Closed", "True Positive")),
        ("resolved_false_positive", ("Closed", "False Positive")),
    ],
)
def test_a_status_in_one_word_sets_the_findings_too(
    xsoar: Any, twin: RunningTwin, status: str, found: tuple[str, str]
) -> None:
    alert_id = next(iter(twin.tenant.alerts))
    before = "closed" if status == "new" else "open"
    xsoar.run("update-status", workbench_id=alert_id, status=before)

    ran = xsoar.run("update-status", workbench_id=alert_id, status=status)

    document = twin.tenant.alerts[alert_id].document
    assert (document["status"], document["investigationResult"]) == found
    assert ran.errors == []


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("vaReport", "VisionOne.Download_Analysis_Report"),
        ("investigationPackage", "VisionOne.Download_Investigation_Package"),
        ("suspiciousObject", "VisionOne.Download_Suspicious_Object_list"),
    ],
)
def test_a_report_is_asked_for_by_its_kind(xsoar: Any, twin: RunningTwin, kind: str, place: str) -> None:
    submitted = xsoar.run("submit-urls-to-sandbox", urls=f"https://bad.example/{(MARK + b'high').decode()}")
    task_id = submitted.context("VisionOne.Submit_Urls_to_Sandbox")[0]["task_id"]
    early = xsoar.run("get-file-analysis-report", report_id=task_id, type=kind)
    twin.clock.advance(61)

    ran = xsoar.run("get-file-analysis-report", report_id=task_id, type=kind)

    assert "The sandbox still analyzes" in early.errors[0]
    assert ran.errors == []
    assert ran.context(place)


def test_a_kind_of_report_that_does_not_exist_is_one_sentence(xsoar: Any, twin: RunningTwin) -> None:
    ran = xsoar.run("get-file-analysis-report", report_id="x", type="poem")

    assert "type is 'poem'; use vaReport, investigationPackage or suspiciousObject." in ran.errors[0]
    assert len(twin.requests) == 0


@pytest.mark.parametrize(
    ("command", "args", "words"),
    [
        ("check-task-status", {}, "No response task is named; give task_id."),
        ("download-information-for-collected-forensic-file", {}, "No response task is named; give task_id."),
        ("submit-file-to-sandbox", {"file_url": "https://files.example/x"}, "The file has no name; give file_name."),
    ],
)
def test_without_the_newer_and_the_older_argument_there_is_one_sentence(
    xsoar: Any, twin: RunningTwin, command: str, args: dict[str, Any], words: str
) -> None:
    ran = xsoar.run(command, **args)

    assert ran.errors == [f"trendmicro-visionone-{command}: {words}"]
    assert len(twin.requests) == 0
