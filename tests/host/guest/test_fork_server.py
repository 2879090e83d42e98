"""The fork server by its own words: orders with pipes go in, notices come out."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warroom.host.fork_server import GUEST
from warroom.host.guest.fork_server import HEAD

LIMITS = {"open_files": 256, "address_space": None, "file_size": None, "log_limit": 4096, "result_limit": 1 << 20}
NOTHING_NEW: dict[str, Any] = {"sources": {}, "files": {}, "names": []}
PATIENCE = 60.0


class Host:
    """The other end of the socket."""

    def __init__(self) -> None:
        self.orders, theirs = socket.socketpair()
        self.orders.settimeout(PATIENCE)
        with theirs:
            words = [sys.executable, "-I", str(GUEST), str(theirs.fileno()), json.dumps(LIMITS)]
            self.process = subprocess.Popen(words, pass_fds=[theirs.fileno()])
        self._notices = self.orders.makefile("rb")

    def order(self, order: dict[str, Any] = NOTHING_NEW) -> tuple[int, int]:
        """Order a worker; gives our ends of its pipes."""
        guest_in, to_guest = os.pipe()
        from_guest, guest_out = os.pipe()
        body = json.dumps(order).encode()
        socket.send_fds(self.orders, [HEAD.pack(len(body))], [guest_in, guest_out, guest_out])
        self.orders.sendall(body)
        os.close(guest_in)
        os.close(guest_out)
        return to_guest, from_guest

    def notice(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self._notices.readline())
        return found

    def close(self) -> None:
        self._notices.close()
        self.orders.close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()
    assert host.process.wait(PATIENCE) == 0


def test_it_says_how_a_worker_has_ended(host: Host) -> None:
    pipes = host.order()
    pid = host.notice()["started"]
    os.kill(pid, signal.SIGKILL)
    assert host.notice() == {"ended": pid, "code": -signal.SIGKILL}
    for fd in pipes:
        os.close(fd)


def test_a_signal_in_the_middle_of_an_order_cuts_nothing_off(host: Host) -> None:
    guest_in, to_guest = os.pipe()
    from_guest, guest_out = os.pipe()
    body = json.dumps({**NOTHING_NEW, "sources": {"k": "x" * (1 << 20)}}).encode()
    socket.send_fds(host.orders, [HEAD.pack(len(body))], [guest_in, guest_out, guest_out])
    host.orders.sendall(body[: len(body) // 2])
    while not _is_asleep(host.process.pid):  # it has read the first half, and waits for the other
        pass
    os.kill(host.process.pid, signal.SIGCHLD)
    host.orders.sendall(body[len(body) // 2 :])
    assert host.notice()["started"]
    for fd in (guest_in, guest_out, to_guest, from_guest):
        os.close(fd)


def _is_asleep(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] == "S"


def test_it_ends_when_its_host_is_gone_in_the_middle_of_an_order(host: Host) -> None:
    ends = os.pipe()
    socket.send_fds(host.orders, [HEAD.pack(1000)], [ends[0], ends[1], ends[1]])
    host.orders.sendall(b"{")
    for fd in ends:
        os.close(fd)
    host.close()
    assert host.process.wait(PATIENCE) == 0


def test_it_forks_on_when_a_text_makes_no_sense(host: Host) -> None:
    pipes = [host.order({"sources": {"k": "def ("}, "files": {}, "names": [["Probe", "k"], ["Other", "gone"]]})]
    first = host.notice()["started"]
    pipes.append(host.order())
    second = host.notice()["started"]
    assert first != second
    for fd in (end for pair in pipes for end in pair):
        os.close(fd)  # which ends both
    assert {host.notice()["ended"], host.notice()["ended"]} == {first, second}


def test_it_ends_with_its_host_and_so_do_its_workers(host: Host) -> None:
    to_guest, from_guest = host.order()
    pid = host.notice()["started"]
    host.close()
    os.close(to_guest)
    assert os.read(from_guest, 1) == b""  # nobody holds the other end any more
    assert host.process.wait(PATIENCE) == 0
    assert not Path(f"/proc/{pid}/fd/1").exists()
    os.close(from_guest)
