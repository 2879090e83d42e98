"""Alerts, endpoints, messages and accounts, as pytmv1 calls them."""

import pytmv1  # type: ignore[import-not-found]
import requests

from tests.conformance.pytmv1_world import World, consumed, good, step


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
