from __future__ import annotations

import io


class BoundedLog:
    """Keeps the beginning and the end of what is written, and says how much is missing between them."""

    def __init__(self, limit: int) -> None:
        self._half = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self._dropped = 0

    def write(self, data: bytes) -> None:
        room = self._half - len(self._head)
        if room > 0 and not self._tail:
            self._head += data[:room]
            data = data[room:]
        if not data:
            return
        self._tail += data
        if len(self._tail) > 2 * self._half:
            excess = len(self._tail) - self._half
            del self._tail[:excess]
            self._dropped += excess

    def add(self, line: str) -> None:
        self.write(line.encode("utf-8", "backslashreplace") + b"\n")

    def lines(self) -> list[str]:
        """Return the kept lines, with one line in place of those that were dropped."""
        if self._dropped:
            excess = max(0, len(self._tail) - self._half)
            dropped, tail = self._dropped + excess, self._tail[excess:]
            return [*_split(self._head), f"… {dropped} bytes of output are left out here …", *_split(tail)]
        return _split(self._head + self._tail)


def _split(data: bytearray) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


class LogStream(io.RawIOBase):
    """What `print` writes to: the log of the run that is on. Pack code cannot close it for the next run."""

    def __init__(self, fd: int) -> None:
        super().__init__()
        self._fd = fd
        self.log: BoundedLog | None = None

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._fd

    def write(self, data: object) -> int:
        copy = bytes(data)  # type: ignore[call-overload]  # anything with a buffer, as every raw stream takes
        if self.log is not None:
            self.log.write(copy)
        return len(copy)

    def close(self) -> None:
        """Stay open: a wrapper that is collected must not take the stream with it."""


def text_over(stream: LogStream) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8", errors="backslashreplace", write_through=True)  # type: ignore[arg-type]  # a raw stream is enough with write_through
