"""The demo's twin: a process of its own, on a loopback port, with a random key."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from warroom.model.errors import UnavailableError
from warroom.model.json import JsonObject

STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinProcess:
    """A running twin."""

    url: str
    api_key: str = field(repr=False)
    speed: float = 1.0

    def state(self) -> JsonObject:
        """Return the state of the twin."""
        return self._get("/_twin/state")

    def requests(self) -> int:
        """Count the requests that the twin has answered."""
        return int(self._get("/_twin/requests")["total"])

    def _get(self, path: str) -> JsonObject:
        answer = httpx.get(self.url + path, timeout=30.0)
        answer.raise_for_status()
        return dict(answer.json())


@contextmanager
def started_twin(scenario: str, speed: float, folder: Path, *more: str, api_key: str = "") -> Iterator[TwinProcess]:
    """Run a twin while the context lasts; its key is passed in the environment, its log is in the folder.

    It ends with this process even when that is killed: its standard input is closed then.
    """
    api_key = api_key or secrets.token_urlsafe(24)
    command = [sys.executable, "-m", "visionone_sim", "--json", "--scenario", scenario, "--speed", str(speed)]
    with (folder / "twin.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603  # our own program
            [*command, "--with-parent", *more],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=os.environ | {"VISIONONE_SIM_API_KEY": api_key},
            start_new_session=True,
        )
        try:
            yield TwinProcess(url=_url(process, folder), api_key=api_key, speed=speed)
        finally:
            _stop(process)


def _url(process: subprocess.Popen[str], folder: Path) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        reason = (folder / "twin.log").read_text(encoding="utf-8").strip() or f"exit code {process.wait()}"
        raise UnavailableError(f"The twin did not start: {reason}")
    return str(json.loads(line)["url"])


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
