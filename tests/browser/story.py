"""What the incident's tests share: the simulated attack, its incident, and somebody who looks at it."""

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.stage import Console, wait_until_live

TIMEOUT_SECONDS = 240.0


def attacked(serve: Callable[..., Console], *options: str) -> tuple[Console, str]:
    """Serve a console over a simulated attack; gives it and the incident whose evidence has been collected.

    Its plans have ended: what they asked, whether to isolate the endpoint, was rejected.
    """
    console = serve("--fetch-seconds", "1", "--speed", "20", *options)
    console.use_simulator()
    for name, role in (("rita", "responder"), ("rob", "reader")):
        console.add_user(name, role)
    until = time.monotonic() + TIMEOUT_SECONDS
    while time.monotonic() < until:
        for item in console.client().get("/api/v1/evidence").json()["items"]:
            incident = str(item["incident"])
            reject_everything(console, incident, until)
            return console, incident
    raise AssertionError(f"The simulated attack left no evidence within {TIMEOUT_SECONDS:.0f} seconds.")


def reject_everything(console: Console, incident: str, until: float) -> None:
    """Reject what the incident's plans ask, until all of them have ended."""
    while time.monotonic() < until:
        for task in console.client().get("/api/v1/tasks", params={"incident": incident}).json()["items"]:
            form = {
                question["id"]: "Reject" if question["options"] else "No." for question in task["form"]["questions"]
            }
            body = {"choice": "", "comment": "", "form": form}
            path = f"/api/v1/plans/{task['plan']}/tasks/{task['task']}/answer"
            console.client().post(path, json=body).raise_for_status()
        plans = console.client().get(f"/api/v1/incidents/{incident}/plans").json()["items"]
        if all(plan["state"] in {"completed", "failed"} for plan in plans):
            return
    raise AssertionError(f"The plans of incident {incident} did not end in time.")


def look_at(page: Page, incident: str, tab: str = "warroom") -> Page:
    """Open an incident and wait until the tab hears what happens."""
    page.goto(f"/incidents/{incident}?tab={tab}")
    wait_until_live(page)
    return page


def show_earlier_entries(page: Page) -> None:
    """Have the War Room show its entries from the first one on, however many are there."""
    entries = page.locator("#entry-list .entry")
    while page.locator("#older").is_visible():
        shown = entries.count()
        page.locator("#older button").dispatch_event("click")  # it may go: to scroll up shows earlier ones, too
        expect(entries.nth(shown).or_(page.locator("#older[hidden]")).first).to_be_attached()


def run_playbook(console: Console, incident: str, name: str, **inputs: str) -> str:
    """Start a playbook by the API; gives its plan."""
    body = {"name": name, "inputs": inputs}
    answer = console.client().post(f"/api/v1/incidents/{incident}/playbooks", json=body)
    return str(answer.raise_for_status().json()["plan"])
