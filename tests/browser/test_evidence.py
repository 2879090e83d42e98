"""The tab *Evidence*: a file comes in, once also when its answer got lost, and is sent to the sandbox."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Browser, Page, Route, expect

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
    expect(page.locator("#toasts")).to_contain_text("started. Its answer will be in the War Room.")
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


def _look_into_custody(page: Page) -> None:
    page.get_by_role("button", name="Custody").click()
    custody = page.get_by_role("dialog", name="Custody")
    expect(custody.locator("tbody tr").filter(has_text="opened it, not being named")).to_contain_text(
        "rob is ill & away"
    )
    assert axe_finds(page) == []
    custody.get_by_role("button", name="Close").click()


def _delete_with_a_reason(page: Page) -> None:
    page.get_by_role("button", name="Delete…").click()
    gone = page.get_by_role("dialog", name="Delete the file?")
    gone.get_by_role("button", name="Delete it").click()
    expect(gone).to_be_visible()  # a reason is needed
    gone.get_by_label("Why").fill("The wrong sample")
    gone.get_by_role("button", name="Delete it").click()
    expect(page.locator("#evidence tbody tr")).to_contain_text("Deleted by ada")
    expect(page.get_by_role("button", name="Download…")).to_have_count(0)


def test_an_admin_keeps_evidence_for_others_opens_it_loudly_and_deletes_it(
    lab: Console, browser: Browser, sample: Path
) -> None:
    incident = lab.add_incident("Credentials")
    path = f"/api/v1/incidents/{incident}/files"
    entry = lab.client().post(path, params={"name": sample.name}, content=BODY).raise_for_status().json()["id"]
    page = lab.tab(browser, "ada", width=1280)
    page.goto(f"/incidents/{incident}?tab=evidence")
    wait_until_live(page)
    page.get_by_role("button", name="For whom it is…").click()
    whom = page.get_by_role("dialog", name="Who may open the evidence of this incident?")
    whom.get_by_label("rob").check()
    whom.get_by_label("Why").fill("Credentials of the board")
    expect(whom).to_contain_text("ada: the evidence of this incident is for rob only. Reason: Credentials of the board")
    assert axe_finds(page) == []
    whom.get_by_role("button", name="Save").click()
    expect(page.locator("#evidence-rule .notice")).to_contain_text("For rob only")
    page.get_by_role("button", name="Download…").first.click()
    loud = page.get_by_role("dialog", name="Open restricted evidence?")
    expect(loud).to_contain_text("Your name is not on the list.")
    loud.get_by_label("Why").fill("rob is ill & away")
    assert axe_finds(page) == []
    with page.expect_download() as downloading:
        loud.get_by_role("button", name="Open it, and say so").click()
    assert downloading.value.path().read_bytes() == BODY
    _look_into_custody(page)
    _delete_with_a_reason(page)
    assert lab.client().get(f"/api/v1/entries/{entry}").json()["deleted"]["reason"] == "The wrong sample"
    assert lab.trouble == []


def axe_finds(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


def test_whoever_exports_a_case_is_told_how_far_it_is(lab: Console, browser: Browser, sample: Path) -> None:
    incident = lab.add_incident("An export")
    page = lab.tab(browser, "ada")
    page.goto(f"/incidents/{incident}?tab=evidence")
    wait_until_live(page)
    page.get_by_label("Add a file, such as a sample").set_input_files(sample)
    page.get_by_role("button", name="Add it", exact=True).first.click()
    looks: list[str] = []

    def under_way(route: Route) -> None:
        """Answer twice as for a large case, which this one is not, then as the server does."""
        looks.append(route.request.url)
        one = {
            "by": "ada",
            "stage": "checking",
            "files": 1,
            "of_files": 3,
            "bytes": 2_000_000,
            "of_bytes": 4_096_000_000,
        }
        route.fulfill(json={"items": [one]}) if len(looks) < 3 else route.continue_()

    page.route("**/api/v1/exports?*", under_way)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export the case").click()
    said = page.locator("#export-said")
    expect(said).to_have_text("An export by ada is checking: 1 of 3 files, 2,000,000 of 4,096,000,000 bytes.")
    expect(said).to_have_text("")
    assert download.value.suggested_filename == f"evidence-of-incident-{incident}.zip"
    assert looks[0].endswith(f"?incident={incident}")
    assert lab.trouble == []
