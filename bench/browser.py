"""What an analyst waits for in a real browser, and how many clicks a job takes.

    python -m bench.browser [--incidents 100000] [--entries 10000]

A real `warroom serve`, Debian's chromium, the simulated tenant. Times of people are left out: the second person here
answers as soon as the question is on the screen.
"""

import argparse
import asyncio
import platform
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import connect

from bench.console import fill
from tests.browser.conftest import SWITCHES, installed_chromium
from tests.browser.stage import Console, wait_until_live
from tests.browser.story import look_at

CONTAIN = "Vision One - Contain Endpoint"
NOTES = 50
OTHERS = 19
OPENINGS = 10
WHEN_AT_THE_END = """() => new Promise((done) => {
  const look = () => {
    const box = document.getElementById("entries");
    const isThere = box && box.scrollTop > 0 && box.scrollHeight - box.scrollTop - box.clientHeight < 120;
    if (isThere) done(performance.now());
    else requestAnimationFrame(look);
  };
  look();
})"""
WHEN_DRAWN = """(row) => new Promise((done) => {
  const scroller = document.getElementById("scroller");
  const start = performance.now();
  const look = () => {
    if (document.querySelector(`tr[data-id][aria-rowindex="${row + 2}"]`)) done(performance.now() - start);
    else requestAnimationFrame(look);
  };
  scroller.scrollTop = row * document.querySelector("tr[data-id]").offsetHeight;
  look();
})"""
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
    """Return the median and the 95th percentile, in ms, from before a note is posted until it stands in the page."""
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


def long_war_room(console: Console, browser: Browser) -> tuple[float, float]:
    """Return the median and the worst, in ms, from the navigation until the newest of many entries can be worked with.

    The browser has seen the page before; each opening comes from the queue.
    """
    page = console.tab(browser, "ada")
    took = []
    for _ in range(OPENINGS):
        page.goto("/")
        wait_until_live(page)
        page.goto("/incidents/1?tab=warroom", wait_until="commit")
        took.append(float(page.evaluate(WHEN_AT_THE_END)))
        wait_until_live(page)
    return median(took[1:]), max(took[1:])


def far_row(console: Console, browser: Browser) -> tuple[float, float]:
    """Return the median and the worst, in ms, from a pull at the scroll bar until the rows there are on the screen."""
    page = console.tab(browser, "ada")
    page.goto("/?status=any")
    wait_until_live(page)
    middle = int(page.locator("#total").get_attribute("data-total") or 0) // 2
    took = [float(page.evaluate(WHEN_DRAWN, middle + pull * 1000)) for pull in range(OPENINGS)]
    return median(took), max(took)


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


def measure(report: Callable[[str, str, str], None], incidents: int, entries: int) -> None:
    with TemporaryDirectory(prefix="warroom-bench-") as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed_chromium(), args=SWITCHES)
        console = Console(Path(folder) / "home", ("--fetch-seconds", "1", "--speed", "20"))
        with ThreadPoolExecutor(1) as elsewhere:  # Playwright runs a loop of its own in this thread
            elsewhere.submit(lambda: asyncio.run(fill(console.home, incidents, entries))).result()
        console.start()
        try:
            console.client()
            console.add_user("rita", "responder")
            middle, high = events_to_pixels(console, browser)
            report(
                f"event to pixel, 1 tab and {OTHERS} clients, median / p95", f"{middle:.0f} / {high:.0f} ms", "50 ms"
            )
            middle, worst = long_war_room(console, browser)
            report(f"War Room of {entries:,} entries opens, median / worst", f"{middle:.0f} / {worst:.0f} ms", "300 ms")
            middle, worst = far_row(console, browser)
            report(f"middle of {incidents:,} rows, median / worst", f"{middle:.0f} / {worst:.0f} ms", "150 ms")
            clicks, seconds = evidence_on_disk(console, browser, Path(folder))
            report("incident appears, to evidence on disk", f"{clicks} clicks, {seconds:.1f} s", "")
            clicks, seconds = isolated(console, browser)
            report("endpoint isolated, approved by a second person", f"{clicks} clicks, {seconds:.1f} s", "")
        finally:
            console.stop()
            browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=10_000)
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, chromium of Debian, {platform.machine()}")
    line("", "measured", "goal")
    measure(line, options.incidents, options.entries)


if __name__ == "__main__":
    main()
