"""The first start: from an empty folder to the first incident, by hand."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import PASSWORD, Console
from visionone_sim.testing import start_twin

pytestmark = pytest.mark.acceptance


def _make_admin(console: Console, browser: Browser) -> None:
    page = console.tab(browser)
    page.goto(f"/setup/{console.setup}")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the admin").click()
    page.wait_for_url("**/start")


def test_an_empty_folder_shows_its_first_incident_within_two_minutes(
    serve: Callable[..., Console], browser: Browser
) -> None:
    console = serve("--fetch-seconds", "1", anew=True)
    began = time.monotonic()
    _make_admin(console, browser)
    page = browser.contexts[0].pages[0]
    with page.expect_request("**/api/v1/incidents?limit=1&sort=severity"):  # it leads to the most severe one
        page.get_by_role("button", name="Use the simulator").click()
    page.wait_for_url("**/incidents/*", timeout=60_000)
    assert time.monotonic() - began < 120
    page.goto("/")
    expect(page.locator("#rows tr[data-id]").first).to_be_visible()
    assert console.trouble == []


def test_passwords_that_differ_are_told_before_anything_is_sent(console: Console, browser: Browser) -> None:
    page = console.tab(browser)
    page.goto(f"/setup/{console.setup}")
    page.get_by_label("Name to sign in with").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD + "!")
    page.get_by_role("button", name="Make the admin").click()
    expect(page.get_by_role("alert")).to_contain_text("differ")


def test_a_set_up_link_works_once(console: Console, browser: Browser) -> None:
    link = f"/setup/{console.setup}"
    _make_admin(console, browser)
    page = console.tab(browser)
    page.goto(link)
    page.get_by_label("Name to sign in with").fill("eve")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the admin").click()
    expect(page.get_by_role("alert")).to_contain_text("made already")


def test_a_vision_one_that_refuses_the_key_is_told_and_can_be_tried_again(console: Console, browser: Browser) -> None:
    console.use_simulator()
    simulator = console.client().get("/api/v1/instances").json()["items"][0]["params"]["url"]
    page = console.tab(browser, "ada")
    page.goto("/start")
    page.get_by_label("Region").evaluate("(select, url) => select.add(new Option('here', url, true, true))", simulator)
    expect(page.get_by_label("Read-only for now")).to_be_checked()
    for _ in range(2):
        page.get_by_label("API key").fill("not-the-key")
        page.get_by_role("button", name="Connect and test").click()
        expect(page.get_by_role("alert").first).to_contain_text("401")
        expect(page.get_by_role("button", name="Connect and test")).to_be_enabled()


def test_a_tenant_on_this_machine_is_asked_about_before_its_alerts_come(console: Console, browser: Browser) -> None:
    page = console.tab(browser, "ada")
    with start_twin() as twin:
        page.goto("/start")
        page.get_by_label("Region").evaluate(
            "(select, url) => select.add(new Option('here', url, true, true))", twin.url
        )
        page.get_by_label("API key").fill(twin.api_key)
        page.get_by_role("button", name="Connect and test").click()
        question = page.get_by_role("dialog", name="May playbooks fetch files from there?")
        expect(question).to_contain_text(twin.url)
        assert console.client().get("/api/v1/instances").json()["items"][0]["params"]["isFetch"] != "true"
        question.get_by_role("button", name="Allow it").click()
        expect(page.get_by_role("heading", name="Waiting for the first incident")).to_be_visible()
        (instance,) = console.client().get("/api/v1/instances").json()["items"]
    assert instance["local_origins"] == {twin.url: True}
    assert console.trouble == []


def test_a_page_asked_for_without_a_session_comes_after_the_sign_in(console: Console, browser: Browser) -> None:
    console.client()
    page = console.tab(browser)
    page.goto("/?severity=high")
    assert "/login?next=" in page.url
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/?severity=high")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/login")
    page.goto("/")
    assert "/login" in page.url
