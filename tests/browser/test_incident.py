"""An analyst's incident: read what happened, type commands, follow the plan, take the evidence away."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it has no stubs
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Console, Theme
from tests.browser.story import attacked, look_at, run_playbook, show_earlier_entries

pytestmark = pytest.mark.acceptance

CONTAIN = "Vision One - Contain Endpoint"


@pytest.fixture(scope="module")
def story(serve: Callable[..., Console]) -> tuple[Console, str]:
    return attacked(serve)


@pytest.fixture
def page(story: tuple[Console, str], browser: Browser) -> Page:
    console, incident = story
    return look_at(console.tab(browser, "ada"), incident)


def test_the_war_room_tells_how_the_evidence_was_saved(page: Page) -> None:
    entries = page.locator("#entry-list .entry")
    show_earlier_entries(page)
    expect(entries.filter(has_text="trendmicro-visionone-collect-forensic-file")).to_have_count(1)
    saved = entries.filter(has=page.locator(".file-row"))
    expect(saved).to_have_count(1)
    expect(saved.get_by_role("link", name="Download")).to_be_visible()


def test_a_downloaded_file_has_the_hash_that_the_page_shows(page: Page, tmp_path: Path) -> None:
    page.keyboard.press("5")
    row = page.locator("#evidence tbody tr").first
    shown = row.locator(".hashes code").first.text_content()
    with page.expect_download() as downloading:
        row.get_by_role("link", name="Download").click()
    target = tmp_path / "evidence"
    downloading.value.save_as(target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == shown
    row.get_by_role("button", name="Verify").click()
    expect(row.locator(".verified")).to_have_text("The stored bytes have this SHA-256.")


def test_a_command_is_completed_by_keyboard_and_its_answer_comes(page: Page) -> None:
    line = page.get_by_label("Command or note")
    page.keyboard.press("!")
    expect(line).to_have_value("!")
    expect(page.locator("#offers [role=option]").first).to_be_visible()
    line.press_sequentially("get-endpoint-i")
    line.press("Tab")
    expect(line).to_have_value("!trendmicro-visionone-get-endpoint-info ")
    line.press_sequentially("endp")
    line.press("Tab")
    line.press("ArrowDown")
    expect(page.locator("#offers [aria-selected=true]")).to_contain_text("in this incident")
    line.press("Enter")
    expect(line).to_have_value(re.compile(r"endpoint=\S+ $"))
    typed = line.input_value().strip()
    line.press("Enter")
    last = page.locator("#entry-list .entry").last
    expect(last).to_contain_text(typed)
    expect(last.get_by_role("table")).to_be_visible()
    expect(line).to_have_value("")
    line.press("ArrowUp")
    expect(line).to_have_value(typed)


def test_a_mistyped_command_says_what_is_wrong_and_keeps_the_text(page: Page) -> None:
    line = page.get_by_label("Command or note")
    line.fill("!trendmicro-visionone-get-endpoint-info nonsense=1")
    line.press("Enter")
    expect(page.locator("#prompt-refused")).to_contain_text("has no argument 'nonsense'")
    expect(line).to_have_value("!trendmicro-visionone-get-endpoint-info nonsense=1")


def test_a_failed_command_says_what_now_and_comes_back_into_the_line(page: Page) -> None:
    line = page.get_by_label("Command or note")
    line.fill("!trendmicro-visionone-get-endpoint-info endpoint=NOBODY-1")
    line.press("Enter")
    failed = page.locator(".entry.is-error").last
    expect(failed).to_contain_text("NOBODY-1")
    expect(failed).to_contain_text("What now")
    failed.get_by_role("button", name="Edit and run again").click()
    expect(line).to_have_value(re.compile("^!trendmicro-visionone-get-endpoint-info endpoint=NOBODY-1 using=.+$"))


def test_a_note_comes_to_another_persons_tab(story: tuple[Console, str], page: Page, browser: Browser) -> None:
    console, incident = story
    other = look_at(console.tab(browser, "rita", "dark"), incident)
    page.get_by_label("Command or note").fill("Seen by **ada**.")
    page.keyboard.press("Enter")
    expect(other.locator(".entry.is-note").last).to_contain_text("Seen by ada.")
    expect(other.locator(".entry.is-note strong").last).to_have_text("ada")


def test_an_approval_by_a_second_person_is_seen_live_by_the_first(
    story: tuple[Console, str], page: Page, browser: Browser
) -> None:
    console, incident = story
    run_playbook(console, incident, CONTAIN)
    beside = page.locator("#beside .question")
    expect(beside).to_be_visible()
    inbox = console.tab(browser, "rita")
    inbox.goto("/tasks")
    card = inbox.locator(f'.question[data-incident="{incident}"]')
    card.get_by_role("button", name="Send the answers").click()
    expect(card.locator(".refused")).to_contain_text("needs an answer")
    card.get_by_role("radio", name="Approve").check()
    card.get_by_label("Why?").fill("The owner agrees.")
    card.get_by_role("button", name="Send the answers").click()
    expect(card).to_contain_text("rita answered “Approve”.")
    expect(beside).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("rita answered")
    expect(page.locator(".entry").filter(has_text="trendmicro-visionone-isolate-endpoint").last).to_be_visible()
    expect(page.locator("#beside .plan-progress").first).to_contain_text("completed")


def test_a_chosen_task_says_why_it_waits_and_who_can_unblock_it(story: tuple[Console, str], page: Page) -> None:
    console, incident = story
    plan = run_playbook(console, incident, CONTAIN, Endpoint=_endpoint(console, incident))
    page.goto(f"/incidents/{incident}?tab=plan&plan={plan}")
    waiting = page.locator(".task.needs-person:not(.opened)")
    expect(waiting).to_be_visible()
    waiting.press("Enter")
    panel = page.locator("#task-panel")
    expect(panel).to_contain_text("The playbook asks a person.")
    expect(panel).to_contain_text("Anyone with the role responder or above.")
    expect(page.locator("#plan-list [aria-current]")).to_contain_text("Approve or reject")
    panel.get_by_role("radio", name="Reject").check()
    panel.get_by_label("Why?").fill("Not this one.")
    panel.get_by_role("button", name="Send the answers").click()
    expect(page.locator("#plan-said")).to_contain_text("completed")
    expect(page.locator(".task[data-state=needs-person]")).to_have_count(0)


def test_a_sub_playbook_opens_and_closes_in_place(story: tuple[Console, str], page: Page) -> None:
    page.keyboard.press("3")
    page.locator("#plan-choice").select_option(label="Vision One - Alert Router (completed)")
    expect(page.locator("#plan-scroll svg > title")).to_have_text("Vision One - Alert Router")
    sub = page.locator(".task[data-frame]").first
    sub.focus()
    before = page.locator("#plan-scroll .task").count()
    sub.press("o")
    expect(page.locator("#plan-scroll .inside")).to_have_count(1)
    assert page.locator("#plan-scroll .task").count() > before
    sub.press("o")
    expect(page.locator("#plan-scroll .inside")).to_have_count(0)


def test_the_tools_of_the_work_plan_fit_a_narrow_window(story: tuple[Console, str], browser: Browser) -> None:
    console, incident = story
    page = console.tab(browser, "ada", width=1280)
    page.goto(f"/incidents/{incident}?tab=plan")
    expect(page.locator("#plan-said")).to_contain_text("done")
    expect(page.locator(".plan-tools").get_by_role("button", name="Run a playbook…")).to_be_in_viewport(ratio=1)


def test_a_place_in_the_context_is_found_and_copied_as_dt(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.keyboard.press("4")
    page.get_by_placeholder("Find keys and values").fill("archive_entry")
    node = page.locator('.node[data-path="VisionOne.Verified_File.[0].archive_entry"]')
    expect(node).to_be_visible()
    node.focus()
    node.press("c")
    expect(page.locator("#toasts")).to_contain_text("Copied")
    assert page.evaluate("() => navigator.clipboard.readText()") == "${VisionOne.Verified_File.[0].archive_entry}"


def test_somebody_takes_the_incident_over_closes_it_and_reopens_it(page: Page) -> None:
    page.keyboard.press("a")
    expect(page.locator("#owner")).to_contain_text("ada")
    page.get_by_role("button", name="Close…").click()
    page.get_by_label("Reason", exact=True).select_option("True positive")
    page.get_by_label("Notes", exact=True).fill("Contained.")
    page.get_by_role("button", name="Close it").click()
    expect(page.locator("#header")).to_contain_text("Closed: True positive")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#header")).to_contain_text("In progress")


def test_a_reader_can_look_and_do_nothing(story: tuple[Console, str], browser: Browser) -> None:
    console, incident = story
    page = look_at(console.tab(browser, "rob"), incident)
    expect(page.get_by_label("Command or note")).to_be_disabled()
    expect(page.get_by_role("link", name="Download")).to_have_count(0)
    expect(page.locator("[data-act]")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_opens(story: tuple[Console, str], browser: Browser, theme: Theme) -> None:
    console, incident = story
    page = look_at(console.tab(browser, "ada", theme, width=1280), incident)
    page.keyboard.press("!")
    expect(page.locator("#offers [role=option]").first).to_be_visible()
    assert _found_by_axe(page) == []
    page.goto(f"/incidents/{incident}?tab=plan&task=0")
    expect(page.locator("#task-panel h3")).to_be_visible()
    assert _found_by_axe(page) == []
    page.keyboard.press("4")
    page.get_by_role("button", name="Open all").click()
    expect(page.locator(".node[aria-level='3']").first).to_be_visible()
    assert _found_by_axe(page) == []
    page.keyboard.press("c")
    expect(page.locator("#dialog-close")).to_be_visible()
    assert _found_by_axe(page) == []


def test_nothing_went_wrong_in_any_tab(story: tuple[Console, str]) -> None:
    assert story[0].trouble == []


def _found_by_axe(page: Page) -> list[str]:
    violations = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


def _endpoint(console: Console, incident: str) -> str:
    """Return an endpoint that is not isolated: one that the incident is not about."""
    names = console.client().get("/api/v1/names").json()["hosts"]
    own = console.client().get(f"/api/v1/incidents/{incident}").json()["fields"]["visiononeendpoints"]
    return str(next(name for name in names if name not in own and "-" in name and len(name) < 20))
