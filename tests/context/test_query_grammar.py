from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.query_grammar import COMPARISONS, Vocabulary, like, read_tests
from warroom.model.errors import InvalidInputError


def of_word(word: str) -> Callable[[int], bool]:
    return lambda number: str(number) == word


def of_field(name: str, sign: str, value: str) -> Callable[[int], bool]:
    return lambda number: name == "n" and COMPARISONS[sign](number, int(value))


NUMBERS = Vocabulary(of_word=of_word, of_field=of_field)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("n:>=7", [7, 8, 9]),
        ("n:>2 and n:<5", [3, 4]),
        ("n:>2 n:<5 -3", [4]),
        ("1 or 2 and 3", [1]),
        ("(1 or 2) and not 1", [2]),
        ("n:(1 or 2 or 4)", [1, 2, 4]),
        ('n: "3"', [3]),
        ("1 || 2 && 2", [1, 2]),
        ("m:1", []),
    ],
)
def test_queries_are_read_with_and_before_or(query: str, found: list[int]) -> None:
    assert [number for number in range(10) if read_tests(query, NUMBERS)(number)] == found


@pytest.mark.parametrize("query", ["(1", "1)", "n:", "(" * 99 + "1" + ")" * 99])
def test_what_cannot_be_read_is_told_with_its_place(query: str) -> None:
    with pytest.raises(InvalidInputError, match="cannot be read"):
        read_tests(query, NUMBERS)


@given(st.text(alphabet='n:<>=()"-\\ 12orand', max_size=30))
def test_any_text_is_read_or_refused(query: str) -> None:
    try:
        read_tests(query, Vocabulary(of_word=of_word, of_field=lambda *_: of_word("")))(1)
    except InvalidInputError as error:
        assert "cannot be read" in str(error)  # noqa: PT017  # hypothesis also finds queries that are read


def test_only_the_star_is_special() -> None:
    assert [like("a[b]*")(text) for text in ("A[B]c", "abc", "a?")] == [True, False, False]
    assert like("?")("?")
    assert not like("?")("x")
