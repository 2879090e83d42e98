"""A request for approval in the console: shown to the letter, decided with a reason, changed by whoever wants to."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.stage import Console, wait_until_live
from tests.web.test_approvals import lay_pack

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    home = tmp_path_factory.mktemp("approving") / "home"
    lay_pack(home)
    console = Console(home=home)
    console.start()
    console.client()
    console.add_user("rita", "responder")
    typed(console, console.add_incident("Lists"), '!setList listName=protected_hosts listData="dc-*"')
    yield console
    console.stop()
    assert console.trouble == []


def typed(console: Console, incident: str, text: str) -> None:
    answer = console.client().post(f"/api/v1/incidents/{incident}/commands", json={"text": text})
    assert answer.is_success, answer.text


def card_of(page: Page, incident: str) -> Locator:
    return page.locator(f'.question[data-incident="{incident}"]')


def inbox(console: Console, browser: Browser, name: str) -> Page:
    page = console.tab(browser, name)
    page.goto("/tasks")
    wait_until_live(page)
    return page


def test_a_request_is_approved_with_a_reason_by_somebody_else(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Approve")
    typed(console, incident, "!SwitchOff host=dc-01,fin-7 reason=x")
    own, other = inbox(console, browser, "ada"), inbox(console, browser, "rita")
    mine, card = card_of(own, incident), card_of(other, incident)
    expect(card).to_contain_text("dc-01, fin-7")
    expect(card).to_contain_text("Asked for by")
    card.get_by_role("button", name="Approve").click()
    expect(card.locator(".refused")).to_contain_text("an approval needs its reason")
    mine.get_by_label("Reason or comment").fill("It spreads.")
    mine.get_by_role("button", name="Approve").click()
    expect(mine.locator(".refused")).to_contain_text("ada asked for this")
    card.get_by_label("Reason or comment").fill("It spreads.")
    with other.expect_request("**/answer") as asked:
        card.get_by_role("button", name="Approve").click()
    expect(card).to_contain_text("rita answered “Approve”.")
    assert "form" not in json.loads(asked.value.post_data or "")


def test_an_approved_action_that_fails_is_said_where_it_was_approved(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Fail")
    typed(console, incident, "!SwitchOff host=dc-broken reason=x")
    card = card_of(inbox(console, browser, "rita"), incident)
    card.get_by_label("Reason or comment").fill("It spreads.")
    card.get_by_role("button", name="Approve").click()
    expect(card.get_by_role("alert")).to_contain_text("!SwitchOff failed:")
    expect(card.get_by_role("alert")).to_contain_text("The host does not answer.")


def test_only_what_somebody_changed_is_sent_with_an_approval(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Change")
    typed(console, incident, "!SwitchOff host=dc-01,fin-7 reason=x")
    page = inbox(console, browser, "rita")
    card = card_of(page, incident)
    card.get_by_text("Approve it with other values").click()
    card.get_by_label("host").fill("fin-7")
    card.get_by_label("Reason or comment").fill("Not the controller.")
    with page.expect_request("**/answer") as asked:
        card.get_by_role("button", name="Approve").click()
    expect(card).to_contain_text("rita answered “Approve”.")
    assert json.loads(asked.value.post_data or "")["form"] == {"host": "fin-7"}
