"""A data folder, the `warroom` commands on it, and the server that may hold it."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.acceptance.proc import children, is_alive
from tests.acceptance.twin import API_KEY
from tests.acceptance.waiting import until
from tests.database import lay_home
from tests.forked import own_environment, run, start
from warroom.model.json import Json, JsonObject
from warroom.web.local_socket import socket_path

PROGRAM = str(Path(sys.executable).with_name("warroom"))
INSTANCE = "v1"
SPEED = 20  # content waits ten seconds at least between two polls
FETCH_SECONDS = 20  # of content time
COMMAND_SECONDS = 180
ENDED = {"completed", "failed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A `warroom serve` that runs."""

    process: subprocess.Popen[str]
    log: Path

    def ready(self) -> None:
        """Return when it says that it serves."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith("warroom serves"), self.log.read_text(encoding="utf-8")

    def workers(self) -> list[int]:
        return children(self.process.pid)

    def dies_within(self, seconds: float) -> bool:
        """Let it run for a while; whether it has ended by itself."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """Kill it at once; returns when its workers are gone too."""
        workers = self.workers()
        self.process.kill()
        self._close()
        until(lambda: not any(map(is_alive, workers)), "the workers of a killed server end")

    def stop(self) -> int:
        """Ask it to end; gives its exit code."""
        self.process.terminate()
        code = self.process.wait(COMMAND_SECONDS)
        self._close()
        return code

    def _close(self) -> None:
        self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A data folder."""

    home: Path

    def command(self, *words: str, code: int = 0, anew: bool = False) -> subprocess.CompletedProcess[str]:
        """Run `warroom` on the folder, as a user does; fails when it ends with another code."""
        done = run(
            *(PROGRAM, "--home", str(self.home), *words),
            anew=anew,
            timeout=COMMAND_SECONDS,
            cwd=self.home.parent,
            env=own_environment(),
        )
        assert done.returncode == code, f"{words} ended with {done.returncode}: {done.stdout}{done.stderr}"
        return done

    def read(self, *words: str) -> Json:
        """Run a command with `--json` and read what it prints."""
        return json.loads(self.command(*words, "--json").stdout)

    def add_instance(self, url: str, **more: str) -> None:
        key = self.home.parent / "key"
        key.write_text(API_KEY, encoding="utf-8")
        lay_home(self.home)
        given = {"url": url, "isFetch": "true", "respond": "propose", **more}  # so that no plan waits for a person
        params = [word for name, value in given.items() for word in ("--param", f"{name}={value}")]
        secret = ("--secret", f"apikey=@{key}")
        self.command("instance", "add", INSTANCE, "--integration", "VisionOneResponse", *params, *secret)

    def call(self, operation: str, **asked: Json) -> Json:
        """Ask the server through its socket, as the commands do, without the cost of a process."""
        answer = self.ask(operation, **asked)
        assert answer.is_success, answer.text
        return answer.json()["result"]

    def ask(self, operation: str, **asked: Json) -> httpx.Response:
        """Ask the server; it may refuse."""
        # Without `verify` each client would load all certificates, which takes longer than the pause between two polls.
        transport = httpx.HTTPTransport(uds=str(socket_path(self.home)), verify=False)
        with httpx.Client(transport=transport, base_url="http://warroom", timeout=COMMAND_SECONDS) as client:
            return client.post(f"/operations/{operation}", json=asked)

    @contextmanager
    def served(self, *options: str, anew: bool = False) -> Iterator[Server]:
        """Serve the folder until the end of the block; it may have been ended before. It is forked, or started anew."""
        if not anew:
            lay_home(self.home)
        log = self.home.parent / "serve.log"
        with log.open("a", encoding="utf-8") as errors:
            process = start(
                *(PROGRAM, "--home", str(self.home), "serve", *options),
                anew=anew,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self.home.parent,
                env=own_environment(),
            )
        server = Server(process=process, log=log)
        try:
            yield server
        finally:
            server.kill()

    def incidents(self) -> list[JsonObject]:
        found: list[JsonObject] = self.call("incident.list", limit=1000)
        return found

    def plans(self) -> list[JsonObject]:
        """Return the work plans of all incidents."""
        return [
            plan for incident in self.incidents() for plan in self.call("incident.show", id=incident["id"])["plans"]
        ]

    def all_ended(self, count: int) -> Callable[[], bool]:
        """Make the question whether so many incidents are there and all their plans have ended."""

        ended: dict[str, list[str]] = {}  # an incident that is done with need not be asked about again

        def states(incident: str) -> list[str]:
            found = [plan["state"] for plan in self.call("incident.show", id=incident)["plans"]]
            if found and set(found) <= ENDED:
                ended[incident] = found
            return found

        def ask() -> bool:
            ids = [incident["id"] for incident in self.incidents()]
            if len(ids) < count:
                return False
            found = [state for incident in ids for state in ended.get(incident) or states(incident)]
            return len(found) >= count and set(found) <= ENDED

        return ask


def options_for(url: str, *, fetch_seconds: float = FETCH_SECONDS, speed: float = SPEED) -> tuple[str, ...]:
    """Return the options with which a server gets its work done in test time."""
    return ("--speed", str(speed), "--fetch-seconds", str(fetch_seconds), "--allow-origin", url)
