"""A server that is killed: the tab stays, the draft stays, and what happens afterwards comes."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance


def test_a_draft_outlives_a_killed_server_and_the_tab_goes_on(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Dump on FIN-LT-543")
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    wait_until_live(page)
    page.evaluate("() => { window.neverReloaded = true; }")
    line = page.get_by_label("Command or note")
    line.fill("!trendmicro-visionone-get-endpoint-info endp")
    console.kill()
    page.wait_for_selector('#live[data-state="away"]')
    line.press_sequentially("oint=FIN-LT-543")
    console.restart()
    wait_until_live(page)
    expect(line).to_have_value("!trendmicro-visionone-get-endpoint-info endpoint=FIN-LT-543")
    assert page.evaluate("() => window.neverReloaded") is True
    console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": "After the restart."}).raise_for_status()
    expect(page.locator(".entry").last).to_contain_text("After the restart.")
    page.reload()
    expect(line).to_have_value("!trendmicro-visionone-get-endpoint-info endpoint=FIN-LT-543")


def test_what_came_while_the_tab_was_away_is_there_when_it_is_back(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Dump on FIN-LT-543")
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    wait_until_live(page)
    page.route("**/fragments/**", lambda route: route.abort())
    console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": "One."}).raise_for_status()
    page.unroute("**/fragments/**")
    console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": "Two."}).raise_for_status()
    expect(page.locator(".entry").filter(has_text="One.")).to_have_count(1)
    expect(page.locator(".entry").filter(has_text="Two.")).to_have_count(1)
