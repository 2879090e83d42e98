"""The tab *Evidence*: a file comes in, once also when its answer got lost, and is sent to the sandbox."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance

BODY = b"MZ not really a program " * 1000
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture(scope="module")
def lab(serve: Callable[..., Console]) -> Console:
    console = serve("--fetch-seconds", "60", "--speed", "20")
    console.use_simulator()
    console.add_user("rob", "reader")
    return console


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    path = tmp_path / "invoice <1>.exe"
    path.write_bytes(BODY)
    return path


def files(console: Console, incident: str) -> list[str]:
    items = console.client().get("/api/v1/evidence", params={"incident": incident}).json()["items"]
    return [item["file"]["name"] for item in items]


def test_a_file_is_added_and_shown_with_its_hash(lab: Console, browser: Browser, sample: Path) -> None:
    incident = lab.add_incident("A sample")
    page = lab.tab(browser, "ada")
    page.goto(f"/incidents/{incident}?tab=evidence")
    wait_until_live(page)
    page.get_by_label("Add a file, such as a sample").set_input_files(sample)
    page.get_by_role("button", name="Add it", exact=True).first.click()
    row = page.locator("#evidence tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("invoice <1>.exe")
    expect(row.locator(".hashes code").first).to_have_text(SHA256)
    row.get_by_role("button", name="Verify").click()
    expect(row.locator(".verified")).to_have_text("The stored bytes have this SHA-256.")
    assert lab.trouble == []


def test_a_file_whose_answer_got_lost_is_sent_again_and_kept_once(lab: Console, browser: Browser, sample: Path) -> None:
    incident = lab.add_incident("A lost answer")
    page = lab.tab(browser, "ada")
    page.goto(f"/incidents/{incident}?tab=evidence")
    wait_until_live(page)
    keys: list[str] = []

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route("**/files?name=*", lose_the_first)
    page.get_by_label("Add a file, such as a sample").set_input_files(sample)
    add = page.get_by_role("button", name="Add it", exact=True).first
    add.click()
    expect(page.locator("#toasts .bad")).to_contain_text("cannot be reached")
    expect(page.locator("#evidence tbody tr")).to_have_count(1)
    page.get_by_label("Add a file, such as a sample").set_input_files(sample)
    add.click()
    expect(page.locator("#toasts")).to_contain_text("is saved as entry")
    assert len(set(keys)) == 1
    assert len(keys) == 2
    assert files(lab, incident) == ["invoice <1>.exe"]


def test_a_file_goes_to_the_sandbox_after_a_question(lab: Console, browser: Browser, sample: Path) -> None:
    incident = lab.add_incident("For the sandbox")
    path = f"/api/v1/incidents/{incident}/files"
    entry = lab.client().post(path, params={"name": sample.name}, content=BODY).raise_for_status().json()["id"]
    page = lab.tab(browser, "ada")
    page.goto(f"/incidents/{incident}?tab=evidence")
    wait_until_live(page)
    page.get_by_role("button", name="Analyze in the sandbox…").click()
    sure = page.get_by_role("dialog", name="Run it?")
    expect(sure).to_contain_text(f"submit-file-entry-to-sandbox entry_id={entry}")
    expect(sure).to_contain_text("leaves for Vision One")
    sure.get_by_role("button", name="Cancel").click()
    assert lab.client().get(f"/api/v1/incidents/{incident}/plans").json()["items"] == []
    page.get_by_role("button", name="Analyze in the sandbox…").click()
    sure.get_by_role("button", name="Run it").click()
    expect(page.locator("#toasts")).to_contain_text("started. Its answer comes to the War Room.")
    page.keyboard.press("Escape")
    page.goto(f"/incidents/{incident}?tab=warroom")
    expect(page.locator("#entry-list .entry").filter(has_text="submit-file-entry-to-sandbox").first).to_be_visible()
    expect(page.locator("#entry-list .entry.is-error")).to_have_count(0)


def test_who_may_not_write_is_offered_neither(lab: Console, browser: Browser) -> None:
    incident = lab.add_incident("To be read")
    path = f"/api/v1/incidents/{incident}/files"
    lab.client().post(path, params={"name": "a.bin"}, content=BODY).raise_for_status()
    page = lab.tab(browser, "rob")
    page.goto(f"/incidents/{incident}?tab=evidence")
    expect(page.locator("#evidence tbody tr")).to_have_count(1)
    expect(page.locator("#upload")).to_have_count(0)
    expect(page.get_by_role("button", name="Analyze in the sandbox…")).to_have_count(0)
