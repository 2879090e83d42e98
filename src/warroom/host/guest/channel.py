from __future__ import annotations

import itertools
import json
import os
import threading
from typing import Any


class HostGoneError(Exception):
    """The host has closed its end of the pipe."""


def encode(value: object) -> str:
    """Compact JSON in one line; what JSON does not know becomes text, as a server would show it."""
    return _encode(value)


def _as_json(value: object) -> object:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return str(value)


_encode = json.JSONEncoder(separators=(",", ":"), default=_as_json).encode  # dumps would make one for each value


class Channel:
    """JSON lines on two pipes.

    Any thread may call. The thread that waits first reads for all of them: there is no reader thread, since waking
    one costs more than the read.
    """

    def __init__(self, read_fd: int, write_fd: int) -> None:
        self._incoming = os.fdopen(read_fd, "rb", buffering=1 << 16)
        self._write_fd = write_fd
        self._writing = threading.Lock()
        self._turn = threading.Condition()
        self._is_read = False
        self._replies: dict[int, dict[str, Any]] = {}
        self._ids = itertools.count(1)

    def receive(self) -> dict[str, Any]:
        line = self._incoming.readline()
        if not line.endswith(b"\n"):
            raise HostGoneError
        message: dict[str, Any] = json.loads(line)
        return message

    def send(self, line: str) -> None:
        rest = memoryview(line.encode() + b"\n")
        with self._writing:
            while rest:
                try:
                    written = os.write(self._write_fd, rest)
                except BrokenPipeError as broken:
                    raise HostGoneError from broken
                rest = rest[written:]

    def call(self, method: str, args: object) -> Any:
        """Call the server and wait for the answer; a refusal raises ValueError with its text, as in XSOAR."""
        number = next(self._ids)
        self.send(encode({"op": "call", "id": number, "method": method, "args": args}))
        reply = self._wait_for(number)
        if "error" in reply:
            raise ValueError(reply["error"])
        return reply.get("value")

    def _wait_for(self, number: int) -> dict[str, Any]:
        with self._turn:
            while number not in self._replies:
                if self._is_read:
                    self._turn.wait()
                else:
                    self._read_one()
            return self._replies.pop(number)

    def _read_one(self) -> None:
        self._is_read = True
        self._turn.release()
        try:
            message = self.receive()
        finally:
            self._turn.acquire()
            self._is_read = False
            self._turn.notify_all()
        self._replies[message["id"]] = message
