"""A webhook over a socket: taken, refused for now and for good, led elsewhere, cut off, not there."""

import socket

import pytest

from tests.outbound.hook import hook
from warroom.outbound.webhook import send
from warroom.services.ports.notices import SendError, Sent


async def ended(url: str, seconds: float = 5.0) -> tuple[Sent, str]:
    with pytest.raises(SendError) as failed:
        await send(url, {"a": 1}, "id1", seconds)
    return failed.value.ended, str(failed.value)


async def test_what_is_taken_carries_its_id() -> None:
    with hook() as there:
        await send(f"{there.url}/secret-path", {"a": 1}, "id1", 5.0)
    assert (there.asked, there.keys) == ([{"a": 1}], ["id1"])


@pytest.mark.parametrize(
    ("status", "state"),
    [(429, Sent.WAITING), (500, Sent.WAITING), (503, Sent.WAITING), (404, Sent.REFUSED), (302, Sent.REFUSED)],
)
async def test_a_refusal_says_whether_it_is_for_now_and_names_no_path(status: int, state: Sent) -> None:
    with hook() as there:
        there.answers = [status]
        found, said = await ended(f"{there.url}/secret-path")
        assert len(there.asked) == 1
    assert found is state
    assert said.startswith(f"127.0.0.1 answers with HTTP {status}.")
    assert "secret-path" not in said


async def test_what_is_not_answered_may_have_been_taken() -> None:
    with hook() as there:
        there.answers = [0]
        assert (await ended(there.url, 0.5))[0] is Sent.UNKNOWN


async def test_what_is_not_there_is_asked_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        assert (await ended(f"http://127.0.0.1:{taken.getsockname()[1]}"))[0] is Sent.WAITING
