"""Real worker processes for tests, with a server that answers from a table."""

import asyncio
from pathlib import Path
from typing import Any

from warroom.host.runner import WarmRunner
from warroom.services.ports.runner import Ran, Run
from warroom.testing.code import python_code
from warroom.testing.server import FakeServer

PID = "import os; demisto.results(os.getpid())"
OF_THE_CODE = ("at", "docker_image", "file", "language", "subtype")


def a_run(text: str, **fields: Any) -> Run:
    """A run of code; the worker is that of one integration instance unless it is said."""
    of_the_code = {name: fields.pop(name) for name in OF_THE_CODE if name in fields}
    known: dict[str, Any] = {"worker": "instance-1", "name": "Probe", "timeout": 20.0}
    return Run(code=python_code(text, **of_the_code), **{**known, **fields})


class Lab:
    """A runner and its server."""

    def __init__(self, runner: WarmRunner) -> None:
        self.runner = runner
        self.server = FakeServer()

    async def ran(self, text: str, **fields: Any) -> Ran:
        """Run it; its scratch folder is gone when this returns."""
        async with self.runner.run(a_run(text, **fields), self.server) as ran:
            return ran

    async def results(self, text: str, **fields: Any) -> list[Any]:
        """The results of code that is expected to end well."""
        ran = await self.ran(text, **fields)
        assert not ran.error, ran.traceback
        return list(ran.results)


async def is_gone(pid: int) -> bool:
    """Wait for a process to end."""
    for _ in range(6000):
        if _state(pid) in {"", "Z"}:
            return True
        await asyncio.sleep(0.01)
    return False


def _state(pid: int) -> str:
    """The letter of a process's state (Z: ended, but not buried), or nothing when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
