"""Linked incidents in a browser: linked, unlinked, closed as a duplicate."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def running(serve: Callable[..., Console]) -> Console:
    return serve("--fetch-seconds", "60")


def _opened(console: Console, browser: Browser, incident: str) -> Page:
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    wait_until_live(page)
    return page


def _linked(page: Page) -> Locator:
    return page.locator(".linked li")


def test_incidents_are_linked_both_ways_and_no_longer(running: Console, browser: Browser) -> None:
    first, second = running.add_incident("Dump on FIN-1"), running.add_incident("Again on FIN-1")
    page = _opened(running, browser, first)
    page.get_by_role("button", name="Link…").click()
    dialog = page.get_by_role("dialog", name="Link incidents")
    for typed, says in (("x", "Write the number of an incident"), ("9999", "9999")):
        dialog.get_by_label("Incidents").fill(typed)
        dialog.get_by_role("button", name="Link", exact=True).click()
        expect(dialog.get_by_role("alert")).to_contain_text(says)
    dialog.get_by_label("Incidents").fill(f"#{second}")
    dialog.get_by_role("button", name="Link", exact=True).click()
    expect(_linked(page)).to_contain_text("Again on FIN-1")
    _linked(page).get_by_role("link").click()
    expect(_linked(page)).to_contain_text("Dump on FIN-1")
    page.get_by_role("button", name=f"Remove the link to incident {first}").click()
    expect(_linked(page)).to_have_count(0)
    assert running.trouble == []


def test_an_incident_is_closed_as_a_duplicate_from_its_links(running: Console, browser: Browser) -> None:
    original, copy = running.add_incident("Mail"), running.add_incident("Mail again")
    page = _opened(running, browser, copy)
    page.get_by_role("button", name="Link…").click()
    dialog = page.get_by_role("dialog", name="Link incidents")
    dialog.get_by_label("Incidents").fill(original)
    dialog.get_by_label("This incident is a duplicate").check()
    dialog.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#header")).to_contain_text("Closed: Duplicate")
    expect(_linked(page)).to_contain_text(f"#{original}")
    assert running.client().get(f"/api/v1/incidents/{copy}").json()["linked"] == [original]
    assert running.trouble == []


@pytest.mark.parametrize("notes", ["", "Same mail, same sender."])
def test_closing_as_a_duplicate_can_say_of_which(running: Console, browser: Browser, notes: str) -> None:
    original, copy = running.add_incident("Mail"), running.add_incident("Mail again")
    page = _opened(running, browser, copy)
    page.locator('[data-act="close"]').click()
    dialog = page.get_by_role("dialog", name="Close the incident")
    expect(dialog.get_by_label("Of incident")).to_be_hidden()
    dialog.get_by_label("Reason").select_option("Duplicate")
    dialog.get_by_label("Of incident").fill(original)
    dialog.get_by_label("Notes").fill(notes)
    dialog.get_by_role("button", name="Close it").click()
    expect(page.locator("#header")).to_contain_text("Closed: Duplicate")
    expect(_linked(page)).to_contain_text(f"#{original}")
    closed = running.client().get(f"/api/v1/incidents/{copy}").json()
    assert closed["close_notes"] == (notes or f"Duplicate of incident {original}.")
    assert running.trouble == []
