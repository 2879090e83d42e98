"""What a table of `tableToMarkdown` shows, on a page and on a terminal: the values, to the letter."""

import io
from html.parser import HTMLParser
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console

from warroom.cli.markdown import EntryMarkdown
from warroom.web.markdown import html_of

VALUES = (
    r"C:\Users\bob\.aws\credentials",
    r"\\fs01\share$\*.dmp",
    "\\",
    "\\`",
    "`",
    r"\|",
    "a|b||c",
    "<a@b.example>",
    "<https://evil.example/x>",
    "https://evil.example/a_b_c?x=*y*",
    "*bold* **bolder** _thin_ __x__ ~~gone~~",
    "[click](https://evil.example)",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "[x]: https://evil.example",
    "<script>alert(1)</script>",
    "a<br>b<BR/>c &lt;br&gt; &amp;lt;br &amp; &#42; &nbsp;",
    "one\ntwo\r\nthree",
    "# no title",
    "> no quote",
    "- no list",
    "1. no list",
    "---",
    "|---|",
    "***",
    "```",
    "$(whoami) ${jndi:ldap://x}",
    "Straße 漢字 🦊",
    "two  spaces   here",
    "NaN",
    "a\\\nb\\",
)


class Cells(HTMLParser):
    """Reads the text of the cells of a page's tables, as a browser copies it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"td", "th"}:
            self.texts.append("")
            self._is_inside = True
        elif tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            self.texts[-1] += data


def on_a_page(markdown: str) -> Cells:
    cells = Cells()
    cells.feed(html_of(markdown))
    return cells


def on_a_terminal(markdown: str) -> str:
    out = io.StringIO()
    Console(file=out, width=400, color_system=None, highlight=False).print(EntryMarkdown(markdown))
    return out.getvalue()


def as_shown(value: str) -> str:
    return value.replace("\r\n", "\n").strip()


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_shown_to_the_letter(csp: ModuleType, value: str) -> None:
    table = csp.tableToMarkdown("Found", [{"a": value, "b": "next"}, {"a": "x", "b": value}])
    cells = on_a_page(table)
    assert cells.texts == ["a", "b", as_shown(value), "next", "x", as_shown(value)]
    shown = on_a_terminal(table)
    for line in as_shown(value).split("\n"):
        assert shown.count(line) >= 2


@pytest.mark.parametrize("value", VALUES)
def test_so_are_headings_lists_and_single_columns(csp: ModuleType, value: str) -> None:
    heading = as_shown(value).replace("\n", " ")
    assert on_a_page(csp.tableToMarkdown("T", [{heading: "x"}])).texts == [heading, "x"]
    assert on_a_page(csp.tableToMarkdown("T", [value, "x"], "Path")).texts == ["Path", as_shown(value), "x"]
    assert on_a_page(csp.tableToMarkdown("T", {"a": [value, "x"]})).texts[1] == f"{as_shown(value)},\nx"


LETTERS = st.text(alphabet="\\`*_[]<>()|~!&#;brampltx@:/. \nC", max_size=30)


@given(LETTERS, LETTERS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # it keeps nothing of a table
def test_no_value_changes_its_letters_or_its_neighbour(csp: ModuleType, one: str, other: str) -> None:
    table = csp.tableToMarkdown("T", [{"a": f".{one}.", "b": f".{other}."}])
    assert on_a_page(table).texts == ["a", "b", f".{one}.", f".{other}."]


def test_what_was_made_a_link_is_one_and_shows_where_it_leads(csp: ModuleType) -> None:
    table = csp.tableToMarkdown("T", {"url": "https://a.example/x"}, url_keys=["url"])
    cells = on_a_page(table)
    assert (cells.texts, cells.links) == (["url", "https://a.example/x"], ["https://a.example/x"])
    assert "https://a.example/x" in on_a_terminal(table)
    labelled = on_a_page(csp.tableToMarkdown("T", {"url": "[click](https://a.example)"}))
    assert (labelled.texts[1], labelled.links) == ("[click](https://a.example)", ["https://a.example"])


def test_a_title_stays_one_line(csp: ModuleType) -> None:
    assert on_a_page(csp.tableToMarkdown("T\n|x|\n|---|\n| fake |", {"a": 1})).texts == ["a", "1"]


def test_a_table_that_somebody_wrote_is_markdown() -> None:
    cells = on_a_page("| a |\n|---|\n| **b** [c](https://a.example) |")
    assert (cells.texts, cells.links) == (["a", "b c"], ["https://a.example"])
