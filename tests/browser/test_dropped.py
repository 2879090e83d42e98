"""What pre-process rules dropped, on the page Integrations: shown page by page, and taken after all."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console
from tests.web.asides import DROPPED, LAB, RECORD
from warroom.bootstrap.opening import open_app
from warroom.bootstrap.settings import Settings
from warroom.services.ports.fetches import FetchStep, Untaken
from warroom.testing.clock import START
from warroom.testing.samples import some_changes

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server with an instance of which seventy alerts were dropped."""
    console = Console(home=tmp_path_factory.mktemp("served") / "home")
    console.home.mkdir()

    async def put() -> None:
        async with open_app(Settings(home=console.home)) as app:
            await app.journal.save_instance(replace(LAB, fetch=False), "ana", START)
            asides = [replace(DROPPED, id=f"{number:012x}", what=f"WB-{number} <i>") for number in range(70)]
            untaken = [Untaken(aside=aside, record=RECORD) for aside in asides]
            await app.store.commit(some_changes(fetch=FetchStep(untaken=untaken)))

    asyncio.run(put())
    console.start()
    yield console
    assert console.trouble == []
    console.stop()


def test_they_are_shown_page_by_page_and_one_is_taken(console: Console, browser: Browser) -> None:
    page = console.tab(browser, "ada")
    page.goto("/integrations")
    item = page.locator("li.instance[data-name=lab]")
    item.get_by_text("Pre-process rules have dropped 70 alerts of it in the last 30 days").click()
    item.get_by_role("button", name="Show the newest").click()
    taking = item.get_by_role("button", name="Take it")
    expect(taking).to_have_count(50)
    expect(item.get_by_text("WB-69 <i>")).to_be_visible()
    item.get_by_role("button", name="Show earlier ones").press("Enter")
    expect(taking).to_have_count(70)
    expect(item.get_by_text("WB-0 <i>")).to_be_visible()
    expect(item.get_by_role("button", name="Show earlier ones")).to_have_count(0)
    taking.last.click()
    expect(item.locator("[data-said]")).to_have_text("The record is now incident 1.")
    expect(taking).to_have_count(69)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
