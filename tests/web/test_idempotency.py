import asyncio

import pytest

from tests.web.desk import Desk
from warroom.web.api import API

KEY = {"Idempotency-Key": "k1"}
PATH = f"{API}/incidents"


async def test_a_write_that_is_sent_again_is_done_once_and_answered_the_same(desk: Desk) -> None:
    first = await desk.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    again = await desk.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len((await desk.reader.get(PATH)).json()["items"]) == 1


async def test_two_at_once_are_one(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.analyst.post(PATH, json={"name": "New"}, headers=KEY) for _ in range(5)))
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_the_key_of_another_person_is_another_key(desk: Desk) -> None:
    first = await desk.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    other = await desk.responder.post(PATH, json={"name": "New"}, headers=KEY)
    assert first.json()["id"] != other.json()["id"]


async def test_a_key_that_came_with_another_request_is_refused(desk: Desk) -> None:
    await desk.analyst.post(PATH, json={"name": "New"}, headers=KEY)
    answer = await desk.analyst.post(PATH, json={"name": "Other"}, headers=KEY)
    assert answer.status_code == 409
    assert "another request" in answer.json()["detail"]


@pytest.mark.parametrize("key", ["", "k" * 201])
async def test_a_key_has_a_length(desk: Desk, key: str) -> None:
    answer = await desk.analyst.post(PATH, json={"name": "New"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422


async def test_a_session_is_never_given_twice(desk: Desk) -> None:
    body = {"name": "reader", "password": "correct horse battery"}
    first = await desk.nobody.post(f"{API}/session", json=body, headers=KEY)
    desk.nobody.cookies.clear()
    again = await desk.nobody.post(f"{API}/session", json=body, headers=KEY)
    assert first.headers["set-cookie"] != again.headers["set-cookie"]
