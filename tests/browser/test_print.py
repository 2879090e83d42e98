"""What is printed: the page's own words, whole, and nothing to click."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console

pytestmark = pytest.mark.acceptance


def test_a_printed_war_room_is_whole_and_has_no_buttons(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Dump on FIN-1")
    for number in range(30):
        body = {"text": f"Note {number}\n\nwith a second line"}
        console.client().post(f"/api/v1/incidents/{incident}/notes", json=body).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    expect(page.locator("#entry-list .entry")).to_have_count(30)
    assert page.locator("#entries").evaluate("part => part.scrollHeight > part.clientHeight")
    page.emulate_media(media="print")
    for part in (".sidebar", ".prompt", ".tabs", "[data-act=close]"):
        expect(page.locator(part).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    entries = page.locator("#entries")
    assert entries.evaluate("part => part.scrollHeight > part.clientHeight") is False
    assert entries.evaluate("part => part.getBoundingClientRect().height > 1000")
