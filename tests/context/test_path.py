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


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Host.Name", "WIN-7"),
        ("Host", CONTEXT["Host"]),
        ("", CONTEXT),
        ("Host.IPs", ["10.0.0.1", "10.0.0.2"]),
        ("Host.IPs[1]", "10.0.0.2"),
        ("Host.IPs.[0]", "10.0.0.1"),
        ("Host.IPs.1", "10.0.0.2"),
        ("Answers.0", "yes"),
        ("Host.Name[0]", "WIN-7"),
        ("Numbers[-1]", 8),
        ("Numbers.[0:2]", [5, 6, 7]),
        ("Numbers[2:]", [7, 8]),
        ("Numbers[]", [5, 6, 7, 8]),
        ("Host.", CONTEXT["Host"]),
        ("Empty", []),
        ("Null", None),
    ],
)
def test_plain_paths_lead_to_their_value(path: str, value: Json) -> None:
    assert get(CONTEXT, path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("File.Name", ["a.exe", "b.txt"]),
        ("File.Tags", "seen"),
        ("File.Hashes.value", ["m1", "s1", "m2"]),
        ("File.Hashes[1].value", "s1"),
        ("File[0].Hashes.value", ["m1", "s1"]),
        ("File.1.Name", "b.txt"),
        ("File..value", ["m1", "s1", "m2"]),
    ],
)
def test_a_list_on_the_way_is_mapped_and_flattened(path: str, value: Json) -> None:
    assert get(CONTEXT, path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("File(val.Name == 'b.txt').Size", 9),
        ("File(val.Size > 3).Size", [9, 5]),
        ("File(val.Size >= 5 && val.Name).Name", "b.txt"),
        ("File(!val.Name).Size", 5),
        ("File.Hashes(val.type == 'md5').value", ["m1", "m2"]),
        ("DBotScore.Vendor(val=='urlscan.io')", "urlscan.io"),
        ("Host(val.IPs.length == 2).Name", "WIN-7"),
        ("Numbers(val > 5 && val < 7", 6),
    ],
)
def test_a_filter_keeps_the_items_that_match(path: str, value: Json) -> None:
    assert get(CONTEXT, path) == value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("File=val.Name || 'unnamed'", ["a.exe", "b.txt", "unnamed"]),
        (".=val.Numbers.length", 4),
        ("Numbers.=val.length", 4),
        ("Numbers=val.a.b", None),
    ],
)
def test_a_transform_takes_each_item_or_the_whole(path: str, value: Json) -> None:
    assert get(CONTEXT, path) == value


@pytest.mark.parametrize(
    "path", ["Nothing", "Host.Nothing", "Host.Name.Nothing", "Empty.x", "Empty[0]", "Numbers[9]", "File(val.Size == 0)"]
)
def test_where_there_is_nothing_the_value_is_missing(path: str) -> None:
    assert find(CONTEXT, path) is MISSING
    assert get(CONTEXT, path) is None


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
