import json
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.yaml_source import MAX_DEPTH, read_yaml
from warroom.model.errors import ContentError

PATH = Path("a.yml")

texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x2000, exclude_categories=["Cc", "Cf"]), max_size=8)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> object:
    return read_yaml(dedent(text), PATH).data


def failure(text: str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read_yaml(dedent(text), PATH)
    return caught.value


@pytest.mark.parametrize("word", ["yes", "no", "Yes", "NO", "on", "off", "y", "n"])
def test_yes_and_no_stay_text_as_key_and_as_value(word: str) -> None:
    assert read(f"{word}: {word}") == {word: word}


@pytest.mark.parametrize(("word", "value"), [("true", True), ("True", True), ("FALSE", False)])
def test_true_and_false_are_booleans(word: str, value: bool) -> None:
    assert read(f"a: {word}") == {"a": value}


def test_keys_are_always_text() -> None:
    assert read("1: a\ntrue: b\nnull: c\n2.5: d") == {"1": "a", "true": "b", "null": "c", "2.5": "d"}


@pytest.mark.parametrize("word", ["2024-05-01", "2024-05-01T10:00:00Z", "=", "1:30", "007", "0o17", "0x1f", "1_000"])
def test_dates_and_odd_numbers_stay_text(word: str) -> None:
    assert read(f"a: {word}") == {"a": word}


@pytest.mark.parametrize("word", [".inf", "-.inf", ".nan", "1e5", "9" * 5000])
def test_what_json_cannot_hold_or_hashes_resemble_stays_text(word: str) -> None:
    assert read(f"a: {word}") == {"a": word}


def test_quoted_scalars_are_text() -> None:
    assert read("a: 'true'\nb: \"7\"\nc: |-\n  null") == {"a": "true", "b": "7", "c": "null"}


def test_numbers_and_null_are_read_as_such() -> None:
    assert read("[-1, 0, +5, 2.50, .5, null, ~, '']") == [-1, 0, 5, 2.5, 0.5, None, None, ""]


def test_a_number_keeps_its_spelling() -> None:
    assert read_yaml("a: 6.10\nb: True", PATH).spellings == {("a",): "6.10", ("b",): "True"}


def test_lines_are_known_by_path() -> None:
    source = read_yaml("a:\n  b:\n  - x\n  - c: 1\n", PATH)
    paths = [(), ("a",), ("a", "b"), ("a", "b", 0), ("a", "b", 1, "c"), ("a", "b", 1, "gone")]
    assert [source.line_of(path) for path in paths] == [1, 1, 2, 3, 4, 4]


def test_a_repeated_key_names_both_lines() -> None:
    error = failure("a: 1\nb: 2\na: 3\n")
    assert str(error) == "a.yml:3: The key `a` is already there on line 1; remove one of them."


def test_a_syntax_error_names_the_line() -> None:
    error = failure("a: 1\nb: [1, 2\nc: 3\n")
    assert error.at is not None
    assert error.at.line == 3
    assert "not valid YAML" in error.message


def test_a_control_character_names_the_line() -> None:
    error = failure("a: 1\nb: \x07\n")
    assert error.at is not None
    assert error.at.line == 2


@pytest.mark.parametrize("tag", ["!!python/object:os.system", "!thing", "!!str"])
def test_tags_are_refused(tag: str) -> None:
    error = failure(f"a: 1\nb: {tag} x\n")
    assert error.at is not None
    assert error.at.line == 2
    assert "tag" in error.message


def test_aliases_are_read() -> None:
    assert read("a: &x [1, 2]\nb: *x\nc: &y text\nd: *y") == {"a": [1, 2], "b": [1, 2], "c": "text", "d": "text"}


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "1,000,000 values" in failure("\n".join(lines)).message


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: *nowhere"])
def test_an_alias_without_a_finished_anchor_is_refused(text: str) -> None:
    assert "alias" in failure(text).message


@pytest.mark.parametrize("text", ["[" * 50_000, "\n".join(" " * n + "- " for n in range(300)) + "x"])
def test_deep_nesting_is_refused_without_crashing(text: str) -> None:
    assert f"{MAX_DEPTH} levels" in failure(text).message


@pytest.mark.parametrize("text", ["? [a]\n: 1", "? {a: 1}\n: 1", "a: &x 1\n*x : 2", "<<: {a: 1}"])
def test_keys_that_are_no_text_are_refused(text: str) -> None:
    assert "key" in failure(text).message.lower()


def test_a_second_document_is_refused() -> None:
    assert "second document" in failure("a: 1\n---\nb: 1\n").message


def test_an_empty_file_is_nothing() -> None:
    assert read("# only a comment\n") is None


@given(json_values)
def test_json_is_yaml(value: object) -> None:
    assert read_yaml(json.dumps(value, ensure_ascii=False), PATH).data == value


def test_a_word_that_stands_in_two_documents_is_kept_once() -> None:
    one, other = (read_yaml(text, PATH).data for text in ("type: condition", "{type: 'condition'}"))
    assert next(iter(one)) is next(iter(other))
    assert one["type"] is other["type"]
