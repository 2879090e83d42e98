"""What the incident's tests share: the simulated attack, its incident, and somebody who looks at it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.stage import Console, wait_until_live

PATIENCE_SECONDS = 240.0


def attacked(serve: Callable[..., Console], *options: str) -> tuple[Console, str]:
    """Serve a console over a simulated attack; gives it and the incident whose evidence has been collected."""
    console = serve("--fetch-seconds", "1", "--speed", "20", *options)
    console.use_simulator()
    for name, role in (("rita", "responder"), ("rob", "reader")):
        console.add_user(name, role)
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for item in console.client().get("/api/v1/evidence").json()["items"]:
            return console, str(item["incident"])
    raise AssertionError(f"The simulated attack left no evidence within {PATIENCE_SECONDS:.0f} seconds.")


def look_at(page: Page, incident: str, tab: str = "warroom") -> Page:
    """Open an incident and wait until the tab hears what happens."""
    page.goto(f"/incidents/{incident}?tab={tab}")
    wait_until_live(page)
    return page


def run_playbook(console: Console, incident: str, name: str, **inputs: str) -> str:
    """Start a playbook by the API; gives its plan."""
    body = {"name": name, "inputs": inputs}
    answer = console.client().post(f"/api/v1/incidents/{incident}/playbooks", json=body)
    return str(answer.raise_for_status().json()["plan"])
