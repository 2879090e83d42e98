# ruff: noqa: RUF001  # letters of other scripts are among the tries
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.services.people.weak_passwords import ROWS, WORDS, is_guessed_first

GUESSED = [
    *("password1234", "P@ssw0rd-2026!", "passwordpassword", "drowssap1234", "Pa$$w0rd!!!!", "PASSWORT12345"),
    *("123456789012", "098765432109", "abcdefghijkl", "qwertyuiop12", "1qaz2wsx3edc", "zaq12wsxcde3", "q1w2e3r4t5y6"),
    *("Summer2026!!!!", "Winter-2025/26", "Welcome2Warroom!", "letmeinletmein", "iloveyou1234", "administrator1"),
    *("abcabcabcabc1", "hunter2hunter2", "11112222333344", "Correct Horse Battery Staple", "changeme.changeme"),
    *("ａｄｍｉｎ１２３４５６７８", "Visionone-2026"),
]
GOOD = ["correct horse battery", "анна любит кофе", "x1y2z3w4v5u6", "my dog eats blue cheese", "k9!fQz7$Lm2x"]


@pytest.mark.parametrize("password", GUESSED)
def test_what_every_list_of_guesses_begins_with_is_known(password: str) -> None:
    assert is_guessed_first(password, "bob")


@pytest.mark.parametrize("password", GOOD)
def test_what_somebody_thought_of_is_not(password: str) -> None:
    assert not is_guessed_first(password, "bob")


@pytest.mark.parametrize("password", ["Lima.Ana.2026!", "amil.ana-1234", "ANALIMA!analima?", "ana.lima@soc.example"])
def test_neither_is_a_name_in_any_order_a_password(password: str) -> None:
    assert is_guessed_first(password, "ana.lima@soc.example")


@pytest.mark.parametrize("password", ["", "ы", "\ud800" * 12, "!" * 1024, "a" * 1024, "ß" * 20, "\u0345ͅ" * 6])
def test_any_text_gets_an_answer(password: str) -> None:
    assert is_guessed_first(password, "")


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), st.integers(1900, 2099), st.sampled_from(ROWS))
def test_common_words_with_a_year_and_a_row_of_keys_are_guessed(words: list[str], year: int, row: str) -> None:
    assert is_guessed_first(f"{'-'.join(words)}!{year}#{row[:6]}", "bob")


def test_what_a_password_manager_draws_is_taken() -> None:
    draws = random.Random(7)
    alphabet = string.ascii_letters + string.digits + string.punctuation
    for _ in range(300):
        assert not is_guessed_first("".join(draws.choices(alphabet, k=20)), "bob")
