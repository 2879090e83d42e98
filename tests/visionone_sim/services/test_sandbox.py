import base64
import io
import re
import zipfile
from typing import Any

import httpx
import pytest
import pyzipper

from tests.visionone_sim.answers import all_items, codes, statuses
from visionone_sim.settings import Settings
from visionone_sim.tenant.verdicts import MARK
from visionone_sim.testing import RunningTwin, start_twin

FILES = "/sandbox/files/analyze"
URLS = "/sandbox/urls/analyze"
BAD = MARK + b"high"


def submit(client: httpx.Client, content: bytes = BAD, name: str = "a.bin", **fields: str) -> httpx.Response:
    return client.post(FILES, files={"file": (name, content)}, data=fields)


def submitted(client: httpx.Client, content: bytes = BAD, **fields: str) -> str:
    answer = submit(client, content, **fields)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_file_is_looked_at_for_a_while_and_then_judged(twin: RunningTwin, client: httpx.Client) -> None:
    answer = submit(client)
    url = answer.headers["operation-location"]
    assert url.endswith(f"/v3.0/sandbox/tasks/{answer.json()['id']}")
    assert client.get(url).json()["status"] == "running"
    assert client.get(f"/sandbox/analysisResults/{answer.json()['id']}").status_code == 404
    twin.clock.advance(60)
    task = client.get(url).json()
    assert (task["status"], task["action"], task["isCached"]) == ("succeeded", "analyzeFile", False)
    result = client.get(task["resourceLocation"]).json()
    assert (result["riskLevel"], result["type"], result["trueFileType"]) == ("high", "file", "TEXT")
    assert result["digest"] == answer.json()["digest"]
    assert result["detectionNames"]


@pytest.mark.parametrize("risk", ["high", "medium", "low", "noRisk"])
def test_marks_in_a_sample_decide(twin: RunningTwin, client: httpx.Client, risk: str) -> None:
    submission_id = submitted(client, MARK + risk.encode())
    twin.clock.advance(60)
    assert client.get(f"/sandbox/analysisResults/{submission_id}").json()["riskLevel"] == risk
    objects = client.get(f"/sandbox/analysisResults/{submission_id}/suspiciousObjects")
    assert objects.status_code == (200 if risk == "high" else 404)


def test_a_verdict_can_be_known_before(twin: RunningTwin, client: httpx.Client, control: httpx.Client) -> None:
    digest = submit(client, b"harmless").json()["digest"]
    control.post("/verdicts", json={"value": digest["sha256"].upper(), "risk": "medium"})
    submission_id = submitted(client, b"harmless")
    twin.clock.advance(60)
    assert client.get(f"/sandbox/analysisResults/{submission_id}").json()["riskLevel"] == "medium"


def test_what_an_attack_used_is_bad_in_the_sandbox_too(twin: RunningTwin, client: httpx.Client) -> None:
    message = next(message for message in twin.tenant.mail.values() if message.urls)
    answer = client.post(URLS, json=[{"url": message.urls[0]}, {"url": "https://fine.example/"}])
    twin.clock.advance(60)
    risks = [client.get(f"/sandbox/analysisResults/{item['body']['id']}").json()["riskLevel"] for item in answer.json()]
    assert risks == ["high", "noRisk"]
    items = client.get(f"/sandbox/analysisResults/{answer.json()[0]['body']['id']}/suspiciousObjects").json()["items"]
    assert [(item.get("url"), item.get("domain")) for item in items] == [
        (message.urls[0], None),
        (None, message.sender.partition("@")[2]),
    ]


def test_urls_are_answered_one_by_one(client: httpx.Client) -> None:
    answer = client.post(URLS, json=[{"url": "https://a.example/"}, {"url": "no"}, {}])
    assert statuses(answer) == [202, 400, 400]
    assert codes(answer)[1:] == ["BadRequest", "BadRequest"]
    good, bad, _ = answer.json()
    assert good["body"]["url"] == "https://a.example/"
    assert "/v3.0/sandbox/tasks/" in good["headers"][0]["value"]
    assert bad["body"]["url"] == "no"
    assert client.post(URLS, json=[{"url": f"https://a.example/{n}"} for n in range(11)]).status_code == 413


def test_the_report_opens_as_pdf_and_the_package_as_zip(twin: RunningTwin, client: httpx.Client) -> None:
    submission_id = submitted(client)
    twin.clock.advance(60)
    report = client.get(f"/sandbox/analysisResults/{submission_id}/report")
    assert report.headers["content-type"] == "application/pdf"
    table = int(re.findall(rb"startxref\n(\d+)\n%%EOF", report.content)[0])
    assert report.content[table:].startswith(b"xref")
    assert b"Risk level: high" in report.content
    package = client.get(f"/sandbox/analysisResults/{submission_id}/investigationPackage")
    assert package.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(package.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["result.json", "suspicious_objects.json", "report.txt"]


def test_the_same_sample_again_is_answered_from_before(twin: RunningTwin, client: httpx.Client) -> None:
    submitted(client)
    twin.clock.advance(60)
    task = client.get(f"/sandbox/tasks/{submitted(client)}").json()
    assert (task["status"], task["isCached"]) == ("succeeded", True)


def test_what_cannot_be_analyzed_fails_and_is_not_counted(twin: RunningTwin, client: httpx.Client) -> None:
    submission_id = submitted(client, b"\x89PNG....")
    twin.clock.advance(60)
    task = client.get(f"/sandbox/tasks/{submission_id}").json()
    assert (task["status"], task["error"]["code"]) == ("failed", "Unsupported")
    usage = client.get("/sandbox/submissionUsage").json()
    assert (usage["submissionCount"], usage["submissionExemptionCount"]) == (0, 1)


def locked(password: str) -> bytes:
    target = io.BytesIO()
    with pyzipper.AESZipFile(target, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password.encode())
        archive.writestr("bad.exe", BAD)
    return target.getvalue()


@pytest.mark.parametrize(("password", "status"), [("infected", "succeeded"), ("wrong", "failed"), (None, "failed")])
def test_an_archive_opens_with_its_password(
    twin: RunningTwin, client: httpx.Client, password: str | None, status: str
) -> None:
    fields = {"archivePassword": encoded(password)} if password else {}
    submission_id = submitted(client, locked("infected"), **fields)
    twin.clock.advance(60)
    assert client.get(f"/sandbox/tasks/{submission_id}").json()["status"] == status
    if status == "succeeded":
        assert client.get(f"/sandbox/analysisResults/{submission_id}").json()["riskLevel"] == "high"


def test_arguments_travel_as_base64(client: httpx.Client) -> None:
    answer = submit(client, arguments=encoded("-x 1"), documentPassword=encoded("p"))
    assert answer.json()["arguments"] == encoded("-x 1")


@pytest.mark.parametrize(
    "fields",
    [
        {"arguments": "no base64!"},
        {"arguments": encoded("x" * 1025)},
        {"archivePassword": encoded("x" * 129)},
        {"documentPassword": base64.b64encode(b"\xff\xfe").decode()},
    ],
)
def test_fields_that_cannot_be_decoded_are_refused(client: httpx.Client, fields: dict[str, str]) -> None:
    assert submit(client, BAD, "a.bin", **fields).status_code == 400


def test_a_form_without_a_file_is_refused(client: httpx.Client) -> None:
    assert client.post(FILES, data={"x": "1"}).status_code == 400
    assert client.post(FILES, json={}).status_code == 400


def test_a_sample_may_be_larger_than_a_body_and_not_larger_than_that() -> None:
    with start_twin("empty", settings=Settings(upload_max_bytes=2_000_000)) as twin:
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60) as client:
            assert submit(client, b"x" * 1_500_000).status_code == 202
            assert submit(client, b"x" * 2_500_000).status_code == 413


def test_the_reserve_of_a_day_ends_and_the_next_day_brings_another() -> None:
    with start_twin("empty", settings=Settings(sandbox_reserve=2)) as twin:
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60) as client:
            answer = submit(client, b"1")
            assert answer.headers["TMV1-Submission-Remaining-Count"] == "1"
            urls = client.post(URLS, json=[{"url": "https://a.example/"}, {"url": "https://b.example/"}])
            assert statuses(urls) == [202, 429]
            refused = submit(client, b"3")
            assert (refused.status_code, refused.json()["error"]["code"]) == (429, "TooManyRequests")
            twin.clock.advance(86_400)
            assert submit(client, b"4").status_code == 202


def test_tasks_and_results_are_listed_and_filtered(twin: RunningTwin, client: httpx.Client) -> None:
    ids = [submitted(client, MARK + risk + str(n).encode()) for n, risk in enumerate([b"high", b"low"] * 30)]
    client.post(URLS, json=[{"url": "https://a.example/"}])
    twin.clock.advance(60)
    late = submitted(client, b"late")
    assert [len(page) for page in all_items(client, "/sandbox/tasks")] == [50, 12]
    running = client.get("/sandbox/tasks", params={"filter": "status eq 'running'"}).json()["items"]
    assert [item["id"] for item in running] == [late]
    results = all_items(client, "/sandbox/analysisResults?top=100")[0]
    assert len(results) == 61
    high = client.get("/sandbox/analysisResults", params={"filter": "riskLevel eq 'high'"}).json()["items"]
    assert {item["id"] for item in high} == set(ids[::2])
    worst = client.get("/sandbox/analysisResults", params={"orderBy": "riskLevel"}).json()["items"]
    assert [item["riskLevel"] for item in worst[:31]] == ["high"] * 30 + ["low"]


def test_a_tenant_may_let_the_sandbox_feed_its_list() -> None:
    with start_twin("empty", settings=Settings(sandbox_feeds_suspicious_list=True)) as twin:
        headers = {"Authorization": f"Bearer {twin.api_key}"}
        with httpx.Client(base_url=f"{twin.url}/v3.0", headers=headers, timeout=60) as client:
            sha1 = submit(client).json()["digest"]["sha1"]
            assert suspicious(client) == []
            twin.clock.advance(60)
            twin.tenant.settle()
            assert [item["fileSha1"] for item in suspicious(client)] == [sha1]


def suspicious(client: httpx.Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("/threatintel/suspiciousObjects").json()["items"]
    return items


def test_an_unknown_submission_is_not_found(client: httpx.Client) -> None:
    for path in ("tasks/x", "analysisResults/x", "analysisResults/x/report", "analysisResults/x/suspiciousObjects"):
        assert client.get(f"/sandbox/{path}").status_code == 404
