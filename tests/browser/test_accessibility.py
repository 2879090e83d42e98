"""axe finds nothing on any page, in both themes, and every page is there without a pointer."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Browser

from tests.acceptance.waiting import until
from tests.browser.stage import Console, Theme, wait_until_live
from warroom.web.pages.page import NAVIGATION

pytestmark = pytest.mark.acceptance

PAGES = (
    *(place.path for place in NAVIGATION),
    "/?status=any&text=nothing-has-this",
    "/incidents/{incident}?tab=summary",
    "/incidents/{incident}?tab=warroom",
    "/incidents/{incident}?tab=plan",
    "/incidents/{incident}?tab=context",
    "/incidents/{incident}?tab=evidence",
    "/playbooks/Vision One - Contain Endpoint",
    "/packs/VisionOneResponse",
    "/start",
)
OPEN_DIALOGS = {"/": "create", "/users": "[data-open=key-dialog]", "/integrations": "add", "/packs": "install"}
WAIT_SECONDS = 180


@pytest.fixture(scope="module")
def lively(serve: Callable[..., Console]) -> tuple[Console, str]:
    """A server with the simulated tenant, and the incident whose evidence has been collected."""
    console = serve("--fetch-seconds", "1", "--speed", "20")
    console.use_simulator()

    def evidence() -> list[dict[str, str]]:
        items: list[dict[str, str]] = console.client().get("/api/v1/evidence").json()["items"]
        return items

    return console, until(evidence, "evidence of the simulated tenant", seconds=WAIT_SECONDS)[0]["incident"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(lively: tuple[Console, str], browser: Browser, path: str, theme: Theme) -> None:
    console, incident = lively
    page = console.tab(browser, "ada", theme, width=1280)
    page.goto(path.format(incident=incident))
    if path != "/start":
        wait_until_live(page)
    assert _found(console, page.url, Axe().run(page).response) == []
    if button := OPEN_DIALOGS.get(path):
        page.locator(button if button.startswith("[") else f"#{button}").click()
        page.wait_for_selector("dialog[open]")
        assert _found(console, page.url, Axe().run(page).response) == []
    assert console.trouble == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/login?error=The+name+or+the+password+is+wrong.", "/setup/some-token"])
def test_axe_finds_nothing_at_the_door(lively: tuple[Console, str], browser: Browser, path: str, theme: Theme) -> None:
    console, _ = lively
    page = console.tab(browser, theme=theme)
    page.goto(path)
    assert _found(console, page.url, Axe().run(page).response) == []


def test_nothing_is_wider_than_a_small_screen(lively: tuple[Console, str], browser: Browser) -> None:
    console, incident = lively
    page = console.tab(browser, "ada", width=1280)
    too_wide = []
    for path in PAGES:
        page.goto(path.format(incident=incident))
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            too_wide.append(path)
    assert too_wide == []


def _found(console: Console, url: str, response: dict[str, object]) -> list[str]:
    """Say what axe found, where, and in which element."""
    violations = response["violations"]
    assert isinstance(violations, list)
    return [
        f"{url.removeprefix(console.address)}: {each['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
        for each in violations
        for node in each["nodes"]
    ]
