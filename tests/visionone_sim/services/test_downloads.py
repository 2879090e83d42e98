import hashlib
import io
from typing import Any

import httpx
import pytest
import pyzipper

from visionone_sim.testing import RunningTwin


@pytest.fixture
def collected(twin: RunningTwin, client: httpx.Client) -> dict[str, Any]:
    """A succeeded task for the dump, with a fresh link."""
    endpoint, path = next(
        (endpoint, file.path)
        for endpoint in twin.tenant.endpoints.values()
        for file in endpoint.files.values()
        if file.path.endswith("lsass.DMP")
    )
    client.post("/response/endpoints/collectFile", json=[{"endpointName": endpoint.name, "filePath": path}])
    twin.clock.advance(5)
    task: dict[str, Any] = client.get("/response/tasks/00000001").json()
    return task


def test_the_link_gives_the_archive_without_a_key(collected: dict[str, Any]) -> None:
    response = httpx.get(collected["resourceLocation"], timeout=60)
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/zip")
    with pyzipper.AESZipFile(io.BytesIO(response.content)) as archive:
        data = archive.read("lsass.DMP", pwd=collected["password"].encode())
    assert hashlib.sha256(data).hexdigest() == collected["fileSha256"]
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_a_link_works_until_it_expires(twin: RunningTwin, collected: dict[str, Any]) -> None:
    twin.clock.advance(60)
    assert httpx.get(collected["resourceLocation"], timeout=60).status_code == 200
    twin.clock.advance(1)
    expired = httpx.get(collected["resourceLocation"], timeout=60)
    assert (expired.status_code, expired.json()["error"]["code"]) == (403, "AccessDenied")


@pytest.mark.parametrize(
    "spoil", [("expires=", "expires=9"), ("sig=", "sig=0"), ("?", "?x="), ("/00000001", "/00000002")]
)
def test_a_link_that_was_touched_is_refused(collected: dict[str, Any], spoil: tuple[str, str]) -> None:
    assert httpx.get(collected["resourceLocation"].replace(*spoil), timeout=60).status_code == 403


def test_downloads_are_recorded_too(twin: RunningTwin, collected: dict[str, Any]) -> None:
    httpx.get(collected["resourceLocation"], timeout=60)
    assert [seen.status for seen in twin.requests.to("/_files/00000001")] == [200]
