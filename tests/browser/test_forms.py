"""What playbooks ask of people: every type of question, reasons for refusals, and two answers at once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.stage import Console, wait_until_live
from tests.browser.story import run_playbook

pytestmark = pytest.mark.acceptance

TYPES = {
    "who": ("shortText", []),
    "why": ("longText", []),
    "hours": ("number", []),
    "zone": ("singleSelect", ["lab", "office"]),
    "shifts": ("multiSelect", ["early", "late", "night"]),
    "day": ("date", []),
    "host": ("singleSelect", [f"FIN-{number}" for number in range(9)]),
}


def start_and(task: dict[str, object]) -> dict[str, object]:
    """Return a playbook's tasks: the start, this one, and the one where its branches meet."""
    begin = {"id": "0", "taskid": "s", "type": "start", "task": {"id": "s", "name": ""}, "nexttasks": {"#none#": ["1"]}}
    end = {"id": "2", "taskid": "e", "type": "title", "task": {"id": "e", "name": "Done"}}
    return {"0": begin, "1": {"id": "1", "taskid": "t", **task}, "2": end}


FORM = start_and(
    {
        "type": "collection",
        "task": {"id": "t", "name": "Plan the work"},
        "nexttasks": {"#none#": ["2"]},
        "form": {
            "title": "Plan",
            "questions": [
                {"id": name, "label": f"Your {name}", "type": kind, "required": name == "who", "options": options}
                for name, (kind, options) in TYPES.items()
            ],
        },
    }
)
CHOICE = start_and(
    {
        "type": "condition",
        "task": {"id": "t", "name": "Isolate it?"},
        "nexttasks": {"Approve": ["2"], "Reject": ["2"]},
    }
)


def install(home: Path) -> None:
    """Put a pack with both playbooks where a user would."""
    folder = home / "packs" / "Ask" / "Playbooks"
    folder.mkdir(parents=True)
    (folder.parent / "pack_metadata.json").write_text(json.dumps({"name": "Ask", "currentVersion": "1.0.0"}))
    for name, tasks in (("Form", FORM), ("Choice", CHOICE)):
        body = {"id": name, "version": -1, "name": name, "starttaskid": "0", "tasks": tasks}
        (folder / f"playbook-{name}.yml").write_text(json.dumps(body))


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    home = tmp_path_factory.mktemp("asking") / "home"
    install(home)
    console = Console(home=home)
    console.start()
    console.client()
    console.add_user("rita", "responder")
    yield console
    console.stop()
    assert console.trouble == []


def inbox(console: Console, browser: Browser, name: str) -> Page:
    page = console.tab(browser, name)
    page.goto("/tasks")
    wait_until_live(page)
    return page


def test_a_form_takes_an_answer_of_every_type(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Plan")
    page = inbox(console, browser, "ada")
    run_playbook(console, incident, "Form")
    card = page.locator(f'.question[data-incident="{incident}"]')
    send = card.get_by_role("button", name="Send the answers")
    send.click()
    expect(card.locator(".refused")).to_have_text("“Your who” needs an answer.")
    card.get_by_label("Your who").fill("Rita")
    card.get_by_label("Your why").fill("Two\nlines")
    card.get_by_label("Your hours").fill("2.5")
    card.get_by_role("radio", name="office").check()
    for shift in ("early", "night"):
        card.get_by_role("checkbox", name=shift).check()
    card.get_by_label("Your day").fill("2026-11-24")
    card.get_by_label("Your host").select_option("FIN-7")
    with page.expect_request("**/answer") as asked:
        send.click()
    expect(card).to_contain_text("ada answered")
    assert json.loads(asked.value.post_data or "")["form"] == {
        "who": "Rita",
        "why": "Two\nlines",
        "hours": "2.5",
        "zone": "office",
        "shifts": ["early", "night"],
        "day": "2026-11-24",
        "host": "FIN-7",
    }


def test_a_refusal_needs_its_reason(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Refuse")
    page = inbox(console, browser, "ada")
    run_playbook(console, incident, "Choice")
    card = page.locator(f'.question[data-incident="{incident}"]')
    card.get_by_role("button", name="Reject").click()
    expect(card.locator(".refused")).to_contain_text("a refusal needs its reason")
    card.get_by_label("Reason or comment").fill("The owner objects.")
    card.get_by_role("button", name="Reject").click()
    expect(card).to_contain_text("ada answered “Reject”.")
    entries = console.client().get(f"/api/v1/incidents/{incident}/entries").json()["items"]
    assert any("The owner objects." in str(entry["contents"]) for entry in entries)


def test_of_two_answers_at_once_the_first_counts_and_both_see_it(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Both")
    first, second = inbox(console, browser, "ada"), inbox(console, browser, "rita")
    run_playbook(console, incident, "Choice")
    cards = [page.locator(f'.question[data-incident="{incident}"]') for page in (first, second)]
    for card in cards:
        expect(card).to_be_visible()
    cards[1].get_by_label("Reason or comment").fill("half a sentence")
    cards[0].get_by_role("button", name="Approve").click()
    for card in cards:
        expect(card).to_contain_text("ada answered “Approve”.")
        expect(card.get_by_role("button")).to_have_count(0)


def test_an_answer_that_comes_too_late_says_so(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Late")
    page = inbox(console, browser, "rita")
    plan = run_playbook(console, incident, "Choice")
    card = page.locator(f'.question[data-incident="{incident}"]')
    expect(card).to_be_visible()

    def late(route: Route) -> None:
        body = {"choice": "Reject", "comment": "No."}
        console.client().post(f"/api/v1/plans/{plan}/tasks/1/answer", json=body).raise_for_status()
        route.continue_()

    page.route("**/answer", late)
    card.get_by_role("button", name="Approve").click()
    expect(card).to_contain_text("ada answered “Reject”.")
    expect(page.locator("#toasts .bad")).to_be_visible()


def test_what_is_being_typed_outlives_other_peoples_work(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Mine")
    page = inbox(console, browser, "ada")
    run_playbook(console, incident, "Choice")
    comment = page.locator(f'.question[data-incident="{incident}"]').get_by_label("Reason or comment")
    comment.fill("I am thinking")
    other = console.add_incident("Another")
    run_playbook(console, other, "Choice")
    expect(page.locator(f'.question[data-incident="{other}"]')).to_be_visible()
    expect(comment).to_have_value("I am thinking")


def test_a_card_read_as_answered_before_its_event_is_heard_says_by_whom(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Overtaken")
    page = inbox(console, browser, "rita")
    plan = run_playbook(console, incident, "Choice")
    card = page.locator(f'.question[data-incident="{incident}"]')
    card.get_by_label("Reason or comment").fill("half a sentence")

    def empty(route: Route) -> None:
        route.fulfill(body="", content_type="text/html")

    page.route("**/fragments/tasks", empty)
    with page.expect_response("**/fragments/tasks"):
        run_playbook(console, console.add_incident("Elsewhere"), "Choice")
    expect(card.get_by_label("Reason or comment")).to_have_value("half a sentence")
    body = {"choice": "Approve", "comment": ""}
    console.client().post(f"/api/v1/plans/{plan}/tasks/1/answer", json=body).raise_for_status()
    expect(card).to_contain_text("ada answered “Approve”.")


def test_one_plan_is_cancelled_with_a_reason_and_its_bar_is_not_green(console: Console, browser: Browser) -> None:
    incident = console.add_incident("One plan too many")
    console.add_user("nan", "analyst")
    first, second = (run_playbook(console, incident, "Choice") for _ in range(2))
    page = console.tab(browser, "rita")
    page.goto(f"/incidents/{incident}?tab=plan&plan={first}")
    wait_until_live(page)
    page.get_by_role("button", name="Cancel the plan…").click()
    asked = page.get_by_role("dialog", name="Cancel the plan")
    expect(asked).to_contain_text("Choice ends.")
    asked.get_by_label("Why").fill("It runs twice.")
    asked.get_by_role("button", name="Cancel it").click()
    expect(page.locator("#toasts")).to_contain_text("Choice is cancelled.")
    expect(page.locator("#plan-said")).to_contain_text("cancelled")
    expect(page.get_by_role("button", name="Cancel the plan…")).to_be_hidden()
    expect(page.locator(f'.plan-progress:has(a[data-plan="{first}"]) progress')).to_have_class("over")
    expect(page.locator(f'.plan-progress:has(a[data-plan="{second}"]) progress')).to_have_class("")
    found = console.client().get(f"/api/v1/incidents/{incident}/plans").json()["items"]
    assert {plan["plan"]: plan["state"] for plan in found} == {first: "cancelled", second: "waiting"}
    assert "It runs twice." in console.client().get(f"/api/v1/incidents/{incident}/entries").text
    other = console.tab(browser, "nan")
    other.goto(f"/incidents/{incident}?tab=plan&plan={second}")
    expect(other.locator("#plan-said")).to_contain_text("waiting")
    expect(other.get_by_role("button", name="Cancel the plan…")).to_have_count(0)
