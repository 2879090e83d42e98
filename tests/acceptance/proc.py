"""What the system says about processes."""

from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """Give the processes that a process has started, and those that they have started."""
    return [below for child in _children(pid) for below in (child, *children(child))]


def is_alive(pid: int) -> bool:
    """Whether a process is there and is no zombie."""
    return _status(pid).get("State", "Z")[0] not in "ZX"


def peak_bytes(pid: int) -> int:
    """Give the most memory that a process has had in RAM so far; 0 when it is gone."""
    return int(_status(pid).get("VmHWM", "0 kB").split()[0]) * 1024


def with_text(text: str) -> list[int]:
    """Find the processes whose command line holds this text."""
    return [pid for pid in _all() if any(text in word for word in _command_line(pid))]


def _all() -> Iterator[int]:
    return (int(folder.name) for folder in PROC.iterdir() if folder.name.isdigit())


def _command_line(pid: int) -> list[str]:
    return _read(PROC / str(pid) / "cmdline").split("\0")


def _children(pid: int) -> list[int]:
    tasks = (PROC / str(pid) / "task").glob("*/children")
    return [int(child) for file in tasks for child in _read(file).split()]


def _status(pid: int) -> dict[str, str]:
    lines = _read(PROC / str(pid) / "status").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return ""
