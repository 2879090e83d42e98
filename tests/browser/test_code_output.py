"""Where code failed and what it printed: folded under its entry, to be opened by those who may see it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console, wait_until_live
from tests.cli.content import install_pack

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A server with a script that prints and fails."""
    console = Console(home=tmp_path_factory.mktemp("served") / "home")
    install_pack(console.home)
    console.start()
    yield console
    assert console.trouble == []
    console.stop()


def test_an_analyst_unfolds_where_code_failed_and_a_reader_sees_the_sentence_only(
    console: Console, browser: Browser
) -> None:
    incident = console.add_incident("Fall")
    console.add_user("ann", "analyst")
    console.add_user("rob", "reader")
    page = console.tab(browser, "ann")
    page.goto(f"/incidents/{incident}?tab=warroom")
    wait_until_live(page)
    typed = {"text": "!Stumble stone=flint"}
    console.client("ann").post(f"/api/v1/incidents/{incident}/commands", json=typed).raise_for_status()
    failed = page.locator(".entry.is-error")
    expect(failed).to_contain_text("ValueError: <b>stumbled</b>")
    expect(failed.locator("pre", has_text="Stumble.py")).to_be_hidden()
    failed.get_by_text("Where the code failed").click()
    expect(failed.locator("pre", has_text='File "Desk/Scripts/Stumble/Stumble.py", line 5, in main')).to_be_visible()
    failed.get_by_text("What the code printed").press("Enter")
    expect(failed.locator("pre", has_text="looking")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    reader = console.tab(browser, "rob")
    reader.goto(f"/incidents/{incident}?tab=warroom")
    expect(reader.locator(".entry.is-error")).to_contain_text("ValueError: <b>stumbled</b>")
    expect(reader.get_by_text("Where the code failed")).to_have_count(0)


def test_a_test_of_an_instance_that_fails_has_them_too(console: Console, browser: Browser) -> None:
    body = {"name": "s1", "integration": "Stumbler"}
    console.client().post("/api/v1/instances", json=body).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto("/integrations")
    page.get_by_role("button", name="Test").first.click()
    said = page.locator("[data-said]").first
    expect(said).to_contain_text("ValueError: no ground")
    expect(said.locator("pre", has_text="Stumbler.py")).to_be_hidden()
    said.get_by_text("Where the code failed").click()
    expect(said.locator("pre", has_text='Desk/Integrations/Stumbler/Stumbler.py", line 5, in test')).to_be_visible()
