import json
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.cli.output import (
    first_line,
    print_entries,
    print_entry,
    print_json,
    print_line,
    print_refusal,
    print_said,
    print_table,
)


def entry(**fields: Any) -> dict[str, Any]:
    """An entry as the doors shape it."""
    known = {
        "id": "1@1",
        "type": 1,
        "format": "text",
        "contents": "",
        "human_readable": None,
        "file": None,
        "trace": "",
        "log": "",
    }
    return {**known, "created": "2031-02-03T04:05:06+00:00", "actor": "ana", "command": "", "instance": "", **fields}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"human_readable": "\n### Task **7**\nrunning"}, "Task 7"),
        ({"contents": "plain \x1b[2Jtext"}, "plain [2Jtext"),
        ({"contents": {"status": "running"}}, ""),
        ({"contents": "x" * 500}, "x" * 80),
    ],
)
def test_the_first_line_is_short_and_steers_nothing(fields: dict[str, Any], line: str) -> None:
    assert first_line(entry(**fields)) == line


@given(st.recursive(st.none() | st.text(), st.lists))
def test_json_means_what_it_says_and_never_steers(document: Any) -> None:
    with redirect_stdout(StringIO()) as out:
        print_json(document)
    assert json.loads(out.getvalue()) == document
    assert all(character.isprintable() or character == "\n" for character in out.getvalue())


def test_json_on_standard_output_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    document = {"name": "東京 \x9b2J \u202e \ud800 \x1b", "list": [1, None]}
    print_json(document)
    out = capsys.readouterr().out
    assert json.loads(out) == document
    assert "東京" in out
    assert all(character.isprintable() or character == "\n" for character in out)


def test_markdown_is_laid_out_and_plain_text_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    print_entry(entry(human_readable="**bold**"))
    print_entry(entry(contents="**plain**"))
    assert capsys.readouterr().out.split() == ["bold", "**plain**"]


def test_contents_that_are_data_are_shown_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_entry(entry(format="json", contents={"a": [1]}))
    assert json.loads(capsys.readouterr().out) == {"a": [1]}


def test_an_empty_entry_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_entry(entry()) is False
    assert capsys.readouterr().out == ""


def test_a_file_is_shown_with_its_hash_on_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    print_entry(entry(file={"name": "a\x1bb.zip", "size": 1234567, "sha256": "f" * 64}))
    assert capsys.readouterr().out == f"ab.zip  1,234,567 bytes  SHA-256 {'f' * 64}\n"


def test_entries_say_whether_one_is_an_error_and_all_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert print_entries([entry(type=4, contents="broke"), entry(contents="went on")]) is True
    assert print_entries([entry(contents="fine")]) is False
    assert capsys.readouterr().out.split("\n")[:3] == ["broke", "went on", "fine"]


def test_what_was_said_stands_under_who_said_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_said([entry(contents="hello", command="Print", instance="one")])
    assert capsys.readouterr().out == "04:05:06 UTC  1@1  ana Print (one)\nhello\n"


def test_markup_in_names_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("[red]title[/]", ("name",), [("[bold]x[/bold]",)], "empty")
    print_line("[blink]y[/]")
    out = capsys.readouterr().out
    for text in ("[red]title[/]", "[bold]x[/bold]", "[blink]y[/]"):
        assert text in out


def test_a_refusal_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    print_refusal("No. " * 60)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1


def test_what_code_left_is_shown_when_asked_and_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    failed = entry(type=4, contents="broke", trace='File "Look.py", line 2\n    1 / 0\n', log="one\x1b[2J [b]two[/b]")
    print_entry(failed)
    assert capsys.readouterr().out == "broke\n"
    assert print_entries([failed], verbose=True) is True
    assert capsys.readouterr().out.splitlines() == [
        "broke",
        "where the code failed:",
        '  | File "Look.py", line 2',
        "  |     1 / 0",
        "what the code printed:",
        "  | one[2J [b]two[/b]",
    ]
