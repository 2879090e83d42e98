import pytest

from warroom.model.json import Json
from warroom.services.commands.word_list import words_of


@pytest.mark.parametrize(
    ("given", "words"),
    [("a, b,a", ["a", "b"]), (["a", " b", 7], ["a", "b", "7"]), (None, []), ("", []), ([""], []), (["a,b"], ["a,b"])],
)
def test_words_are_read_from_a_list_or_from_text(given: Json, words: list[str]) -> None:
    assert words_of(given) == words
