from collections.abc import AsyncIterator

import pytest

from tests.web.clients import Clients, NoSimulator
from tests.web.routes import filled, routes
from warroom.services.incidents.uploading import MOST_BYTES as MOST_OF_A_FILE
from warroom.web.api import API
from warroom.web.app import make_app
from warroom.web.limits import MOST_BYTES, MOST_OF_STRANGERS


async def _pieces() -> AsyncIterator[bytes]:
    for _ in range(MOST_BYTES // (1 << 20) + 1):
        yield b" " * (1 << 20)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}])
@pytest.mark.parametrize("is_streamed", [True, False])
async def test_a_body_that_is_too_large_is_refused(
    clients: Clients, headers: dict[str, str], is_streamed: bool
) -> None:
    content = _pieces() if is_streamed else b" " * (MOST_BYTES + 1)
    answer = await clients.analyst.post(f"{API}/incidents", content=content, headers=headers)
    assert answer.status_code == 413
    assert "larger than" in answer.json()["detail"]


def _declared(length: int, **more: str) -> dict[str, str]:
    return {"Content-Length": str(length), "Content-Type": "application/json", **more}


async def test_on_every_route_a_stranger_may_send_little_and_a_user_not_too_much(clients: Clients) -> None:
    doors = [(method, filled(path)) for method, path in routes(make_app(clients.app, NoSimulator()).routes)]
    bringing = [(method, path) for method, path in doors if method in {"POST", "PUT", "PATCH"} and "%00" not in path]
    assert len(bringing) > 25
    for method, path in bringing:
        is_file = path.endswith("/files")
        stranger = await clients.nobody.request(method, path, content=b"{}", headers=_declared(MOST_OF_STRANGERS + 1))
        assert stranger.status_code == 401, (method, path)
        most = MOST_OF_A_FILE if is_file else MOST_BYTES
        answer = await clients.admin.request(method, path, content=b"{}", headers=_declared(most + 1))
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json"), path
        assert answer.json()["detail"].startswith(f"The {'file' if is_file else 'request'} is larger than {most} ")


@pytest.mark.parametrize("key", ["", "k"])
async def test_a_stranger_who_does_not_say_how_much_comes_is_stopped_too(clients: Clients, key: str) -> None:
    sent = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 1
            yield b" " * (32 << 10)

    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
    answer = await clients.nobody.post(f"{API}/session", content=pieces(), headers=headers)
    assert (answer.status_code, "Sign in" in answer.json()["detail"]) == (401, True)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_page_of_another_site_makes_nobody_send_much(clients: Clients) -> None:
    evil = _declared(MOST_OF_STRANGERS + 1, Origin="http://evil.example")
    assert (await clients.admin.post(f"{API}/incidents", content=b"{}", headers=evil)).status_code == 403


@pytest.mark.parametrize(
    "path", ["/files", "/login/files", f"{API}/files", f"{API}/incidents/1/x/files", f"{API}/incidents//files"]
)
async def test_only_the_door_for_files_takes_one(clients: Clients, path: str) -> None:
    headers = _declared(MOST_BYTES + 1)
    assert (await clients.admin.post(path, content=b"{}", headers=headers)).status_code == 413


async def test_a_note_of_a_megabyte_is_taken(clients: Clients) -> None:
    incident = await clients.incident()
    answer = await clients.analyst.post(f"{API}/incidents/{incident}/notes", json={"text": "x" * 1_000_000})
    assert answer.status_code == 201


async def test_a_long_answer_comes_compressed_and_evidence_as_it_is(clients: Clients) -> None:
    assert (await clients.reader.get(f"{API}/commands")).headers["content-encoding"] == "gzip"
    incident = await clients.incident()
    typed = f'!SaveText text="{"x" * 5000}"'
    await clients.done(await clients.responder.post(f"{API}/incidents/{incident}/commands", json={"text": typed}))
    (entry,) = (await clients.reader.get(f"{API}/evidence")).json()["items"]
    file = await clients.responder.get(f"{API}/entries/{entry['id']}/file")
    assert "content-encoding" not in file.headers
    assert file.headers["content-length"] == "5000"
