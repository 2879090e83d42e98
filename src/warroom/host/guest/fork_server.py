"""What the fork server's process runs: it imports what all workers need and forks each worker when the host orders it.

It runs no code of packs and has one thread, so that forking is safe. The host's side is `host/fork_server.py`.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from typing import Any

from .patches import MODULES  # noqa: TID252  # warroom is not importable in a worker
from .sources import Sources  # noqa: TID252  # as above

HEAD = struct.Struct("!I")  # the length of an order, in bytes
PIPES = 3  # sent with each order: the worker's input, its output, and what it prints outside of them


class ForkLoop:
    """Takes orders of the host, forks a worker for each, and reports workers that have ended. It ends with the host."""

    def __init__(self, orders: socket.socket) -> None:
        self._orders = orders
        self._sources = Sources()
        self._ended, self._notices = os.pipe()
        for fd in (self._ended, self._notices):
            os.set_blocking(fd, False)

    def serve(self) -> tuple[int, int, Sources]:
        """Fork until the host is gone. Returns only in a worker: its two pipes, and the compiled code."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._notices, warn_on_full_buffer=False)
        poll = select.poll()
        poll.register(self._ended, select.POLLIN)
        poll.register(self._orders, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == self._ended:
                    os.read(self._ended, 4096)
                    self._report_ended()
                elif pipes := self._take_order():
                    return (*pipes, self._sources)

    def _take_order(self) -> tuple[int, int] | None:
        head, pipes, _, _ = socket.recv_fds(self._orders, HEAD.size, PIPES)
        if len(head) < HEAD.size:
            sys.exit()
        (size,) = HEAD.unpack(head)
        self._learn(json.loads(self._receive(size)))
        try:
            pid = os.fork()
        except OSError as error:
            self._say({"refused": error.errno})
            pid = -1
        if pid == 0:
            return self._become_worker(*pipes)
        for fd in pipes:
            os.close(fd)
        return None

    def _receive(self, size: int) -> bytes:
        """Read this many bytes, in pieces: MSG_WAITALL would return early on a signal."""
        data = bytearray()
        while len(data) < size:
            piece = self._orders.recv(size - len(data))
            if not piece:
                sys.exit()
            data += piece
        return bytes(data)

    def _learn(self, order: dict[str, Any]) -> None:
        """Compile the code of the next workers. Code that does not compile raises its error in the worker."""
        self._sources.add(order["sources"], order["files"])
        for name, key in order["names"]:
            with contextlib.suppress(Exception):
                self._sources.compiled(name, key)
        gc.freeze()  # pages that the collector does not touch stay shared with the workers

    def _become_worker(self, read_fd: int, write_fd: int, stray_fd: int) -> tuple[int, int]:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(stray_fd, 1)
        os.dup2(stray_fd, 2)
        for fd in (stray_fd, self._ended, self._notices):
            os.close(fd)
        self._say({"started": os.getpid()})  # only now, after setsid: the host may kill the process group from here on
        self._orders.close()
        return read_fd, write_fd

    def _report_ended(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self._say({"ended": ended[0], "code": os.waitstatus_to_exitcode(ended[1])})

    def _say(self, what: dict[str, int | None]) -> None:
        try:
            self._orders.sendall(json.dumps(what).encode() + b"\n")
        except BrokenPipeError:
            sys.exit()  # the host has ended


def serve(orders_fd: int) -> tuple[int, int, Sources]:
    """Import the modules that content uses, then fork; returns only in a worker."""
    for name in MODULES:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    os.set_inheritable(orders_fd, False)
    return ForkLoop(socket.socket(fileno=orders_fd)).serve()
