import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.cast import MISSING, items
from warroom.context.keep import found_at, keep
from warroom.context.path import find
from warroom.context.scripted import ScriptNeededError, Scripts, Thrown
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

DATA = {
    "L": [{"a": 1, "b": 2}, {"a": 3, "c": [4, 5]}, {"a": None}],
    "D": {"x": {"y": 1, "z": 2}, "list": [[{"q": 1}], [{"q": 2}]]},
    "K": "text",
    "With space": {"0": "zero", "a.b": 1},
    "Empty": [],
}


@pytest.mark.parametrize(
    ("paths", "left"),
    [
        (["L.[0].a"], {"L": [{"a": 1}]}),
        (["L[1].a"], {"L": [{"a": 3}]}),
        (["L.1.a"], {"L": [{"a": 3}]}),
        (["L[-1]"], {"L": [{"a": None}]}),
        (["L.a"], {"L": [{"a": 1}, {"a": 3}, {"a": None}]}),
        (["L.c"], {"L": [{"c": [4, 5]}]}),
        (["L.c.[1]"], {"L": [{"c": [5]}]}),
        (["L(val.a == 3).a"], {"L": [{"a": 3}]}),
        (["L.[0:1].a"], {"L": [{"a": 1}, {"a": 3}]}),
        (["L.[0].a", "L.[0].b", "L.[1]"], {"L": [{"a": 1, "b": 2}, {"a": 3, "c": [4, 5]}]}),
        (["L.[0]", "L.[0].a"], {"L": [{"a": 1, "b": 2}]}),
        (["L.[0].a", "L"], {"L": DATA["L"]}),
        (["D.x.y", "K"], {"D": {"x": {"y": 1}}, "K": "text"}),
        (["D..q"], {"D": {"list": [[{"q": 1}], [{"q": 2}]]}}),
        (["D.list.q"], {"D": {"list": [[{"q": 1}], [{"q": 2}]]}}),
        (["With space.0"], {"With space": {"0": "zero"}}),
        (["Empty"], {"Empty": []}),
        (["Nothing", "L.[9]", "L.[9].a", "K.x", "D.x.nothing"], {}),
        ([], {}),
        ([""], DATA),
    ],
)
def test_exactly_what_the_paths_name_is_kept(paths: list[str], left: Json) -> None:
    assert keep(DATA, paths) == left


def test_the_data_is_left_as_it_was() -> None:
    before = json.dumps(DATA)
    keep(DATA, ["L.[0].a", "D.x"])
    assert json.dumps(DATA) == before


def test_what_makes_a_new_value_names_no_place() -> None:
    with pytest.raises(InvalidInputError, match="has to be named by a path"):
        keep(DATA, ["L=val.a"])


keys = st.sampled_from("ab")
trees = st.recursive(st.integers(0, 3), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner))
segments = st.sampled_from([".a", ".b", ".[0]", ".[1]", ".[-1]", "..a", ".[0:1]", "(val.a)", ".0"])


@given(st.dictionaries(keys, trees), keys, st.lists(segments, max_size=4))
def test_it_walks_as_paths_are_walked(data: dict[str, Any], root: str, rest: list[str]) -> None:
    path = root + "".join(rest)
    wanted = find(data, path)
    found = [value for _, value in found_at(data, path)]
    assert (found == [] and wanted is MISSING) or found in ([wanted], items(wanted))


@given(st.dictionaries(keys, trees), st.lists(keys, min_size=1, max_size=3))
def test_a_path_of_names_finds_in_what_was_kept_what_it_found_before(data: dict[str, Any], names: list[str]) -> None:
    path = ".".join(names)
    assert find(keep(data, [path]), path) == find(data, path)


def test_javascript_in_a_filter_is_asked_for() -> None:
    scripts = Scripts(lambda _: None)
    with pytest.raises(ScriptNeededError) as needed:
        keep(DATA, ["L(val.a.toFixed(0) == '3').c"], scripts=scripts)
    [run] = needed.value.runs
    scripts.answers[run] = [False, True, Thrown.THROWN]
    assert keep(DATA, ["L(val.a.toFixed(0) == '3').c"], scripts=scripts) == {"L": [{"c": [4, 5]}]}
