from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, []),
        ("", []),
        ("a, b ,c", ["a", "b", "c"]),
        (["a", 1], ["a", 1]),
        ('["a", "b,c"]', ["a", "b,c"]),
        ("[not json]", ["[not json]"]),
        (7, [7]),
    ],
)
def test_a_list_comes_from_text_json_or_a_list(csp: ModuleType, given: Any, expected: list[Any]) -> None:
    assert csp.argToList(given) == expected


def test_a_list_may_have_its_own_separator_and_transform(csp: ModuleType) -> None:
    assert csp.argToList("1;2", separator=";", transform=int) == [1, 2]


@pytest.mark.parametrize(
    ("given", "expected"), [("yes", True), ("TRUE", True), (True, True), ("n", False), ("false", False)]
)
def test_a_boolean_is_a_boolean_or_its_word(csp: ModuleType, given: Any, expected: bool) -> None:
    assert csp.argToBoolean(given) is expected


def test_a_word_that_is_no_boolean_is_named(csp: ModuleType) -> None:
    with pytest.raises(ValueError, match="'maybe' is neither yes nor no"):
        csp.argToBoolean("maybe")


@pytest.mark.parametrize(("given", "expected"), [("12", 12), (12.7, 12), ("3.0", 3), (None, None), ("", None)])
def test_a_number_is_an_int(csp: ModuleType, given: Any, expected: int | None) -> None:
    assert csp.arg_to_number(given) == expected


@pytest.mark.parametrize("given", ["abc", "inf", "1,000"])
def test_what_is_no_number_is_named_with_its_argument(csp: ModuleType, given: str) -> None:
    with pytest.raises(ValueError, match=f'Invalid number: "{given}" for "limit"'):
        csp.arg_to_number(given, "limit")


@pytest.mark.parametrize("function", ["arg_to_number", "arg_to_datetime"])
def test_a_required_argument_that_is_missing_is_named(csp: ModuleType, function: str) -> None:
    with pytest.raises(ValueError, match='Missing "since"'):
        getattr(csp, function)(None, arg_name="since", required=True)


@pytest.mark.parametrize("given", ["2024-05-01T12:00:00Z", 1714564800, "1714564800", 1714564800000])
def test_a_date_is_iso_or_an_epoch_of_seconds_or_milliseconds(csp: ModuleType, given: Any) -> None:
    assert csp.arg_to_datetime(given) == datetime(2024, 5, 1, 12, tzinfo=UTC)


def test_a_date_may_be_words(csp: ModuleType) -> None:
    age = datetime.now(tz=UTC).replace(tzinfo=None) - csp.arg_to_datetime("3 days")
    assert abs(age - timedelta(days=3)) < timedelta(minutes=1)


def test_what_is_no_date_is_named(csp: ModuleType) -> None:
    with pytest.raises(ValueError, match='Invalid date: "never ever" for "since"'):
        csp.arg_to_datetime("never ever", "since")


def test_parameters_without_a_value_are_left_out_but_false_and_zero_stay(csp: ModuleType) -> None:
    assert csp.assign_params(a=None, b="", c=[], d=False, e=0, f="x") == {"d": False, "e": 0, "f": "x"}
    assert csp.assign_params(["f"], [0], e=0, f="x", g=None) == {"g": None}


def test_empty_elements_go_at_any_depth_but_false_and_zero_stay(csp: ModuleType) -> None:
    data = {"a": {"b": None, "c": [{"d": ""}, 0]}, "e": [], "f": False}
    assert csp.remove_empty_elements(data) == {"a": {"c": [0]}, "f": False}
    csp.remove_nulls_from_dictionary(data)
    assert data == {"a": {"b": None, "c": [{"d": ""}, 0]}, "f": False}


def test_a_safe_get_follows_keys_and_indexes(csp: ModuleType) -> None:
    data = {"a": [{"b": 1}]}
    assert csp.dict_safe_get(data, ["a", 0, "b"]) == 1
    assert csp.dict_safe_get(data, ["a", 5, "b"], "none") == "none"
    assert csp.dict_safe_get(data, ["a"], {}, dict, raise_return_type=False) == {}
    with pytest.raises(TypeError, match="a is a list"):
        csp.dict_safe_get(data, ["a"], {}, dict)


def test_batches_have_the_size_but_for_the_last(csp: ModuleType) -> None:
    assert list(csp.batch([1, 2, 3, 4, 5], 2)) == [[1, 2], [3, 4], [5]]


def test_json_comes_from_text_or_from_a_file_of_the_war_room(csp: ModuleType, demisto: Demisto, tmp_path: Path) -> None:
    demisto.files["3@42"] = tmp_path / "a.json"
    demisto.files["3@42"].write_text('{"a": 2}')
    assert csp.safe_load_json('{"a": 1}') == {"a": 1}
    assert csp.safe_load_json("3@42") == {"a": 2}
    assert csp.safe_load_json({"a": 3}) == {"a": 3}
    with pytest.raises(ValueError, match="This is not JSON"):
        csp.safe_load_json("{a}")


def test_a_mapping_is_written_with_commas(csp: ModuleType) -> None:
    assert csp.comma_separated_mapping_to_dict("a=1, b = x=y") == {"a": "1", "b": "x=y"}
    with pytest.raises(csp.DemistoException, match="write key=value"):
        csp.comma_separated_mapping_to_dict("a")


def test_lists_of_objects_merge_on_a_key(csp: ModuleType) -> None:
    assert csp.merge_lists([{"id": 1, "x": 1}, {"id": 2}], [{"id": 1, "x": 9}], "id") == [{"id": 1, "x": 9}, {"id": 2}]


def test_doubles_of_a_list_argument_go(csp: ModuleType) -> None:
    assert csp.remove_duplicates_from_list_arg({"ids": "b,a,b"}, "ids") == ["b", "a"]
    assert csp.SmartGetDict(a=None).get("a", 1) == 1
