import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.transformers import transform
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


@pytest.mark.parametrize(
    ("name", "value", "args", "result"),
    [
        ("concat", "b", {"prefix": "a"}, "ab"),
        ("concat", 5, {"suffix": "%"}, "5%"),
        ("concat", ["a", "b"], {"prefix": "x"}, ["xa", "xb"]),
        ("concat", None, {"prefix": "x"}, None),
        ("toLowerCase", "ÀB", {}, "àb"),
        ("trim", "\t a \n", {}, "a"),
        ("split", "a|b", {"delimiter": "|"}, ["a", "b"]),
        ("split", "a,b", {"delimiter": ""}, ["a", "b"]),
        ("splitAndTrim", "a ; b", {"delimiter": ";"}, ["a", "b"]),
        ("replace", "aaa", {"toReplace": "a", "replaceWith": "b", "limit": 2}, "bba"),
        ("replace", "abc", {"toReplace": "b"}, "ac"),
        ("replace", "abc", {}, "abc"),
        ("replaceMatch", "a1b22", {"regex": r"\d+", "replaceWith": "#"}, "a#b#"),
        ("replaceMatch", "ann@x", {"regex": "(?P<u>.+)@(.+)", "replaceWith": "${2}@$u"}, "x@ann"),
        ("substring", "abcdef", {"from": 2}, "cdef"),
        ("substring", "abcdef", {"to": "2"}, "ab"),
        ("substring", "abc", {"from": 5, "to": 9}, ""),
        ("substringFrom", "a:b:c", {"from": ":"}, "b:c"),
        ("substringFrom", "abc", {}, "abc"),
        ("substringTo", "a:b:c", {"to": ":"}, "a"),
        ("substringTo", "abc", {}, "abc"),
        ("strLength", "é", {}, 1),
        ("Stringify", {"a": [1, None]}, {}, '{"a":[1,null]}'),
        ("Stringify", "as it is", {}, "as it is"),
        ("Stringify", 5, {}, "5"),
    ],
)
def test_text_is_changed(name: str, value: Json, args: dict[str, Json], result: Json) -> None:
    assert transform(name, value, args) == result


@pytest.mark.parametrize("name", ["toUpperCase", "toLowerCase", "trim", "split", "concat", "strLength"])
def test_an_object_is_no_text(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} cannot change .* is not text"):
        transform(name, {"some": "object"}, {})


@given(st.lists(st.text(alphabet="ab ;", max_size=5), min_size=1, max_size=5))
def test_split_undoes_join(parts: list[str]) -> None:
    joined = transform("join", parts, {"separator": "|"})
    assert transform("split", joined, {"delimiter": "|"}) == parts
