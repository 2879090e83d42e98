import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.stage import PATIENCE_MS, Console

# Debian's chromium without windows, else with them, which takes three times as long: it draws one for each tab.
CHROMIUMS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    # It asks nobody outside, and does nothing of its own beside the tests.
    *(
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
    ),
]


def installed_chromium() -> Path | None:
    """Find the better of the two."""
    return next(filter(Path.exists, CHROMIUMS), None)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's chromium, for one module: while it is driven, no test of another module can run a loop of its own."""
    found = installed_chromium()
    if found is None:
        lacking = f"There is no {CHROMIUMS[-1]}. Install the package chromium; the console is tested in it."
        if os.environ.get("CI"):
            pytest.fail(lacking)
        pytest.skip(f"UNTESTED here: {lacking}")
    expect.set_options(timeout=PATIENCE_MS)  # else 5 s, which two busy cores can exceed
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, with every tab closed at the end."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="module")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Console]]:
    """Start servers that end with the module; nothing may have gone wrong in their tabs."""
    consoles: list[Console] = []

    def start(*options: str, anew: bool = False) -> Console:
        console = Console(home=tmp_path_factory.mktemp("served") / "home", options=options, anew=anew)
        console.home.mkdir()
        consoles.append(console)
        console.start()
        return console

    yield start
    for console in consoles:
        console.stop()


@pytest.fixture
def console(serve: Callable[..., Console]) -> Iterator[Console]:
    """A server on an empty folder, for one test."""
    console = serve("--fetch-seconds", "1")
    yield console
    assert console.trouble == []
    console.stop()
