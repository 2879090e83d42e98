"""Users, keys, integrations, playbooks and the audit in a browser."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import PASSWORD, Console
from visionone_sim.testing import start_twin

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def staffed(serve: Callable[..., Console]) -> Console:
    console = serve("--fetch-seconds", "60")
    console.add_user("ben", "responder")
    return console


def test_an_admin_makes_a_user_who_then_signs_in(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/users")
    page.get_by_role("button", name="New user").click()
    page.get_by_label("Name to sign in with").fill("carl")
    page.get_by_role("dialog", name="New user").get_by_label("Role").select_option("responder")
    page.get_by_label("First password").fill(PASSWORD)
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.locator('tr[data-user="carl"]')).to_be_visible()
    assert staffed.client("carl").get("/api/v1/session").json()["role"] == "responder"
    assert staffed.trouble == []


def test_a_user_gets_a_mail_address(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/users")
    row = page.locator('tr[data-user="ben"]')
    row.get_by_role("button", name="Mail…").click()
    address = page.get_by_role("dialog", name="Where messages to ben go").get_by_label("Mail address")
    address.fill("ben@example.com")
    page.get_by_role("button", name="Set it").click()
    expect(row).to_contain_text("ben@example.com")
    row.get_by_role("button", name="Mail…").click()
    expect(address).to_have_value("ben@example.com")
    address.fill("")
    page.get_by_role("button", name="Set it").click()
    expect(row).not_to_contain_text("ben@example.com")
    assert staffed.trouble == []


def test_another_role_holds_from_the_next_request_on(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/users")
    page.get_by_label("Role of ben").select_option("reader")
    expect(page.locator("#toasts")).to_contain_text("ben is reader now.")
    assert staffed.client("ben").get("/api/v1/session").json()["role"] == "reader"


def test_the_last_admin_stays_one_and_the_page_says_so(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/users")
    page.get_by_label("Role of ada").select_option("reader")
    expect(page.locator("#toasts .bad")).to_be_visible()
    expect(page.get_by_label("Role of ada")).to_have_value("admin")


def test_a_key_is_shown_once_opens_the_api_and_ends_when_revoked(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/users")
    page.get_by_role("button", name="New API key").click()
    page.get_by_label("Name", exact=True).fill("nightly")
    page.get_by_role("button", name="Make it").click()
    expect(page.locator("#secret")).not_to_be_empty()
    secret = page.locator("#secret").inner_text()
    asked = {"Authorization": f"Bearer {secret}"}
    assert httpx.get(f"{staffed.address}/api/v1/session", headers=asked).json()["role"] == "reader"
    page.get_by_role("button", name="Done").click()
    row = page.locator("tr[data-key]", has_text="nightly")
    expect(row).to_be_visible()
    assert secret not in page.content()
    row.get_by_role("button", name="Revoke").click()
    expect(row).to_contain_text("revoked")
    assert httpx.get(f"{staffed.address}/api/v1/session", headers=asked).status_code == 401


def test_somebody_who_is_no_admin_sees_only_what_is_theirs(staffed: Console, browser: Browser) -> None:
    staffed.add_user("rita", "reader")
    page = staffed.tab(browser, "rita")
    page.goto("/users")
    expect(page.get_by_role("heading", name="Where you are signed in")).to_be_visible()
    expect(page.get_by_role("heading", name="API keys")).to_have_count(0)


def test_the_simulator_is_added_tested_and_removed(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/integrations")
    page.get_by_role("button", name="Use the simulator").click()
    instance = page.locator('li[data-name="vision-one-simulator"]')
    expect(instance).to_be_visible()
    instance.get_by_role("button", name="Test").click()
    expect(instance).to_contain_text("The test passed")
    instance.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(instance).to_have_count(0)
    assert staffed.trouble == []


def test_an_instance_that_is_added_is_read_only_unless_wanted_otherwise(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    page.goto("/integrations")
    page.get_by_role("button", name="Add an instance").click()
    page.get_by_label("Server URL").fill("http://127.0.0.1:9")
    page.get_by_label("API Key").fill("a-key")
    expect(page.get_by_label("Read-only")).to_be_checked()
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("dialog", name="Add an instance").get_by_role("alert")).to_contain_text("its test failed")
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.locator('li[data-name="vision-one"]')).to_contain_text("read-only")


def test_an_instance_fetches_anew_once_an_admin_has_said_why(staffed: Console, browser: Browser) -> None:
    params = {"url": "http://127.0.0.1:9", "isFetch": "true", "first_fetch": "2026-11-01T00:00:00Z"}
    name = 'a "new" tenant'
    wish = {"name": name, "integration": "VisionOneResponse", "params": params, "secrets": {"apikey": "k"}}
    staffed.client().post("/api/v1/instances", json=wish).raise_for_status()
    page = staffed.tab(browser, "ada")
    page.goto("/integrations")
    instance = page.locator("li.instance", has_text=name)
    instance.get_by_role("button", name="Reset the fetch…").click()
    dialog = page.get_by_role("dialog", name="Reset the fetch")
    expect(dialog).to_contain_text(name)
    reason = dialog.get_by_label("Why")
    reason.fill("   ")
    dialog.get_by_role("button", name="Reset the fetch").click()
    expect(dialog.get_by_role("alert")).to_contain_text("needs a reason")
    reason.fill("Its URL was changed.")
    dialog.get_by_role("button", name="Reset the fetch").click()
    expect(dialog).to_have_count(0)
    expect(instance.get_by_role("status")).to_contain_text("fetches from 2026-11-01 00:00 UTC on")
    assert staffed.trouble == []


def test_a_tenant_on_this_machine_is_asked_about_once(staffed: Console, browser: Browser) -> None:
    page = staffed.tab(browser, "ada")
    with start_twin() as twin:
        page.goto("/integrations")
        page.get_by_role("button", name="Add an instance").click()
        page.get_by_label("Name", exact=True).fill("local-twin")
        page.get_by_label("Server URL").fill(twin.url)
        page.get_by_label("API Key").fill(twin.api_key)
        page.get_by_role("button", name="Save and test").click()
        question = page.get_by_role("dialog", name="May playbooks fetch files from there?")
        expect(question).to_contain_text(twin.url)
        question.get_by_role("button", name="Allow it").click()
        instance = page.locator('li[data-name="local-twin"]')
        expect(instance).to_contain_text(f"Playbooks may fetch files from {twin.url}")
        instance.get_by_role("button", name="Change…").click()
        page.get_by_role("button", name="Save and test").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        instance.get_by_role("button", name="Refuse it").click()
        expect(instance).to_contain_text(f"Playbooks may not fetch files from {twin.url}")
    assert staffed.trouble == []


def test_a_playbook_shows_its_picture_and_runs_on_an_incident(staffed: Console, browser: Browser) -> None:
    number = staffed.add_incident("Run a playbook")
    page = staffed.tab(browser, "ada")
    page.goto("/playbooks")
    page.keyboard.press("/")
    page.keyboard.type("contain endpoint")
    page.locator("#catalogue a:visible").first.click()
    expect(page.locator("#picture svg")).to_contain_text("Contain it")
    page.wait_for_load_state("load")  # keys work once the scripts have run
    page.keyboard.press("r")
    page.get_by_label("Incident", exact=True).fill(number)
    page.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url(f"**/incidents/{number}?tab=plan")
    assert staffed.trouble == []
