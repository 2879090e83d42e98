"""The simulated tenant that the console can start: a process that starts and ends with the server."""

import asyncio
import json
import os
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from warroom.cli.demo_twin import TwinProcess, started_twin
from warroom.model.json import JsonObject
from warroom.web.simulator import SimulatedTenant

NOTES = "simulator.json"
STATE = "simulator.state"
SCENARIO = "credential-dumping"
SPEED = 5.0
SEED = "1"


@dataclass(slots=True)
class HeldSimulator:
    """Runs the simulated tenant of a data folder. Its port, key and state are kept: the instance finds it again."""

    home: Path
    _stack: ExitStack = field(default_factory=ExitStack)
    _running: TwinProcess | None = None
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    _port: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.close()

    @property
    def origin(self) -> str:
        """Where it answers once it runs: the one local origin that collected files may be fetched from."""
        return f"http://127.0.0.1:{self._drawn_port()}"

    def _drawn_port(self) -> int:
        if not self._port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self._port = int(self._notes().get("port") or free.getsockname()[1])
        return self._port

    def _notes(self) -> JsonObject:
        path = self.home / NOTES
        return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}

    async def resume(self) -> None:
        """Start it when an earlier server of this folder had it."""
        if (self.home / NOTES).exists():
            await self.start()

    async def start(self) -> SimulatedTenant:
        """Start it, or return the one that runs; raises UnavailableError."""
        async with self._lock:
            if self._running is None:
                self._running = await asyncio.to_thread(self._start)
            return SimulatedTenant(url=self._running.url, api_key=self._running.api_key)

    def _start(self) -> TwinProcess:
        path = self.home / NOTES
        notes = self._notes()
        more = ["--seed", SEED, "--port", str(self._drawn_port()), "--state", str(self.home / STATE)]
        twin = self._stack.enter_context(
            started_twin(SCENARIO, SPEED, self.home, *more, api_key=str(notes.get("api_key", "")))
        )
        port = int(twin.url.rpartition(":")[2])
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"port": port, "api_key": twin.api_key}, file)
        return twin
