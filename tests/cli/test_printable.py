import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.cli.printable import printable


@given(st.text())
def test_what_is_printable_never_steers(text: str) -> None:
    kept = printable(text)
    assert all(character.isprintable() or character in "\n\t" or character.isspace() for character in kept)
    assert not set(kept) & set("\x1b\r\x0b\x0c\x85\x9b\u202e\u2028\u2066")
    assert printable(kept) == kept


@pytest.mark.parametrize("text", ["Grüße, 東京 🙂", "a\nb\tc", "no\u00a0break"])
def test_ordinary_text_stays(text: str) -> None:
    assert printable(text) == text
