import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import FileIO
from typing import Any

import pytest

from warroom.host.guest.channel import Channel, HostGoneError, encode


class Host:
    """The other end of a channel."""

    def __init__(self) -> None:
        guest_in, self._write_fd = os.pipe()
        read_fd, guest_out = os.pipe()
        self._from_guest = os.fdopen(read_fd, "rb")
        self._guest_out = FileIO(guest_out, "wb")
        self.channel = Channel(guest_in, guest_out)

    def heard(self) -> Any:
        return json.loads(self._from_guest.readline())

    def say(self, message: object) -> None:
        os.write(self._write_fd, json.dumps(message).encode() + b"\n")

    def hang_up(self) -> None:
        if self._write_fd >= 0:
            os.close(self._write_fd)
            self._write_fd = -1

    def stop_listening(self) -> None:
        self._from_guest.close()

    def close(self) -> None:
        self.hang_up()
        self.stop_listening()
        self._guest_out.close()
        self.channel._incoming.close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def test_a_message_is_received_whole(host: Host) -> None:
    host.say({"op": "run", "text": "a\nb"})
    assert host.channel.receive() == {"op": "run", "text": "a\nb"}


def test_a_call_returns_its_answer(host: Host) -> None:
    host.say({"op": "reply", "id": 1, "value": [1]})
    assert host.channel.call("context", {"a": 1}) == [1]
    assert host.heard() == {"op": "call", "id": 1, "method": "context", "args": {"a": 1}}


def test_a_refusal_is_raised_with_its_text(host: Host) -> None:
    host.say({"op": "reply", "id": 1, "error": "There is no entry 9@1."})
    with pytest.raises(ValueError, match=r"There is no entry 9@1\."):
        host.channel.call("getFilePath", {})


def test_each_thread_gets_its_own_answer_whatever_their_order(host: Host) -> None:
    def answer_backwards() -> None:
        calls = [host.heard() for _ in range(8)]
        for call in reversed(calls):
            host.say({"op": "reply", "id": call["id"], "value": call["args"]["n"] * 10})

    host_side = threading.Thread(target=answer_backwards)
    host_side.start()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: host.channel.call("dt", {"n": n}), range(8)))
    host_side.join()
    assert answers == [n * 10 for n in range(8)]


def test_a_message_larger_than_the_pipe_arrives(host: Host) -> None:
    sender = threading.Thread(target=host.channel.send, args=(encode("x" * 1_000_000),))
    sender.start()
    assert host.heard() == "x" * 1_000_000
    sender.join()


def test_a_host_that_hangs_up_is_noticed_when_reading(host: Host) -> None:
    host.hang_up()
    with pytest.raises(HostGoneError):
        host.channel.receive()


def test_a_host_that_hangs_up_is_noticed_when_writing(host: Host) -> None:
    host.stop_listening()
    with pytest.raises(HostGoneError):
        host.channel.send("{}")


def test_what_json_does_not_know_becomes_text() -> None:
    value = {"at": datetime(2026, 1, 2, tzinfo=UTC), "raw": b"\xff", "tags": {"b", "a"}}
    assert json.loads(encode(value)) == {"at": "2026-01-02 00:00:00+00:00", "raw": "\ufffd", "tags": ["a", "b"]}
