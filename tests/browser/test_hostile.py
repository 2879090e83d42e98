"""Text that attackers write: it is shown as text, the page stays whole, and nothing is fetched."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.stage import Console, wait_until_live

pytestmark = pytest.mark.acceptance

HOSTILE = (
    "<img src=x onerror=window.owned=1><script>window.owned=1</script>",
    "![look](https://elsewhere.example/pixel.png) [click](javascript:window.owned=1)",
    "</div></main><svg onload=window.owned=1>",
    "{{ 7*7 }} ${7*7} <%= 7 %>",
    "invoice\u202egpj.exe \u2066 hidden\u2069 \u0000 \u0007",
    '"><a href="//elsewhere.example" autofocus onfocus=window.owned=1>x</a>',
    "| a | b |\n| --- | --- |\n| <b onclick=window.owned=1>x</b> | `|` |",
)


@pytest.fixture(scope="module")
def console(serve: Callable[..., Console]) -> Console:
    return serve()


def test_hostile_text_is_shown_and_does_nothing(console: Console, browser: Browser) -> None:
    incident = console.add_incident(HOSTILE[0], details="\n".join(HOSTILE))
    for text in HOSTILE:
        console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": text}).raise_for_status()
    page = console.tab(browser, "ada")
    for tab in ("summary", "warroom", "plan", "context", "evidence"):
        page.goto(f"/incidents/{incident}?tab={tab}")
        wait_until_live(page)
        assert page.evaluate("() => window.owned") is None
        assert page.locator("main img, main script, main iframe, main a[href^=javascript]").count() == 0
    page.goto(f"/incidents/{incident}?tab=warroom")
    expect(page.locator("h1")).to_contain_text("<img src=x onerror=window.owned=1>")
    expect(page.locator(".entry").filter(has_text="invoicegpj.exe")).to_be_visible()
    assert page.locator("#prompt").is_visible()


def test_a_very_long_note_is_folded_and_the_page_stays_whole(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Long")
    text = "A" * 200_000 + "\n\n" + "word " * 100_000
    console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": text}).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    entry = page.locator(".entry").last
    expect(entry.get_by_role("button", name="Show all of it")).to_be_visible()
    expect(entry).to_contain_text("The whole text of this entry")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_hostile_file_names_are_shown_as_text(console: Console, browser: Browser) -> None:
    incident = console.add_incident("File names")
    name = '"><script>window.owned=1</script>\u202egpj.exe'
    console.client().post(
        f"/api/v1/incidents/{incident}/notes", json={"text": f"`{name}` and {name}"}
    ).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}")
    expect(page.locator(".entry").last).to_contain_text('"><script>window.owned=1</script>gpj.exe')
    assert page.evaluate("() => window.owned") is None


def test_nothing_went_wrong_in_any_tab(console: Console) -> None:
    assert console.trouble == []


def test_a_value_that_is_selected_in_a_table_is_copied_to_the_letter(console: Console, browser: Browser) -> None:
    incident = console.add_incident("Tables")
    values = (
        r"C:\Users\bob\.aws\credentials",
        r"\\fs01\a  b\*.dmp",
        "<a@b.example>",
        "*x* _y_ [z](http://q)",
        "one\ntwo",
    )
    rows = "\n".join(f"| {value.replace(chr(10), '<br>')} |" for value in values)
    note = f"### Found\n|Value|\n|---|\n{rows}\n"
    console.client().post(f"/api/v1/incidents/{incident}/notes", json={"text": note}).raise_for_status()
    page = console.tab(browser, "ada")
    page.goto(f"/incidents/{incident}?tab=warroom")
    cells = page.locator(".entry td")
    expect(cells).to_have_count(len(values))
    copied = [
        cell.evaluate("cell => { getSelection().selectAllChildren(cell); return getSelection().toString(); }")
        for cell in cells.all()
    ]
    assert copied == list(values)
