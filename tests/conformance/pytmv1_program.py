"""Calls every operation of pytmv1 on a twin; runs in an environment of its own, which has pytmv1 and nothing of ours.

Arguments: the twin's address and API key. Prints one line of JSON for each operation.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytmv1  # type: ignore[import-not-found]
import requests

logging.disable(logging.CRITICAL)


@dataclass
class World:
    """The client, what the control room tells about the tenant, and what earlier steps made."""

    client: Any
    url: str
    made: dict[str, Any] = field(default_factory=dict)

    def state(self, part: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.url}/_twin/state", params={"part": part}, timeout=20).json()
        items: list[dict[str, Any]] = answer[part]
        return items

    def advance(self, seconds: float) -> None:
        requests.post(f"{self.url}/_twin/clock", json={"advance": seconds}, timeout=20).raise_for_status()

    @property
    def host(self) -> dict[str, Any]:
        return next(each for each in self.state("endpoints") if each["osName"] == "Windows" and each["connected"])

    @property
    def dump(self) -> dict[str, Any]:
        return next(each for each in self.state("files") if each["path"].endswith("lsass.DMP"))

    @property
    def alert(self) -> dict[str, Any]:
        return self.state("alerts")[0]

    @property
    def message(self) -> dict[str, Any]:
        return next(each for each in self.state("messages") if each["state"] == "delivered")

    @property
    def person(self) -> str:
        return str(next(each for each in self.state("accounts") if each["iam"] == "AAD")["accountName"])

    def task(self, answer: Any, class_name: str) -> Any:
        """Wait until a started task has ended, and read it as pytmv1's class for it."""
        items = good(answer).items
        assert [item.status for item in items] == [202], items
        self.advance(10)
        found = good(self.client.task.get_result_class(items[0].task_id, getattr(responses, class_name), poll=False))
        assert found.status == "succeeded", found
        return found


from pytmv1.model import response as responses  # type: ignore[import-not-found]  # noqa: E402  # beside its user


def good(result: Any) -> Any:
    """Return the response of a call that worked."""
    assert result.result_code == pytmv1.ResultCode.SUCCESS, getattr(result, "error", None) or result.errors
    return result.response


def consumed(call: Callable[..., Any], *arguments: Any, **options: Any) -> list[Any]:
    """Return what a consuming call hands over, page by page."""
    seen: list[Any] = []
    answer = good(call(seen.append, *arguments, **options))
    assert answer.total_consumed == len(seen)
    return seen


STEPS: dict[str, Callable[[World], None]] = {}


def step(operation: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    def keep(function: Callable[[World], None]) -> Callable[[World], None]:
        STEPS[operation] = function
        return function

    return keep


@step("GET /healthcheck/connectivity")
def connectivity(world: World) -> None:
    assert good(world.client.system.check_connectivity()).status == "available"


@step("GET /workbench/alerts")
def list_alerts(world: World) -> None:
    page = good(world.client.alert.list(severity="critical"))
    assert page.total_count == len(page.items) >= 1
    seen = consumed(world.client.alert.consume)
    assert {alert.id for alert in seen} == {alert["id"] for alert in world.state("alerts")}


@step("GET /workbench/alerts/{id}")
def get_alert(world: World) -> None:
    answer = good(world.client.alert.get(world.alert["id"]))
    assert answer.data.id == world.alert["id"]
    world.made["alert etag"] = answer.etag


@step("PATCH /workbench/alerts/{id}")
def change_alert(world: World) -> None:
    change = {"status": pytmv1.AlertStatus.IN_PROGRESS, "inv_result": pytmv1.InvestigationResult.TRUE_POSITIVE}
    good(world.client.alert.update_status(world.alert["id"], world.made["alert etag"], **change))
    assert (world.alert["status"], world.alert["investigationResult"]) == ("In Progress", "True Positive")
    stale = world.client.alert.update_status(world.alert["id"], "0" * 16, status=pytmv1.AlertStatus.CLOSED)
    assert (stale.error.status, stale.error.code) == (412, "ConditionNotMet")


@step("POST /workbench/alerts/{id}/notes")
def add_note(world: World) -> None:
    world.made["note"] = good(world.client.note.create(world.alert["id"], "First.")).note_id


@step("GET /workbench/alerts/{id}/notes")
def list_notes(world: World) -> None:
    assert [note.content for note in good(world.client.note.list(world.alert["id"])).items] == ["First."]
    assert len(consumed(world.client.note.consume, world.alert["id"])) == 1


@step("GET /workbench/alerts/{id}/notes/{id}")
def get_note(world: World) -> None:
    answer = good(world.client.note.get(world.alert["id"], world.made["note"]))
    world.made["note etag"] = answer.etag


@step("PATCH /workbench/alerts/{id}/notes/{id}")
def change_note(world: World) -> None:
    good(world.client.note.update(world.alert["id"], world.made["note"], world.made["note etag"], "Second."))
    assert world.state("notes")[0]["content"] == "Second."


@step("POST /workbench/alerts/{id}/notes/delete")
def delete_note(world: World) -> None:
    good(world.client.note.delete(world.alert["id"], world.made["note"]))
    assert world.state("notes") == []


@step("GET /eiqs/endpoints")
def query_endpoints(world: World) -> None:
    (found,) = good(world.client.endpoint.list_data(endpointName=world.host["name"])).items
    assert found.agent_guid == world.host["agentGuid"]
    either = {"osName": "Windows", "productCode": "sds"}
    assert len(consumed(world.client.endpoint.consume_data, pytmv1.QueryOp.OR, **either)) > 1


@step("GET /endpointSecurity/endpoints")
def list_endpoints(world: World) -> None:
    (found,) = good(world.client.endpoint.list_endpoints(endpointName=world.host["name"])).items
    assert found.agent_guid == world.host["agentGuid"]
    seen = consumed(world.client.endpoint.consume_endpoints)
    assert len(seen) == len(world.state("endpoints"))


@step("GET /endpointSecurity/endpoints/{id}")
def get_endpoint(world: World) -> None:
    assert good(world.client.endpoint.get_endpoint(world.host["agentGuid"])).data.endpoint_name == world.host["name"]


@step("POST /response/endpoints/isolate")
def isolate(world: World) -> None:
    answer = world.client.endpoint.isolate(pytmv1.EndpointRequest(endpoint_name=world.host["name"]))
    assert world.task(answer, "EndpointTaskResp").action == "isolate"
    assert world.host["isolated"] is True


@step("POST /response/endpoints/restore")
def restore(world: World) -> None:
    world.task(
        world.client.endpoint.restore(pytmv1.EndpointRequest(agent_guid=world.host["agentGuid"])), "EndpointTaskResp"
    )
    assert world.host["isolated"] is False


@step("POST /response/endpoints/collectFile")
def collect(world: World) -> None:
    file = pytmv1.CollectFileRequest(agent_guid=world.dump["agentGuid"], file_path=world.dump["path"])
    task = world.task(world.client.endpoint.collect_file(file), "CollectFileTaskResp")
    assert task.file_sha256 == world.dump["sha256"]
    assert requests.get(task.resource_location, timeout=20).content.startswith(b"PK")


@step("POST /response/endpoints/terminateProcess")
def terminate(world: World) -> None:
    process = world.host["processes"][0]
    wanted = pytmv1.TerminateProcessRequest(endpoint_name=world.host["name"], file_sha1=process["sha1"])
    world.task(world.client.endpoint.terminate_process(wanted), "TerminateProcessTaskResp")
    assert process not in world.host["processes"]


@step("GET /response/tasks/{id}")
def get_task(world: World) -> None:
    found = good(world.client.task.get_result("00000001", poll=False))
    assert (found.id, found.status, found.action) == ("00000001", "succeeded", "isolate")
    missing = world.client.task.get_result("99999999", poll=False)
    assert (missing.error.status, missing.error.code) == (404, "NotFound")


@step("POST /response/emails/quarantine")
def quarantine(world: World) -> None:
    message = world.made["message"] = world.message
    wanted = pytmv1.EmailMessageIdRequest(message_id=message["messageId"], mail_box=message["mailBox"])
    task = world.task(world.client.email.quarantine(wanted), "EmailMessageTaskResp")
    assert task.tasks[0].unique_id == message["uniqueId"]


@step("POST /response/emails/restore")
def restore_message(world: World) -> None:
    wanted = pytmv1.EmailMessageUIdRequest(unique_id=world.made["message"]["uniqueId"])
    world.task(world.client.email.restore(wanted), "EmailMessageTaskResp")


@step("POST /response/emails/delete")
def delete_message(world: World) -> None:
    unique_id = world.made["message"]["uniqueId"]
    world.task(world.client.email.delete(pytmv1.EmailMessageUIdRequest(unique_id=unique_id)), "EmailMessageTaskResp")
    assert {each["uniqueId"]: each["state"] for each in world.state("messages")}[unique_id] == "deleted"


def account_step(path: str, method: str) -> None:
    @step(f"POST /response/domainAccounts/{path}")
    def act(world: World) -> None:
        request = pytmv1.AccountRequest(account_name=world.person)
        task = world.task(getattr(world.client.account, method)(request), "AccountTaskResp")
        assert {part.account_name for part in task.tasks} == {world.person}


for _path, _method in {
    "disable": "disable",
    "enable": "enable",
    "signOut": "sign_out",
    "resetPassword": "reset",
}.items():
    account_step(_path, _method)

BAD = {"object_type": pytmv1.ObjectType.DOMAIN, "object_value": "bad.example"}


@step("POST /response/suspiciousObjects")
def block(world: World) -> None:
    world.task(world.client.object.add_block(pytmv1.ObjectRequest(**BAD)), "BlockListTaskResp")
    assert [entry["value"] for entry in world.state("blockList")] == ["bad.example"]


@step("POST /response/suspiciousObjects/delete")
def release(world: World) -> None:
    world.task(world.client.object.delete_block(pytmv1.ObjectRequest(**BAD)), "BlockListTaskResp")
    assert world.state("blockList") == []


@step("POST /threatintel/suspiciousObjects")
def suspect(world: World) -> None:
    wanted = pytmv1.SuspiciousObjectRequest(
        **BAD,
        scan_action=pytmv1.ScanAction.LOG,
        risk_level=pytmv1.RiskLevel.LOW,
        days_to_expiration=3,
    )
    assert [item.status for item in good(world.client.object.add_suspicious(wanted)).items] == [201]


@step("GET /threatintel/suspiciousObjects")
def list_suspicious(world: World) -> None:
    (found,) = good(world.client.object.list_suspicious()).items
    assert (found.value, found.scan_action, found.risk_level) == ("bad.example", "log", "low")
    assert len(consumed(world.client.object.consume_suspicious)) == 1


@step("POST /threatintel/suspiciousObjects/delete")
def clear(world: World) -> None:
    good(world.client.object.delete_suspicious(pytmv1.ObjectRequest(**BAD)))
    again = world.client.object.delete_suspicious(pytmv1.ObjectRequest(**BAD))
    assert [(error.status, error.code) for error in again.errors] == [(404, "NotFound")]


@step("POST /threatintel/suspiciousObjectExceptions")
def except_object(world: World) -> None:
    good(world.client.object.add_exception(pytmv1.ObjectRequest(**BAD)))


@step("GET /threatintel/suspiciousObjectExceptions")
def list_exceptions(world: World) -> None:
    assert [each.value for each in good(world.client.object.list_exception()).items] == ["bad.example"]
    assert len(consumed(world.client.object.consume_exception)) == 1


@step("POST /threatintel/suspiciousObjectExceptions/delete")
def end_exception(world: World) -> None:
    good(world.client.object.delete_exception(pytmv1.ObjectRequest(**BAD)))
    assert world.state("exceptions") == []


@step("POST /response/customScripts")
def add_script(world: World) -> None:
    kind = pytmv1.ScriptType.POWERSHELL
    world.made["script"] = good(world.client.script.create(kind, "look.ps1", "dir", "looks")).script_id


@step("GET /response/customScripts")
def list_scripts(world: World) -> None:
    (found,) = good(world.client.script.list(fileName="look.ps1")).items
    assert found.id == world.made["script"]
    assert len(consumed(world.client.script.consume)) == 1


@step("GET /response/customScripts/{id}")
def get_script(world: World) -> None:
    assert good(world.client.script.download(world.made["script"])).text == "dir"


@step("POST /response/customScripts/{id}/update")
def update_script(world: World) -> None:
    kind = pytmv1.ScriptType.POWERSHELL
    good(world.client.script.update(world.made["script"], kind, "look.ps1", "dir /s"))


@step("POST /response/endpoints/runScript")
def run_script(world: World) -> None:
    wanted = pytmv1.CustomScriptRequest(endpoint_name=world.host["name"], file_name="look.ps1", parameter="-x")
    task = world.task(world.client.script.run(wanted), "CustomScriptTaskResp")
    assert (task.file_name, task.parameter) == ("look.ps1", "-x")


@step("DELETE /response/customScripts/{id}")
def delete_script(world: World) -> None:
    good(world.client.script.delete(world.made["script"]))
    assert world.state("scripts") == []


@step("POST /sandbox/files/analyze")
def submit_file(world: World) -> None:
    content = b"visionone-sim-verdict:high"
    world.made["sample"] = good(world.client.sandbox.submit_file(content, "a.bin", arguments="-x")).id


@step("POST /sandbox/urls/analyze")
def submit_url(world: World) -> None:
    (item,) = good(world.client.sandbox.submit_url("https://fine.example/")).items
    assert item.url == "https://fine.example/"


@step("GET /sandbox/tasks/{id}")
def get_submission(world: World) -> None:
    world.advance(60)
    found = good(world.client.sandbox.get_submission_status(world.made["sample"]))
    assert found.status == "succeeded"


@step("GET /sandbox/analysisResults/{id}")
def get_result(world: World) -> None:
    found = good(world.client.sandbox.get_analysis_result(world.made["sample"], poll=False))
    assert (found.id, found.risk_level) == (world.made["sample"], "high")


@step("GET /sandbox/analysisResults/{id}/report")
def get_report(world: World) -> None:
    found = good(world.client.sandbox.download_analysis_result(world.made["sample"], poll=False))
    assert found.content.startswith(b"%PDF")


@step("GET /sandbox/analysisResults/{id}/investigationPackage")
def get_package(world: World) -> None:
    found = good(world.client.sandbox.download_investigation_package(world.made["sample"], poll=False))
    assert found.content.startswith(b"PK")


@step("GET /sandbox/analysisResults/{id}/suspiciousObjects")
def get_objects(world: World) -> None:
    (found,) = good(world.client.sandbox.list_suspicious(world.made["sample"], poll=False)).items
    assert found.type == "fileSha1"


@step("GET /search/endpointActivities")
def search_endpoints(world: World) -> None:
    seen = consumed(world.client.endpoint.consume_activity, dpt="443")
    assert seen
    assert good(world.client.endpoint.list_activity(dpt="443")).progress_rate == 100
    assert good(world.client.endpoint.get_activity_count(dpt="443")).total_count == len(seen)


@step("GET /search/emailActivities")
def search_mail(world: World) -> None:
    message = world.message
    seen = consumed(world.client.email.consume_activity, mailMsgId=message["messageId"])
    assert message["uniqueId"] in {each.msg_uuid for each in seen}
    assert good(world.client.email.list_activity(mailMsgId=message["messageId"])).items
    assert good(world.client.email.get_activity_count(mailMsgId=message["messageId"])).total_count == len(seen)


@step("GET /oat/detections")
def list_detections(world: World) -> None:
    page = good(world.client.oat.list(detected_start_date_time=_hours_ago(world, 20)))
    assert page.total_count == len(page.items) > 1
    seen = consumed(world.client.oat.consume, detected_start_date_time=_hours_ago(world, 20))
    assert len(seen) == page.total_count


@step("POST /oat/dataPipelines")
def create_pipeline(world: World) -> None:
    world.made["pipeline"] = good(world.client.oat.create_pipeline(True, [pytmv1.OatRiskLevel.HIGH])).pipeline_id


@step("GET /oat/dataPipelines")
def list_pipelines(world: World) -> None:
    assert [each.id for each in good(world.client.oat.list_pipelines()).items] == [world.made["pipeline"]]


@step("GET /oat/dataPipelines/{id}")
def get_pipeline(world: World) -> None:
    world.made["pipeline etag"] = good(world.client.oat.get_pipeline(world.made["pipeline"])).etag


@step("PATCH /oat/dataPipelines/{id}")
def change_pipeline(world: World) -> None:
    etag = world.made["pipeline etag"]
    levels = [pytmv1.OatRiskLevel.CRITICAL, pytmv1.OatRiskLevel.HIGH]
    good(world.client.oat.update_pipeline(world.made["pipeline"], etag, risk_levels=levels))


@step("GET /oat/dataPipelines/{id}/packages")
def list_packages(world: World) -> None:
    span = {"start_date_time": _hours_ago(world, 0.9)}
    page = good(world.client.oat.list_packages(world.made["pipeline"], **span))
    world.made["package"] = page.items[0].id
    assert len(consumed(lambda consumer: world.client.oat.consume_packages(world.made["pipeline"], consumer, **span)))


@step("GET /oat/dataPipelines/{id}/packages/{id}")
def read_package(world: World) -> None:
    found = good(world.client.oat.get_package(world.made["pipeline"], world.made["package"])).package
    assert found.uuid == world.made["package"]


@step("POST /oat/dataPipelines/delete")
def delete_pipeline(world: World) -> None:
    good(world.client.oat.delete_pipelines(world.made["pipeline"]))
    assert good(world.client.oat.list_pipelines()).items == []


@step("POST /iam/apiKeys")
def create_key(world: World) -> None:
    wanted = pytmv1.ApiKeyRequest(name="second", role="read-only", months_to_expiration=pytmv1.ApiExpInMonths.ONE)
    (item,) = good(world.client.api_key.create(wanted)).items
    world.made["key"] = item.id


@step("GET /iam/apiKeys")
def list_keys(world: World) -> None:
    assert [key.id for key in good(world.client.api_key.list(name="second")).items] == [world.made["key"]]
    assert len(consumed(world.client.api_key.consume)) == 2


@step("GET /iam/apiKeys/{id}")
def get_key(world: World) -> None:
    world.made["key etag"] = good(world.client.api_key.get(world.made["key"])).etag


@step("PATCH /iam/apiKeys/{id}")
def change_key(world: World) -> None:
    etag = world.made["key etag"]
    good(world.client.api_key.update(world.made["key"], etag, status=pytmv1.ApiStatus.DISABLED))
    assert good(world.client.api_key.get(world.made["key"])).data.status == "disabled"


@step("POST /iam/apiKeys/delete")
def delete_key(world: World) -> None:
    good(world.client.api_key.delete(world.made["key"]))


def _hours_ago(world: World, hours: float) -> str:
    now = requests.get(f"{world.url}/_twin/clock", timeout=20).json()["now"].partition(".")[0]
    moment = time.mktime(time.strptime(now, "%Y-%m-%dT%H:%M:%S")) - hours * 3600
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.localtime(moment))


def main() -> None:
    url, key = sys.argv[1:]
    world = World(pytmv1.init("conformance", key, url), url)
    for operation, function in STEPS.items():
        try:
            function(world)
        except Exception as error:  # noqa: BLE001  # whatever the library throws is a result
            result = f"{type(error).__name__}: {error}"
        else:
            result = "ok"
        print(json.dumps({"operation": operation, "result": result}), flush=True)  # noqa: T201  # its parent reads it


if __name__ == "__main__":
    main()
