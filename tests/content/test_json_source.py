from pathlib import Path

import pytest

from warroom.content.json_source import read_json
from warroom.content.source import Remark
from warroom.model.errors import ContentError, Location

PATH = Path("a.json")


def failure(text: str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read_json(text, PATH)
    return caught.value


def test_json_is_read_as_it_is() -> None:
    assert read_json('{"yes": [1, "2", null, true]}', PATH).data == {"yes": [1, "2", None, True]}


def test_a_syntax_error_names_the_line() -> None:
    error = failure('{\n  "a": 1,\n  "b": oops\n}')
    assert error.at == Location(PATH, 3)
    assert "not valid JSON" in error.message


def test_of_a_repeated_key_the_last_one_counts_and_its_line_is_told() -> None:
    source = read_json('{\n  "a": 1,\n  "deep": {\n    "b": 1,\n    "c": 3,\n    "b": 2\n  }\n}', PATH)
    assert source.data == {"a": 1, "deep": {"b": 2, "c": 3}}
    assert source.remarks == (Remark("The key `b` is there twice; the last one counts. Remove the other.", 6),)


def test_a_place_in_the_file_is_found_when_asked_for() -> None:
    source = read_json('{\n\t"a": {\n\t\t"face": "\\ud83d\\ude00",\n\t\t"b": 1\n\t}\n}', PATH)
    assert source.line_of(("a", "b")) == 4
    assert source.line_of(()) == 1


@pytest.mark.parametrize("text", ["[" * 100_000, "NaN", '{"a": -Infinity}', "", "9" * 5000])
def test_what_is_not_json_is_refused(text: str) -> None:
    assert failure(text).at == Location(PATH, 1)
