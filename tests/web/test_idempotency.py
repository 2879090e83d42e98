import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.clients import ORIGIN, WRITE, Clients, NoSimulator, opened_clients
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.services.ports.replies import Reply
from warroom.services.writing.journal import Journal
from warroom.testing.clock import ManualClock
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import an_incident, some_changes
from warroom.web.api import API
from warroom.web.app import make_app

KEY = {"Idempotency-Key": "k1"}
PATH = f"{API}/incidents"


async def test_a_write_that_is_sent_again_is_done_once_and_answered_the_same(clients: Clients) -> None:
    first = await clients.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    again = await clients.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await clients.reader.get(PATH)).json()["items"]) == 1


async def test_two_at_once_are_one(clients: Clients) -> None:
    answers = await asyncio.gather(*(clients.analyst.post(PATH, json={"name": "New"}, headers=KEY) for _ in range(5)))
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_the_key_of_another_person_is_another_key(clients: Clients) -> None:
    first = await clients.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    other = await clients.responder.post(PATH, json={"name": "New"}, headers=KEY)
    assert first.json()["id"] != other.json()["id"]


async def test_a_key_that_came_with_another_request_is_refused(clients: Clients) -> None:
    await clients.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    answer = await clients.analyst.post(PATH, json={"name": "Other"}, headers=KEY)
    assert answer.status_code == 409
    assert "another request" in answer.json()["detail"]


async def test_a_restart_forgets_no_answer(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with open_app(Settings(home=home)) as app, opened_clients(app) as clients:
        token = dict(clients.admin.cookies)
        first = await clients.admin.post(PATH, json={"name": "New"}, headers=KEY)
    async with open_app(Settings(home=home)) as app:
        transport = httpx.ASGITransport(make_app(app, NoSimulator()))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=token, headers=WRITE) as client:
            again = await client.post(PATH, json={"name": "New"}, headers=KEY)
            other = await client.post(PATH, json={"name": "Other"}, headers=KEY)
            incidents = (await client.get(PATH)).json()["items"]
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert (again.headers["idempotency-replayed"], other.status_code, len(incidents)) == ("true", 409, 1)


async def test_an_answer_lies_in_the_database_encrypted(clients: Clients) -> None:
    made = await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"}, headers=KEY)
    assert made.status_code == 201, made.text
    files = [path.read_bytes() for path in clients.app.home.glob("warroom.db*")]
    assert not any(made.json()["secret"].encode() in content for content in files)
    again = await clients.admin.post(f"{API}/api-keys", json={"name": "ci", "role": "reader"}, headers=KEY)
    assert again.json()["secret"] == made.json()["secret"]


async def test_what_was_cut_off_is_not_done_again_by_itself(clients: Clients) -> None:
    seen: list[Reply] = []

    class Dying:
        """Stands for a process that dies when the request is done and its answer is not kept."""

        async def start(self, reply: Reply, expired: datetime) -> Reply | None:
            seen.append(reply)
            return await clients.app.replies.start(reply, expired)

        async def end(self, name: str, sealed: str) -> None:
            """Die before the answer is kept."""

        async def drop(self, name: str) -> None:
            """Die before it is forgotten."""

    async with opened_clients_again(clients, replies=Dying()) as client:
        await client.post(PATH, json={"name": "New"}, headers=KEY)
    answer = await clients.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    assert (answer.status_code, len(seen)) == (409, 1)
    assert "Look whether it was done" in answer.json()["detail"]


async def test_after_a_day_a_key_is_a_new_one(clients: Clients) -> None:
    clock = ManualClock(datetime.now(UTC))
    async with opened_clients_again(clients, clock=clock) as client:
        first = await client.post(PATH, json={"name": "New"}, headers=KEY)
        clock.advance(23 * 3600)
        again = await client.post(PATH, json={"name": "New"}, headers=KEY)
        clock.advance(3601)
        later = await client.post(PATH, json={"name": "New"}, headers=KEY)
    assert first.json()["id"] == again.json()["id"] != later.json()["id"]


async def test_a_failure_of_ours_is_not_kept(clients: Clients) -> None:
    store = UnsteadyStore(1)
    await store.commit(some_changes(incidents=[an_incident()]))
    war_room = replace(clients.app.war_room, store=store, journal=Journal(store))
    async with opened_clients_again(clients, war_room=war_room) as client:
        store.rate = 1.0
        failed = await client.post(f"{PATH}/1/notes", json={"text": "hello"}, headers=KEY)
        store.rate = 0.0
        done = await client.post(f"{PATH}/1/notes", json={"text": "hello"}, headers=KEY)
    assert (failed.status_code, done.status_code) == (503, 201)


@asynccontextmanager
async def opened_clients_again(clients: Clients, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Open the same folder once more with other parts, and give the analyst's client."""
    transport = httpx.ASGITransport(make_app(replace(clients.app, **changes), NoSimulator()))
    cookies = dict(clients.analyst.cookies)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies, headers=WRITE) as client:
        yield client


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_a_length(clients: Clients, key: str) -> None:
    answer = await clients.analyst.post(PATH, json={"name": "New"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


async def test_a_session_is_never_given_twice(clients: Clients) -> None:
    body = {"name": "reader", "password": "correct horse battery"}
    first = await clients.nobody.post(f"{API}/session", json=body, headers=KEY)
    clients.nobody.cookies.clear()
    again = await clients.nobody.post(f"{API}/session", json=body, headers=KEY)
    assert first.headers["set-cookie"] != again.headers["set-cookie"]


async def files_of(clients: Clients, incident: str) -> list[str]:
    return [item["id"] for item in (await clients.admin.get(f"{API}/evidence?incident={incident}")).json()["items"]]


async def test_a_file_that_is_sent_again_is_kept_once_and_other_bytes_are_refused(clients: Clients) -> None:
    incident = await clients.incident()
    path, body = f"{API}/incidents/{incident}/files?name=a.bin", b"x" * (17 << 20)
    first = await clients.analyst.post(path, content=body, headers=KEY)
    again = await clients.analyst.post(path, content=body, headers=KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    other = await clients.analyst.post(path, content=body[:-1] + b"y", headers=KEY)
    assert (other.status_code, "another request" in other.json()["detail"]) == (409, True)
    renamed = await clients.analyst.post(path.replace("a.bin", "b.bin"), content=body, headers=KEY)
    assert renamed.status_code == 409
    assert await files_of(clients, incident) == [first.json()["id"]]
    assert (await clients.analyst.post(path, content=body)).json()["id"] != first.json()["id"]


async def test_two_uploads_at_once_with_one_key_are_one(clients: Clients) -> None:
    incident = await clients.incident()
    path = f"{API}/incidents/{incident}/files?name=a.bin"
    answers = await asyncio.gather(*(clients.analyst.post(path, content=b"abc", headers=KEY) for _ in range(4)))
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await files_of(clients, incident)) == 1


async def test_an_upload_that_was_refused_or_broke_off_keeps_nothing(clients: Clients) -> None:
    incident = await clients.incident()
    path = f"{API}/incidents/{incident}/files?name=a.bin"
    for _ in range(2):
        empty = await clients.analyst.post(path, content=b"", headers=KEY)
        assert (empty.status_code, "is empty" in empty.text) == (422, True)

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    broke_off = await clients.analyst.post(path, content=broken(), headers={"Idempotency-Key": "k2"})
    assert broke_off.status_code == 503
    assert await files_of(clients, incident) == []
    whole = await clients.analyst.post(path, content=b"whole", headers={"Idempotency-Key": "k2"})
    assert whole.status_code == 201
    assert await files_of(clients, incident) == [whole.json()["id"]]
