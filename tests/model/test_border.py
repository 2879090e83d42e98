import json
from typing import Any

import pytest

from tests.hostile import HALVES, MANY_DIGITS, RIGHT_TO_LEFT, TEXTS, UNWRITABLE, nested, odd_tree, tree
from warroom.model.border import DEEPEST, clean, parsed, text, written
from warroom.model.json import Json


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON.")


def strictly(document: str) -> Any:
    """Read a document as a program does that knows nothing of Python's liberties."""
    document.encode("utf-8")
    return json.loads(document, parse_constant=refuse)


def depth(value: Json) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if items is None else 1 + max(map(depth, items), default=0)


@pytest.mark.parametrize("value", [*TEXTS.values(), *TEXTS], ids=repr)
def test_a_clean_text_can_be_written_in_every_encoding_and_stays_what_it_was_where_it_could(value: str) -> None:
    cleaned = text(value)
    cleaned.encode("utf-8")
    assert "\0" not in cleaned
    assert len(cleaned) == len(value)
    assert {was for was, now in zip(value, cleaned, strict=True) if was != now} <= {"\0", *HALVES}


def test_marks_of_direction_are_evidence_and_stay() -> None:
    assert text(RIGHT_TO_LEFT) == RIGHT_TO_LEFT


@pytest.mark.parametrize(
    "value", [tree(), odd_tree(), [odd_tree()], nested(5000), UNWRITABLE, {1, 2}, b"\xff"], ids=type
)
def test_whatever_there_is_can_be_cleaned_and_written(value: Any) -> None:
    cleaned = clean(value)
    assert depth(cleaned) <= DEEPEST
    assert clean(cleaned) == cleaned
    assert strictly(written(cleaned)) == cleaned
    strictly(written(value))


def test_what_is_clean_stays_as_it_is() -> None:
    value = {"a": [1, 2.5, True, None, "é\U0001f600", MANY_DIGITS], "b": nested(DEEPEST - 2)}
    value["b"] = json.loads(json.dumps(value["b"]).replace("\\ud800", "").replace("\\udfff", ""))
    assert clean(value) == value
    assert parsed(json.dumps(value)) == value


def test_two_keys_that_become_the_same_one_lose_no_value() -> None:
    value = dict(zip(["a\0", "a" + chr(0xD800), "a\ufffd"], [1, 2, 3], strict=True))
    assert clean(value) == {"a\ufffd": 1, "a\ufffd'": 2, "a\ufffd''": 3}


def test_what_lies_too_deep_is_kept_as_text() -> None:
    value: Json = "needle"
    for _ in range(DEEPEST + 5):
        value = [value]
    assert "needle" in json.dumps(clean(value))
    assert depth(clean(value)) == DEEPEST


@pytest.mark.parametrize(
    ("document", "value"),
    [
        ('{"a": "\\ud800"}', {"a": "\ufffd"}),
        ('{"\\u0000": NaN}', {"\ufffd": None}),
        ("[Infinity, -Infinity]", [None, None]),
        ('\ufeff{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        ('{"a": "ü"}'.encode("utf-16"), {"a": "ü"}),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        (f'"{HALVES}"', text(HALVES)),
        ("[" * 200 + "]" * 200, clean(json.loads("[" * 200 + "]" * 200))),
    ],
)
def test_a_document_from_outside_is_clean_when_it_is_read(document: str | bytes, value: Json) -> None:
    assert parsed(document) == value


@pytest.mark.parametrize("document", [7, None, ["[]"]])
def test_what_is_no_text_is_a_type_error(document: Json) -> None:
    with pytest.raises(TypeError, match="no document"):
        parsed(document)


@pytest.mark.parametrize("document", ["", "{", "nothing", b"\xff\xfe\xfd", "1" * 5000, "[" * 100_000])
def test_what_is_no_document_is_a_value_error(document: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parsed(document)
