"""Lists, scripts, the sandbox, searches, pipelines and keys, as pytmv1 calls them."""

import pytmv1  # type: ignore[import-not-found]

from tests.conformance.pytmv1_world import World, consumed, good, hours_ago, step

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
    page = good(world.client.oat.list(detected_start_date_time=hours_ago(world, 20)))
    assert page.total_count == len(page.items) > 1
    seen = consumed(world.client.oat.consume, detected_start_date_time=hours_ago(world, 20))
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
    span = {"start_date_time": hours_ago(world, 0.9)}
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
