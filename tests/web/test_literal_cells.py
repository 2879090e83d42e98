import pytest
from markdown_it import MarkdownIt

from warroom.web.literal_cells import in_lines, linked, with_literal_cells


@pytest.mark.parametrize(
    ("table", "is_literal"),
    [
        ("|a|\n|---|\n| *x* |", True),
        ("|a|b|\n|---|---|\n| *x* | |", True),
        ("### T\n\ntext\n\n|a|\n|---|\n| *x* |\n\nmore", True),
        ("| a |\n| --- |\n| *x* |", False),
        ("|a|\n|---|\n|*x*|", False),
        ("|a|\n|:--|\n| *x* |", False),
        ("a|b\n---|---\n*x*|y", False),
    ],
)
def test_tables_of_code_are_known_by_their_form(table: str, *, is_literal: bool) -> None:
    parser = with_literal_cells(MarkdownIt().enable("table"), linked)
    assert ("*x*" in parser.render(table)) is is_literal


def test_around_a_table_markdown_is_markdown() -> None:
    parser = with_literal_cells(MarkdownIt().enable("table"), linked)
    assert "<em>y</em>" in parser.render("|a|\n|---|\n| *x* |\n\n*y*")


def test_a_terminal_has_lines_and_no_links() -> None:
    assert [token.type for token in in_lines("a\nb")] == ["text", "hardbreak", "text"]
    assert [token.content for token in in_lines("[http://a](http://a)")] == ["http://a"]
