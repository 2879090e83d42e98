import pytest

from tests.packs.base.test_shown import VALUES, on_a_page, on_a_terminal
from warroom.web.tables import as_table, escaped, value_of


def others(value: str) -> str:
    """Make a cell as Palo Alto's `tableToMarkdown` does: pipes and backticks escaped, breaks written out."""
    return value.replace("|", "\\|").replace("`", "\\`").replace("\r\n", "<br>").replace("\n", "<br>")


@pytest.mark.parametrize("value", [value for value in VALUES if "<br" not in value])
def test_the_table_of_another_base_pack_is_shown_to_the_letter_too(value: str) -> None:
    table = f"### T\n|a|b|\n|---|---|\n| {others(value)} | next |\n"
    shown = value.replace("\r\n", "\n")
    assert on_a_page(table).texts == ["a", "b", shown, "next"]
    assert all(line in on_a_terminal(table) for line in shown.split("\n"))


@pytest.mark.parametrize("value", [value for value in VALUES if "\n" not in value and "  " not in value])
def test_our_own_tables_show_values_as_they_are(value: str) -> None:
    assert on_a_page(as_table([{value: "x", "b": value}])).texts == [value, "b", "x", value]
    assert value in on_a_terminal(as_table([{"a": value}]))


@pytest.mark.parametrize("value", VALUES)
def test_an_escaped_text_is_shown_as_it_is(value: str) -> None:
    words = " ".join(value.split())
    assert on_a_page(f"| a |\n|---|\n| {escaped(words)} |").texts == ["a", words]


def test_more_rows_than_anybody_reads_are_left_out() -> None:
    assert len(as_table([{"a": number} for number in range(5000)]).splitlines()) == 202


@pytest.mark.parametrize(
    ("cell", "value"),
    [("a<br>b<BR/>c<br />d", "a\nb\nc\nd"), (r"\`", "`"), (r"\n", r"\n"), ("&lt;br>", "<br>"), ("&lt;b>", "&lt;b>")],
)
def test_the_value_of_a_cell(cell: str, value: str) -> None:
    assert value_of(cell) == value
