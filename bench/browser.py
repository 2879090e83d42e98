"""What an analyst waits for in a real browser, and how many clicks a job takes.

    python -m bench.browser [--entries 10000]

A real `warroom serve`, Debian's chromium, the simulated tenant. Times of people are left out: the second person here
answers as soon as the question is on the screen.
"""

import argparse
import platform
import re
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import connect

from tests.browser.conftest import CHROMIUM, SWITCHES
from tests.browser.stage import Console, wait_until_live
from tests.browser.story import look_at

CONTAIN = "Vision One - Contain Endpoint"
NOTES = 50
OTHERS = 19
STAMP = """() => {
  window.stamps = {};
  new MutationObserver(() => {
    for (const entry of document.querySelectorAll('.entry.is-note')) {
      const word = /mark-\\d+/.exec(entry.textContent);
      if (word && !(word[0] in window.stamps)) window.stamps[word[0]] = Date.now() / 1000;
    }
  }).observe(document.body, { childList: true, subtree: true });
}"""


class Clicks:
    """A tab whose clicks and keys are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def click(self, selector: str) -> None:
        self.count += 1
        self.page.click(selector)


def events_to_pixels(console: Console, browser: Browser) -> tuple[float, float]:
    """Give the median and the 95th percentile, in ms, from before a note is posted until it stands in the page."""
    incident = console.add_incident("Pixels")
    page = look_at(console.tab(browser, "ada"), incident)
    page.evaluate(STAMP)
    client = console.client()
    cookie = f"warroom_session={client.cookies['warroom_session']}"
    address = console.address.replace("http", "ws") + "/live"
    sent: dict[str, float] = {}
    with ExitStack() as others:
        for _ in range(OTHERS):
            socket = connect(
                address, ping_interval=None, additional_headers={"Cookie": cookie, "Origin": console.address}
            )
            others.enter_context(socket).send(f'{{"subscribe": ["incident:{incident}"], "after": null}}')
        for number in range(NOTES):
            sent[f"mark-{number}"] = time.time()
            client.post(f"/api/v1/incidents/{incident}/notes", json={"text": f"mark-{number}"}).raise_for_status()
            page.locator(".entry", has_text=re.compile(rf"mark-{number}\b")).first.wait_for()
    seen = page.evaluate("window.stamps")
    took = sorted((seen[word] - start) * 1000 for word, start in sent.items())
    return took[len(took) // 2], quantiles(took, n=20)[18]


def long_war_room(console: Console, browser: Browser, entries: int) -> float:
    """Give the milliseconds from the click until the newest of many entries is on the screen."""
    incident = console.add_incident("Long")
    client = console.client()
    for number in range(entries):
        client.post(f"/api/v1/incidents/{incident}/notes", json={"text": f"note {number}"}).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto("/")
    start = time.perf_counter()
    page.goto(f"/incidents/{incident}?tab=warroom", wait_until="commit")
    page.locator(".entry", has_text=f"note {entries - 1}").last.wait_for()
    return (time.perf_counter() - start) * 1000


def evidence_on_disk(console: Console, browser: Browser, folder: Path) -> tuple[int, float]:
    """From the moment the incident stands in the queue until its evidence is saved on the analyst's disk."""
    tab = Clicks(console.tab(browser, "ada"))
    tab.page.goto("/")
    wait_until_live(tab.page)
    console.use_simulator()
    row = "text=/LSASS Memory Dump by Task Manager/"
    tab.page.locator("#fresh").wait_for()
    start = time.perf_counter()
    tab.click("#fresh")
    tab.click(row)
    with tab.page.expect_download() as download:
        tab.click(".file-row >> text=Download")
    download.value.save_as(folder / "evidence.zip")
    return tab.count, time.perf_counter() - start


def isolated(console: Console, browser: Browser) -> tuple[int, float]:
    """From the incident on the screen until its endpoint is isolated, asked for by one person, approved by another."""
    incident = str(console.client().get("/api/v1/evidence").json()["items"][0]["incident"])
    first = Clicks(look_at(console.tab(browser, "ada"), incident))
    second = Clicks(console.tab(browser, "rita"))
    second.page.goto("/tasks")
    start = time.perf_counter()
    first.click("nav >> text=Playbooks")
    first.click(f"text={CONTAIN}")
    first.click("#run")
    first.page.fill("#incident", incident)
    first.click("#run-form >> button[type=submit]")
    card = f'.question[data-incident="{incident}"]'
    asked = second.page.locator(card)
    asked.get_by_role("radio", name="Approve").check()
    asked.get_by_label("Why?").fill("The owner agrees.")
    asked.get_by_role("button", name="Send the answers").click()
    second.count += 2
    first.click("#tab-warroom")
    first.page.locator(".entry", has_text="trendmicro-visionone-isolate-endpoint").last.wait_for()
    return first.count + second.count, time.perf_counter() - start


def line(what: str, measured: str, goal: str) -> None:
    print(f"{what:<58} {measured:>22} {goal:>10}")


def measure(report: Callable[[str, str, str], None], entries: int) -> None:
    with TemporaryDirectory(prefix="warroom-bench-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        console = Console(Path(folder) / "home", ("--fetch-seconds", "1", "--speed", "20"))
        console.start()
        try:
            console.client()
            console.add_user("rita", "responder")
            middle, high = events_to_pixels(console, browser)
            report(
                f"event to pixel, 1 tab and {OTHERS} clients, median / p95", f"{middle:.0f} / {high:.0f} ms", "50 ms"
            )
            report(
                f"War Room of {entries:,} entries opens", f"{long_war_room(console, browser, entries):.0f} ms", "300 ms"
            )
            clicks, seconds = evidence_on_disk(console, browser, Path(folder))
            report("incident appears, to evidence on disk", f"{clicks} clicks, {seconds:.1f} s", "")
            clicks, seconds = isolated(console, browser)
            report("endpoint isolated, approved by a second person", f"{clicks} clicks, {seconds:.1f} s", "")
        finally:
            console.stop()
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=10_000)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, chromium of Debian, {platform.machine()}")
    line("", "measured", "goal")
    measure(line, options.entries)


if __name__ == "__main__":
    main()
