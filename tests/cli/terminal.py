"""A program in a real pseudo-terminal: type, read what it shows, see it end."""

import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path

TIMEOUT = 120.0
STEERING = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()][A-Z0-9]|[=>])")
ASKS_WHERE_THE_CURSOR_IS = b"\x1b[6n"


@dataclass
class Terminal:
    """The person's side of a terminal; `shown` is everything that was ever printed, without colours."""

    process: subprocess.Popen[bytes]
    descriptor: int
    raw: bytes = b""
    read: int = field(default=0)

    @property
    def shown(self) -> str:
        return STEERING.sub("", self.raw.decode("utf-8", "replace"))

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())

    def wait_for(self, text: str) -> None:
        """Read on until a text shows that was not there at the last wait."""
        deadline = time.monotonic() + TIMEOUT
        while (found := self.shown.find(text, self.read)) < 0:
            if time.monotonic() > deadline or not self._read(deadline):
                raise AssertionError(f"{text!r} never showed. What did: {self.shown[self.read :]!r}")
        self.read = found + len(text)

    def wait_for_the_end(self) -> int:
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline and self._read(deadline):
            pass
        return self.process.wait(timeout=TIMEOUT)

    def _read(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.descriptor, 65536)
        except OSError:  # Linux says so when the other side has closed
            return False
        if ASKS_WHERE_THE_CURSOR_IS in data:
            os.write(self.descriptor, b"\x1b[1;1R")
        self.raw += data
        return bool(data)


def members_of_session(session: int) -> list[int]:
    """The processes that were started in a session and live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if fields[0] != "Z" and int(fields[3]) == session:
            found.append(int(stat.parent.name))
    return found


def wait_until_nobody_is_left(session: int) -> None:
    deadline = time.monotonic() + TIMEOUT
    while left := members_of_session(session):
        if time.monotonic() > deadline:
            raise AssertionError(f"Processes {left} of session {session} do not end.")


@contextmanager
def in_terminal(argv: Sequence[str], environment: Mapping[str, str], *, columns: int = 100) -> Iterator[Terminal]:
    """Start a program in a terminal of its own; it is killed if it outlives the block."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        argv, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(timeout=TIMEOUT)
        os.close(ours)
