import pytest

from warroom.context.cast import MISSING
from warroom.context.path import find, get, pick
from warroom.context.semantics import STANDARD
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

CONTEXT = {
    "File": [
        {"Name": "a.exe", "Size": 1, "Hashes": [{"type": "md5", "value": "m1"}, {"type": "sha1", "value": "s1"}]},
        {"Name": "b.txt", "Size": 9, "Hashes": [{"type": "md5", "value": "m2"}], "Tags": ["seen"]},
        {"Size": 5},
    ],
    "Host": {"Name": "WIN-7", "IPs": ["10.0.0.1", "10.0.0.2"]},
    "Answers": {"0": "yes"},
    "Numbers": [5, 6, 7, 8],
    "Empty": [],
    "Null": None,
    "DBotScore": {"Vendor": ["urlscan.io", "other"]},
}


def test_an_empty_path_leads_to_everything() -> None:
    assert get(CONTEXT, "") == CONTEXT


def test_null_is_a_value_and_not_missing() -> None:
    assert find(CONTEXT, "Null") is None


def test_javascript_is_refused_where_it_is_evaluated() -> None:
    with pytest.raises(InvalidInputError, match=r"`val.Name.match\(/a/\)` needs JavaScript"):
        get(CONTEXT, "File(val.Name.match(/a/))")


def test_a_path_that_is_never_reached_may_need_javascript() -> None:
    assert get(CONTEXT, "Nothing(val.Name.match(/a/))") is None


def test_a_very_deep_object_can_be_searched() -> None:
    data: Json = {"x": 1}
    for _ in range(5000):
        data = {"a": data}
    assert get(data, "..x") == 1


def test_an_index_beyond_the_end_picks_nothing() -> None:
    assert pick([1, 2], 2, STANDARD) is MISSING
    assert pick([1, 2], -3, STANDARD) is MISSING
