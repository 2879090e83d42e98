"""What browser tests stand on: a real server on a data folder of its own, people who are signed in, and their tabs."""

import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from tests.database import lay_home
from tests.forked import own_environment, start

PASSWORD = "a horse that staples batteries"
PROGRAM = str(Path(sys.executable).with_name("warroom"))
ADMIN = "ada"
PATIENCE_MS = 60_000
ADDRESS = re.compile(r"Open (http://[^/\s]+)(/setup/(\S+))?")
Theme = Literal["light", "dark"]


@dataclass(slots=True)
class Console:
    """`warroom serve` as a process, forked or started anew. `trouble` is what went wrong in any tab."""

    home: Path
    options: Sequence[str] = ()
    anew: bool = False
    address: str = ""
    setup: str = ""
    trouble: list[str] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None
    _clients: dict[str, httpx.Client] = field(default_factory=dict)

    def start(self, port: int = 0) -> None:
        """Start it and wait until it names its address."""
        if not self.anew:
            lay_home(self.home)
        command = (PROGRAM, "--home", str(self.home), "serve", "--port", str(port), *self.options)
        with (self.home.parent / f"{self.home.name}.log").open("a", encoding="utf-8") as log:
            self._process = start(*command, anew=self.anew, stdout=subprocess.PIPE, stderr=log, env=own_environment())
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := ADDRESS.search(line):
                self.address, self.setup = found[1], found[3] or ""
                return
        raise AssertionError(f"The server ended before it named its address; see {log.name}.")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Start it again on the same port, for tabs that wait for it."""
        self.start(int(self.address.rpartition(":")[2]))

    def _end(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(number)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None

    # -- people ---------------------------------------------------------------------------------------------------

    def client(self, name: str = ADMIN) -> httpx.Client:
        """Return somebody's signed-in client of the API; the admin is made on the first call."""
        if name not in self._clients:
            client = httpx.Client(base_url=self.address, headers={"X-Warroom-Request": "1"}, timeout=PATIENCE_MS / 1000)
            if name == ADMIN and self.setup:
                body = {"name": ADMIN, "password": PASSWORD, "display_name": "Ada"}
                client.post(f"/api/v1/setup/{self.setup}", json=body).raise_for_status()
                self.setup = ""
            else:
                client.post("/api/v1/session", json={"name": name, "password": PASSWORD}).raise_for_status()
            self._clients[name] = client
        return self._clients[name]

    def add_user(self, name: str, role: str) -> None:
        body = {"name": name, "password": PASSWORD, "role": role}
        self.client().post("/api/v1/users", json=body).raise_for_status()

    def add_incident(self, name: str, severity: str = "high", details: str = "") -> str:
        body = {"name": name, "severity": severity, "details": details}
        answer = self.client().post("/api/v1/incidents", json=body)
        return str(answer.raise_for_status().json()["id"])

    def use_simulator(self) -> None:
        self.client().post("/api/v1/simulator").raise_for_status()

    # -- tabs -----------------------------------------------------------------------------------------------------

    def tab(self, browser: Browser, name: str = "", theme: Theme = "light", width: int = 1440) -> Page:
        """Open a tab, signed in as somebody or as nobody; what goes wrong in it is noted."""
        context = browser.new_context(
            base_url=self.address, viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        if name:
            token = self.client(name).cookies["warroom_session"]
            context.add_cookies([{"name": "warroom_session", "value": token, "url": self.address}])
        return self._watched(context)

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: self.trouble.append(f"{page.url}: {said.text}") if "Content Security" in said.text else None,
        )
        page.on("request", lambda request: self._check(request.url))
        return page

    def _check(self, url: str) -> None:
        if not url.startswith((self.address, self.address.replace("http", "ws"))):
            self.trouble.append(f"a request left the host: {url}")


def wait_until_live(page: Page) -> None:
    """Wait until the tab hears what happens."""
    page.wait_for_selector('#live[data-state="live"]')
