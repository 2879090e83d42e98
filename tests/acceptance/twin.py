"""A twin as a process of its own, and what a test may ask of it."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from tests.forked import start
from visionone_sim.control_room import ControlRoom
from warroom.model.json import Json, JsonObject

PROGRAM = str(Path(sys.executable).with_name("visionone-sim"))
API_KEY = "acceptance-key"
STOP_SECONDS = 60.0


def hash_of_pieces(pieces: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class TwinProcess:
    """A running twin."""

    url: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def control(self) -> ControlRoom:
        """What puts things into the tenant and reads back what was asked of it."""
        return ControlRoom(url=self.url)

    def state(self, part: str) -> list[JsonObject]:
        """Return one part of the twin's state: alerts, tasks, notes, files, endpoints."""
        found: list[JsonObject] = self._get("/_twin/state", part=part)[part]
        return found

    def collected(self) -> JsonObject:
        """Return the one task that collected a file, as the API shows it, with a new link."""
        (task,) = [task for task in self.state("tasks") if task["action"] == "collectFile"]
        return self._get(f"/v3.0/response/tasks/{task['id']}")

    def hash_of_download(self, url: str) -> str:
        """Fetch a link and hash what comes."""
        with httpx.stream("GET", url, timeout=60, verify=False) as answer:
            return hash_of_pieces(answer.raise_for_status().iter_bytes())

    def requests(self, path: str = "", method: str = "") -> list[JsonObject]:
        """Return the requests that the twin has answered, whose path ends so."""
        items: list[JsonObject] = self._get("/_twin/requests")["items"]
        return [item for item in items if item["path"].endswith(path) and method in {"", item["method"]}]

    def fail(self, *faults: JsonObject) -> None:
        """Add rows to its table of faults; the first one that fits a request counts."""
        self._post("/_twin/faults", list(faults))

    def raise_alerts(self, **order: Json) -> list[str]:
        """Let detections happen; gives their ids."""
        ids: list[str] = self._post("/_twin/alerts", order)["ids"]
        return ids

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _get(self, path: str, **params: str) -> JsonObject:
        headers = {"Authorization": f"Bearer {API_KEY}"}
        answer = httpx.get(self.url + path, params=params, headers=headers, timeout=60, verify=False)
        return dict(answer.raise_for_status().json())

    def _post(self, path: str, body: Json) -> JsonObject:
        answer = httpx.post(self.url + path, json=body, timeout=60, verify=False)
        assert answer.is_success, answer.text
        return dict(answer.json())


@contextmanager
def started_twin(folder: Path, *options: str, anew: bool = False) -> Iterator[TwinProcess]:
    """Run a twin until the end of the block. It is forked, or started anew."""
    with (folder / "twin.log").open("a+", encoding="utf-8") as log:
        process = _start(options, log, anew=anew)
        try:
            yield TwinProcess(url=_url(process, log), process=process)
        finally:
            _stop(process)


def _start(options: tuple[str, ...], log: IO[str], *, anew: bool) -> subprocess.Popen[str]:
    environment = os.environ | {"VISIONONE_SIM_API_KEY": API_KEY}
    return start(PROGRAM, "--json", *options, anew=anew, stdout=subprocess.PIPE, stderr=log, env=environment)


def _url(process: subprocess.Popen[str], log: IO[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        log.seek(0)
        raise AssertionError(f"The twin did not start: {log.read()}")
    return str(json.loads(line)["url"])


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    finally:
        process.kill()
        assert process.stdout
        process.stdout.close()
        process.wait()
