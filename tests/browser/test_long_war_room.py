"""A War Room of hundreds of entries in a browser: the newest first, the rest on the way up, links that lead into it."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance

ENTRIES = "#entry-list .entry"
NOTES = 260


@pytest.fixture(scope="module")
def filled(serve: Callable[..., Console]) -> tuple[Console, str]:
    console = serve("--fetch-seconds", "60")
    incident = console.add_incident("Long")
    for number in range(1, NOTES + 1):
        text = f"note {number}\n\n" + "line\n\n" * (30 if number == NOTES - 1 else 0)
        console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": text}).raise_for_status()
    return console, incident


@pytest.fixture
def page(filled: tuple[Console, str], browser: Browser) -> Page:
    console, incident = filled
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    wait_until_live(page)
    return page


def test_the_newest_entry_is_in_sight_and_few_are_in_the_page(page: Page) -> None:
    expect(page.locator(ENTRIES).last).to_be_in_viewport()
    expect(page.locator(ENTRIES).last).to_contain_text(f"note {NOTES}")
    assert page.locator(ENTRIES).count() < 60
    folded = page.locator(ENTRIES, has_text=f"note {NOTES - 1}")
    folded.get_by_role("button", name="Show all of it").click()
    expect(folded.locator(".folded")).to_have_count(0)


def test_every_earlier_entry_comes_once_on_the_way_up_without_moving_what_is_read(page: Page) -> None:
    scroll = page.locator("#entries")
    while page.locator("#entry-1").count() == 0:
        first = page.locator(ENTRIES).first
        number = first.get_attribute("data-number")
        scroll.evaluate("it => { it.scrollTop = 60; }")
        page.locator(f"#entry-{number} ~ .entry").first.wait_for()
        expect(page.locator(ENTRIES).first).not_to_have_attribute("data-number", str(number))
        expect(page.locator(f"#entry-{number}")).to_be_in_viewport()
    numbers = page.locator(ENTRIES).evaluate_all("all => all.map(it => Number(it.dataset.number))")
    assert numbers == list(range(1, NOTES + 1))
    expect(page.locator("#older")).to_be_hidden()


def test_a_link_leads_to_an_entry_that_the_page_does_not_hold_yet(page: Page, filled: tuple[Console, str]) -> None:
    page.goto(f"/incidents/{filled[1]}?tab=warroom#entry-7")
    expect(page.locator("#entry-7")).to_be_in_viewport()
    expect(page.locator("#entry-7")).to_have_class("entry is-note aimed")
    page.get_by_role("button", name="Newest").click()
    expect(page.locator(ENTRIES).last).to_contain_text(f"note {NOTES}")


def test_keys_walk_the_entries_and_a_filter_narrows_them(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator(f"#entry-{NOTES - 1}")).to_be_focused()
    page.get_by_role("button", name="Errors").click()
    expect(page.locator(ENTRIES)).to_have_count(0)
    page.get_by_role("button", name="Notes").click()
    expect(page.locator(ENTRIES).last).to_contain_text(f"note {NOTES}")


def test_axe_finds_nothing_in_it(page: Page, filled: tuple[Console, str]) -> None:
    assert Axe().run(page).response["violations"] == []
    assert filled[0].trouble == []
