import pytest

from warroom.context.cast import MISSING
from warroom.context.place import change, keys_of
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json, JsonObject


def put(data: JsonObject, path: str, value: Json) -> JsonObject:
    return change(data, keys_of(path), lambda _: value)


def test_keys_are_names_and_indexes() -> None:
    assert keys_of("Account.[0].Name") == ("Account", 0, "Name")
    assert keys_of("Answers.0") == ("Answers", "0")
    assert keys_of("A.") == ("A",)


@pytest.mark.parametrize("path", ["A(val.x)", "A..B", "A[0:1]", "A=val"])
def test_what_is_not_one_place_is_refused(path: str) -> None:
    with pytest.raises(InvalidInputError, match="does not name one place to write to"):
        keys_of(path)


@pytest.mark.parametrize(
    ("data", "path", "result"),
    [
        ({}, "A", {"A": 1}),
        ({}, "A.B.C", {"A": {"B": {"C": 1}}}),
        ({"A": {"X": 0}}, "A.B", {"A": {"X": 0, "B": 1}}),
        ({"A": None}, "A.B", {"A": {"B": 1}}),
        ({"A": [5, 6]}, "A[1]", {"A": [5, 1]}),
        ({"A": [5, 6]}, "A[-1]", {"A": [5, 1]}),
        ({"A": [5, 6]}, "A.0", {"A": [1, 6]}),
        ({"A": [{"X": 0}, {"X": 9}]}, "A[0].X", {"A": [{"X": 1}, {"X": 9}]}),
        ({"A": [{"X": 0}, {"X": 9}]}, "A.B", {"A": [{"X": 0}, {"X": 9, "B": 1}]}),
        ({"A": [5]}, "A.B", {"A": [5, {"B": 1}]}),
        ({"A": "old"}, "A.B", {"A": ["old", {"B": 1}]}),
        ({"A": {"0": "x"}}, "A.0", {"A": {"0": 1}}),
    ],
)
def test_a_place_is_written_and_nothing_beside_it_is_lost(data: JsonObject, path: str, result: JsonObject) -> None:
    assert put(data, path, 1) == result


@pytest.mark.parametrize(
    ("data", "path", "result"),
    [
        ({"A": 1, "B": 2}, "A", {"B": 2}),
        ({"A": {"B": 1}}, "A.B", {"A": {}}),
        ({"A": [1, 2]}, "A[0]", {"A": [2]}),
        ({"A": 1}, "B.C", {"A": 1}),
        ({"A": 1}, "A.B", {"A": 1}),
        ({"A": [1]}, "A.B", {"A": [1]}),
        ({"A": [{"B": 1}]}, "A.B", {"A": [{}]}),
    ],
)
def test_what_changes_to_missing_is_removed(data: JsonObject, path: str, result: JsonObject) -> None:
    assert put(data, path, MISSING) == result


def test_an_index_beyond_the_end_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="There is no item 7 in a list of 1"):
        put({"A": [1]}, "A[7]", 2)


def test_untouched_parts_are_shared_and_the_old_data_stays() -> None:
    before: JsonObject = {"A": {"B": 1}, "C": {"D": [1, 2]}}
    after = put(before, "A.B", 2)
    assert after["C"] is before["C"]
    assert before["A"] == {"B": 1}


def test_nothing_is_made_anew_when_nothing_changes() -> None:
    before: JsonObject = {"A": {"B": 1}}
    assert change(before, ("A", "B"), lambda old: old) is before
