"""What is written is read back as the same, or nothing is written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.json import Json
from warroom.services.commands.command_line import parse
from warroom.services.commands.typed_line import typed_line


@pytest.mark.parametrize(
    "value",
    [
        "",
        "FIN-1",
        "two words",
        "say \"hi\" to 'them'",
        "all `three` \"kinds\" of 'quotes'",
        "C:\\Temp\\",
        "C:\\Program Files\\x.dmp",
        "https://a.example/x,b?c=d&e=f",
        '["not", "closed"',
        "a=b c=d",
        "!isolate endpoint=B",
        "line\nline",
        ["https://a.example/x", "b.example"],
        {"endpoint": "A B"},
        5,
        True,
    ],
)
def test_a_value_is_read_back_as_it_was(value: Json) -> None:
    line = typed_line("isolate", {"endpoint": value, "using": "lab-2"})
    assert parse(line).args == {"endpoint": value if isinstance(value, str) else json.dumps(value), "using": "lab-2"}


def test_what_looks_like_a_reference_is_written_as_text() -> None:
    assert parse(typed_line("x", {"a": "<${Secret}>"})).args == {"a": "<${.='${Secret}'}>"}


@pytest.mark.parametrize("hidden", ["a\rb", "a\u200bb", "a\u202eb", "a\0b"])
def test_what_nobody_sees_is_not_offered_to_be_typed_again(hidden: str) -> None:
    assert typed_line("x", {"a": hidden}) == ""


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text(max_size=40), max_size=4))
def test_no_line_says_anything_else(args: dict[str, str]) -> None:
    line = typed_line("x", args)
    if line and "${" not in line:
        assert parse(line).args == args
