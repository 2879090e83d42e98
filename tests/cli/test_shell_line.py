import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.cli.shell_line import quoted, without_secrets, words_of
from warroom.model.errors import InvalidInputError
from warroom.services.commands.command_line import parse

TRICKY = st.text(alphabet="ab =\\\"'`,", max_size=12)


@given(TRICKY)
def test_a_quoted_value_is_read_as_it_was(value: str) -> None:
    assert parse(f"!cmd key={quoted(value)} last=x").args == {"key": value, "last": "x"}


@given(st.text(alphabet="ab =\\\"'`,", max_size=30))
def test_a_line_is_split_as_the_war_room_splits_it(line: str) -> None:
    words = words_of(f"!cmd {line}")[1:]
    try:
        parsed = parse(f"!cmd {line}")
    except InvalidInputError as error:
        if "not closed" in str(error):
            assert any(word.quote for word in words)
        return
    assert not any(word.quote for word in words)
    read = [*(f"{name}={value}" for name, value in parsed.args.items()), *parsed.bare]
    assert sorted(word.text for word in words) == sorted(read)


@given(st.text(alphabet="ab =\\\"'`", max_size=30))
def test_words_stand_where_they_say(line: str) -> None:
    ends = [0]
    for word in words_of(line):
        assert ends[-1] <= word.start < word.end <= len(line)
        assert line[ends[-1] : word.start].strip() == ""
        ends.append(word.end)
    assert line[ends[-1] :].strip() == ""


def test_an_open_quote_is_told() -> None:
    assert [word.quote for word in words_of("a 'b c")] == ["", "'"]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("!login password=hunter2", "!login password="),
        ("!login password='hunter 2' user=ann", "!login password= user=ann"),
        ('!login user=ann "password=hunter2"', "!login user=ann password="),
        ("!login password='hunter2 and no end", "!login password="),
        ("!login user=ann", "!login user=ann"),
        ("a note about a password", "a note about a password"),
        ("a note: password=hunter2", "a note: password="),
    ],
)
def test_the_value_of_a_secret_argument_is_left_out(line: str, kept: str) -> None:
    assert without_secrets(line, lambda name: "password" in name) == kept
