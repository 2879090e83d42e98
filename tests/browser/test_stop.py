"""The emergency stop in a browser: everybody sees at once what is paused, and an admin ends it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance


def test_a_pause_is_seen_on_every_open_page_and_ended_by_an_admin(console: Console, browser: Browser) -> None:
    console.client()
    console.add_user("rita", "responder")
    own, other = console.tab(browser, "ada"), console.tab(browser, "rita")
    for page in (own, other):
        page.goto("/tasks")
        wait_until_live(page)
    own.get_by_role("button", name="Pause actions").click()
    own.get_by_label("Why").first.fill("It isolates the wrong hosts.")
    own.get_by_role("button", name="Pause", exact=True).click()
    for page in (own, other):
        expect(page.get_by_role("alert").first).to_contain_text("ada paused every instance")
        expect(page.get_by_role("alert").first).to_contain_text("It isolates the wrong hosts.")
    expect(other.get_by_role("button", name="Resume")).to_have_count(0)
    own.get_by_role("button", name="Resume").click()
    for page in (own, other):
        expect(page.locator(".halt")).to_have_count(0)


def test_many_plans_are_cancelled_from_any_page(console: Console, browser: Browser) -> None:
    page = console.tab(browser, "ada")
    page.goto("/playbooks")
    wait_until_live(page)
    page.once("dialog", lambda asked: asked.accept())
    page.get_by_role("button", name="Cancel plans").click()
    page.get_by_role("button", name="Cancel these plans").click()
    expect(page.locator(".toast")).to_contain_text("0 cancelled.")
