import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from warroom.cli.markdown import EntryMarkdown

HASH = "a" * 64


def shown(text: str, *, width: int = 100) -> str:
    """What a terminal of that width shows, with everything that would steer it."""
    out = io.StringIO()
    Console(file=out, width=width, force_terminal=True, color_system=None, highlight=False).print(EntryMarkdown(text))
    return out.getvalue()


def table(*rows: tuple[str, ...]) -> str:
    header, *body = (f"| {' | '.join(row)} |" for row in rows)
    return "\n".join([header, "|---" * len(rows[0]) + "|", *body])


def test_a_line_break_stays_one() -> None:
    assert [line.rstrip() for line in shown("one\ntwo").splitlines()] == ["one", "two"]


def test_a_link_shows_where_it_leads_and_cannot_be_clicked() -> None:
    text = shown("[good](https://evil.example/x)")
    assert "good (https://evil.example/x)" in text
    assert "\x1b]8" not in text


def test_html_is_shown_not_hidden() -> None:
    assert "<script>x</script> </kbd>" in shown("<script>x</script> </kbd>")


def test_a_table_that_fits_stands_side_by_side() -> None:
    lines = shown(table(("Name", "SHA-256"), ("lsass.DMP", HASH))).splitlines()
    assert any("lsass.DMP" in line and HASH in line for line in lines)


def test_a_hash_is_not_cut_for_the_sake_of_prose() -> None:
    assert HASH in shown(table(("Why", "SHA-256"), ("words " * 30, HASH)))


def test_a_table_that_is_too_wide_is_laid_out_row_by_row() -> None:
    columns = tuple(f"Column{number}" for number in range(12))
    values = tuple(f"value-{number}-{'x' * 12}" for number in range(12))
    lines = shown(table(columns, values, values)).splitlines()
    for column, value in zip(columns, values, strict=True):
        assert sum(column in line and value in line for line in lines) == 2


def test_an_empty_cell_takes_no_line_of_its_own() -> None:
    columns = tuple(f"Column{number}" for number in range(12))
    values = ("", *(f"value-{'x' * 12}" for _ in range(11)))
    assert "Column0" not in shown(table(columns, values))


@pytest.mark.parametrize("width", [20, 40, 100])
@pytest.mark.parametrize(
    "text", ["# Title", table(("A", "B"), (HASH, HASH)), "- a\n  - b\n\n> quote\n\n```\ncode\n```"]
)
def test_nothing_is_wider_than_the_terminal(text: str, width: int) -> None:
    assert max(len(line) for line in shown(text, width=width).splitlines()) <= width


def test_a_table_without_rows_shows_its_columns() -> None:
    assert "Name" in shown(table(("Name", "Size")))


CELLS = st.text(alphabet="xy ", max_size=60)


@given(st.lists(st.lists(CELLS, min_size=5, max_size=5), min_size=1, max_size=3), st.integers(30, 120))
def test_no_table_loses_a_letter(rows: list[list[str]], width: int) -> None:
    text = shown(table(("A", "B", "C", "D", "E"), *(tuple(row) for row in rows)), width=width)
    assert text.count("x") == sum(cell.count("x") for row in rows for cell in row)
    assert max(len(line) for line in text.splitlines()) <= width
