"""The incident queue in a browser: filters, search, keys, live changes, long lists."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance

ROWS = "#rows tbody tr[data-id]"


@pytest.fixture(scope="module")
def filled(serve: Callable[..., Console]) -> Console:
    """A server with a few incidents, for the whole module; each test looks for its own by a word of its own."""
    console = serve("--fetch-seconds", "60")
    console.add_incident("Mailbox rule in Lyon", "low")
    console.add_incident("Memory dump in Oslo", "critical", details="taskmgr wrote lsass.dmp")
    console.add_user("ben", "responder")
    console.add_user("rita", "reader")
    return console


@pytest.fixture
def page(filled: Console, browser: Browser) -> Iterator[Page]:
    page = filled.tab(browser, "ada")
    page.goto("/")
    wait_until_live(page)
    yield page
    assert filled.trouble == []


def test_severity_and_sla_are_whole_in_a_narrow_window(filled: Console, browser: Browser) -> None:
    filled.add_incident("Beacon in Turin", "medium")
    page = filled.tab(browser, "ada", width=1280)
    page.goto("/?text=Turin")
    expect(page.locator(ROWS)).to_have_count(1)
    cells = page.locator(f"{ROWS} td:nth-child(2), {ROWS} td.sla")
    expect(cells).to_have_count(2)
    cut = "cells => cells.filter(cell => cell.scrollWidth > cell.clientWidth).map(cell => cell.innerText)"
    assert cells.evaluate_all(cut) == []


@pytest.mark.parametrize("width", [1280, 1440, 1600, 1920])
def test_the_status_is_whole_at_every_width(filled: Console, browser: Browser, width: int) -> None:
    incident = filled.add_incident(f"Beacon in Ghent{width}", "informational")
    filled.client().post(f"/api/v1/incidents/{incident}/commands", json={"text": "!Print value=x"}).raise_for_status()
    page = filled.tab(browser, "ada", width=width)
    page.goto(f"/?text=Ghent{width}")
    status = page.locator(f"{ROWS} td:nth-child(3)")
    expect(status).to_have_text("In progress")
    assert status.evaluate("cell => cell.scrollWidth > cell.clientWidth") is False
    page.locator(f"{ROWS} a").click()
    expect(page.locator("#header .pill").nth(1)).to_have_text("In progress")


def test_a_search_finds_words_of_the_details_and_stays_in_the_address(page: Page, filled: Console) -> None:
    page.keyboard.press("/")
    page.keyboard.type("lsass")
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator(ROWS)).to_contain_text("Oslo")
    expect(page.locator("#total")).to_have_text("1 incident")
    other = filled.tab(page.context.browser or pytest.fail("no browser"), "ada")
    other.goto(page.url)
    expect(other.locator(ROWS)).to_have_count(1)


def test_filters_count_what_they_would_leave(page: Page) -> None:
    page.get_by_role("checkbox", name="Critical").check()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.get_by_role("checkbox", name="Low")).to_be_visible()
    page.get_by_role("checkbox", name="Low").check()
    page.get_by_role("checkbox", name="Critical").uncheck()
    expect(page.locator(ROWS).first).to_contain_text("Lyon")
    assert "severity=low" in page.url


def test_keys_walk_the_rows_assign_open_and_close(page: Page, filled: Console) -> None:
    number = filled.add_incident("Walk by keys in Turin")
    page.goto("/?text=Turin")
    wait_until_live(page)
    page.keyboard.press("j")
    expect(page.locator(f'{ROWS}[data-id="{number}"]')).to_have_class("chosen")
    page.keyboard.press("a")
    expect(page.locator(ROWS).first).to_contain_text("ada")
    page.keyboard.press("c")
    page.get_by_label("Reason").select_option("False positive")
    page.get_by_label("Notes").fill("A test.")
    page.get_by_role("button", name="Close the incident").click()
    expect(page.locator(f'{ROWS}[data-id="{number}"]')).to_contain_text("Closed")
    closed = filled.client().get(f"/api/v1/incidents/{number}").json()
    assert (closed["status"], closed["close_reason"], closed["owner"]) == (2, "False positive", "ada")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/incidents/{number}")


def test_new_incidents_are_announced_and_do_not_move_the_rows(page: Page, filled: Console) -> None:
    first = page.locator(ROWS).first.get_attribute("data-id")
    number = filled.add_incident("Arrives in Porto")
    expect(page.get_by_role("button", name="1 new incident")).to_be_visible()
    assert page.locator(ROWS).first.get_attribute("data-id") == first
    page.get_by_role("button", name="1 new incident").click()
    expect(page.locator(ROWS).first).to_have_attribute("data-id", number)


def test_a_change_by_somebody_else_shows_in_its_row(page: Page, filled: Console) -> None:
    number = filled.add_incident("Taken in Ghent")
    page.goto("/?text=Ghent")
    wait_until_live(page)
    filled.client("ben").patch(f"/api/v1/incidents/{number}", json={"owner": "ben"}).raise_for_status()
    expect(page.locator(f'{ROWS}[data-id="{number}"]')).to_contain_text("ben")


def test_a_long_list_keeps_few_rows_in_the_page(filled: Console, browser: Browser) -> None:
    for number in range(260):
        filled.add_incident(f"Many in Basel {number}", "medium")
    page = filled.tab(browser, "ada")
    page.goto("/?text=Basel")
    expect(page.locator("#total")).to_have_text("260 incidents")
    for _ in range(40):
        page.locator("#scroller").evaluate("scroller => scroller.scrollBy(0, 400)")
        page.wait_for_function("document.querySelectorAll('#rows tr[data-id]').length > 0")
    expect(page.get_by_text("Many in Basel 0", exact=True)).to_be_visible()
    assert page.locator(ROWS).count() < 80
    assert filled.trouble == []


def test_a_jump_reads_what_it_shows_and_every_row_has_its_place(filled: Console, browser: Browser) -> None:
    numbers = [filled.add_incident(f"Row in Cadiz {number}", "medium") for number in range(400)][::-1]
    page = filled.tab(browser, "ada")
    page.goto("/?text=Cadiz")
    wait_until_live(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/fragments/queue?" in request.url else None)
    page.locator("#scroller").evaluate("it => it.scrollTo(0, 330 * it.querySelector('tr[data-id]').offsetHeight)")
    row = page.locator(f'{ROWS}[data-id="{numbers[335]}"]')
    expect(row).to_have_attribute("aria-rowindex", "337")
    assert len(asked) <= 3
    row.click()
    for number in (numbers[335], numbers[200], numbers[20]):
        filled.client().post(f"/api/v1/incidents/{number}/close", json={"reason": "Other"}).raise_for_status()
    filled.add_incident("Row in Cadiz, later")
    expect(row).to_contain_text("Closed")
    seen: dict[str, int] = {}
    for _ in range(160):
        page.keyboard.press("k")
        page.wait_for_function("document.activeElement.closest('tr')?.classList.contains('chosen')")
        for number, place in page.locator(ROWS).evaluate_all("all => all.map(it => [it.dataset.id, it.ariaRowIndex])"):
            seen[number] = int(place)
    here = sorted(seen, key=lambda number: seen[number])
    assert here == [number for number in numbers if number in seen]
    assert numbers[200] not in seen
    assert set(numbers[180:336]) - seen.keys() == {numbers[200]}
    assert filled.trouble == []


def test_keys_walk_on_where_no_row_has_been_read_yet(filled: Console, browser: Browser) -> None:
    numbers = [filled.add_incident(f"Step in Delft {number}", "medium") for number in range(200)][::-1]
    page = filled.tab(browser, "ada")
    page.goto("/?text=Delft")
    wait_until_live(page)
    page.route("**/fragments/queue?*", lambda route: route.abort())  # nothing more comes for a while
    page.locator(ROWS).nth(0).click()
    for _ in range(39):
        page.keyboard.press("j")
    page.unroute("**/fragments/queue?*")
    page.keyboard.press("j")
    expect(page.locator(f'{ROWS}[data-id="{numbers[40]}"]')).to_have_class("chosen")


def test_a_reader_is_offered_nothing_that_is_refused(filled: Console, browser: Browser) -> None:
    page = filled.tab(browser, "rita")
    page.goto("/")
    expect(page.locator(ROWS).first).to_be_visible()
    expect(page.get_by_role("button", name="Assign to me")).to_have_count(0)
    expect(page.get_by_role("button", name="New incident")).to_have_count(0)


def test_the_help_names_the_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Next incident")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/playbooks")


def test_the_theme_stays_chosen(page: Page) -> None:
    page.get_by_role("button", name="Theme: system").click()
    page.get_by_role("button", name="Theme: light").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()


def test_an_incident_of_which_a_task_waits_for_somebody_says_so(page: Page, filled: Console) -> None:
    number = filled.add_incident("Asks in Bonn")
    page.goto("/?text=Bonn")
    wait_until_live(page)
    run = {"name": "Vision One - Ask for Approval", "inputs": {"Respond": "ask", "Proposal": "Isolate it?"}}
    filled.client("ben").post(f"/api/v1/incidents/{number}/playbooks", json=run).raise_for_status()
    expect(page.locator(f'{ROWS}[data-id="{number}"] .pill.wait')).to_have_text("Waits")
    expect(page.locator("#task-count")).to_have_text("1")
