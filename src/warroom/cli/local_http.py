"""HTTP over a Unix socket, as much of it as asking our own server needs."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

MARK = b"\r\n\r\n"
STATUS = re.compile(r"HTTP/[0-9.]+ ([0-9]{3})(?: |$)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def post(path: Path, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Ask once, on a connection of its own; raises OSError when there is no server or it breaks off.

    It uses HTTP/1.0: the answer is not chunked and ends with the connection.
    """
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(_head(target, {"host": "warroom", "content-length": str(len(body)), **headers}) + body)
        await writer.drain()
        return _read(await reader.read())
    finally:
        writer.close()


def _head(target: str, headers: Mapping[str, str]) -> bytes:
    lines = (f"POST {target} HTTP/1.0", *(f"{name}: {value}" for name, value in headers.items()))
    return b"\r\n".join(_line(line) for line in lines) + MARK


def _line(text: str) -> bytes:
    return "".join(filter(str.isprintable, text)).encode("latin-1", "replace")


def _read(said: bytes) -> Answer:
    head, mark, body = said.partition(MARK)
    first, *lines = head.decode("latin-1").split("\r\n")
    status = STATUS.match(first) if mark else None
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = str(len(body))
    if not status or headers.get("content-length", length) != length:
        raise ConnectionError("it broke off")
    return Answer(int(status[1]), headers, body)
