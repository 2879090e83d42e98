import copy
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.context.cast import MISSING
from warroom.context.merge import apply, asked, delete_path, merge, needs_engine, read_target, set_path
from warroom.context.path import find
from warroom.context.scripted import ScriptNeededError, Scripts
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.json import Json, JsonObject

BY_ID = "VisionOne.Task(val.id && val.id == obj.id)"
SCORE = "DBotScore(val.Indicator && val.Indicator == obj.Indicator && val.Vendor == obj.Vendor && val.Type == obj.Type)"


def test_several_fields_make_a_key() -> None:
    first = {"Indicator": "1.1.1.1", "Vendor": "a", "Type": "ip", "Score": 1}
    other_vendor = {**first, "Vendor": "b"}
    context = merge(merge({}, {SCORE: first}), {SCORE: other_vendor})
    context = merge(context, {SCORE: [{**first, "Score": 3}]})
    assert context == {"DBotScore": [{**first, "Score": 3}, other_vendor]}


MATCHING = "val.id.trim() == obj.id.trim()"
PADDED: JsonObject = {f"A({MATCHING})": [{"id": "1 ", "x": 1}, {"id": " 2"}]}


@pytest.mark.parametrize(
    ("outputs", "is_needed"),
    [({"A": 1}, False), ({"A(val.id == obj.id)": 1}, False), (PADDED, True), ({"A": 1, **PADDED}, True)],
)
def test_some_keys_need_javascript(outputs: JsonObject, *, is_needed: bool) -> None:
    assert needs_engine(outputs) is is_needed


def test_pairs_are_asked_for_once_and_known_from_then_on() -> None:
    scripts, hits = Scripts(lambda _: None), set[str]()
    context: JsonObject = {"A": [{"id": "1"}, {"id": "3"}]}
    asked_for = []
    while True:
        try:
            merged = merge(context, PADDED, matches=asked(scripts, hits))
            break
        except ScriptNeededError as needed:
            [run] = needed.runs
            asked_for.append((run.script, run.args["items"]))
            scripts.answers[run] = [old["id"].strip() == new["id"].strip() for old, new in run.args["items"]]
    new = PADDED[f"A({MATCHING})"]
    merged_first = {"id": "1 ", "x": 1}
    assert asked_for == [
        (MATCHING, [[{"id": "1"}, new[0]], [{"id": "3"}, new[0]]]),
        (MATCHING, [[merged_first, new[1]], [{"id": "3"}, new[1]]]),
    ]
    assert merged == {"A": [merged_first, {"id": "3"}, {"id": " 2"}]}
    assert len(hits) == 1
    patch = ContextPatch(incident=IncidentId("1"), kind=PatchKind.MERGE, value=PADDED, hits=tuple(hits))
    assert apply(context, patch) == merged
    assert apply(context, replace(patch, hits=())) == {"A": [*context["A"], *new]}


def test_an_output_with_its_condition_in_the_middle_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="its condition must be at its end"):
        read_target("Domain(val.Name == obj.Name).DNS")


@pytest.mark.parametrize("key", ["", ".", "(true)"])
def test_an_output_without_a_name_is_refused(key: str) -> None:
    with pytest.raises(InvalidInputError, match="is no path of the context"):
        merge({}, {key: 1})


def test_set_overwrites_and_delete_removes() -> None:
    context: JsonObject = {"A": {"B": [1, 2]}, "C": 3}
    assert set_path(context, "A.B", "new") == {"A": {"B": "new"}, "C": 3}
    assert delete_path(context, "A.B[0]") == {"A": {"B": [2]}, "C": 3}
    assert delete_path(context, "A") == {"C": 3}
    assert delete_path(context, "Nothing.there") == context
    assert delete_path(context, "A.B[9]") == context


def test_deleting_what_is_no_place_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="does not name one place"):
        delete_path({"A": 1}, "A(val)")


def folded(log: Iterable[JsonObject]) -> JsonObject:
    context: JsonObject = {}
    for outputs in log:
        context = merge(context, outputs)
    return context


def patch(kind: PatchKind, *, scope: str = "", path: str = "", value: Json = None) -> ContextPatch:
    return ContextPatch(incident=IncidentId("7"), kind=kind, scope=scope, path=path, value=value)


def test_patches_are_applied_in_their_scope() -> None:
    private = "subplaybook-1"
    context: JsonObject = {}
    for each in (
        patch(PatchKind.MERGE, value={"A": 1}),
        patch(PatchKind.MERGE, scope=private, value={"A": 2}),
        patch(PatchKind.SET, scope=private, path="B.C", value=3),
        patch(PatchKind.DELETE, scope=private, path="A"),
    ):
        context = apply(context, each)
    assert context == {"A": 1, private: {"B": {"C": 3}}}


def test_an_empty_path_means_everything_in_scope() -> None:
    context: JsonObject = {"A": 1, "private": {"B": 2}}
    assert apply(context, patch(PatchKind.DELETE, scope="private")) == {"A": 1}
    assert apply(context, patch(PatchKind.DELETE)) == {}
    assert apply(context, patch(PatchKind.SET, scope="private", value={"C": 3})) == {"A": 1, "private": {"C": 3}}
    assert apply({}, patch(PatchKind.DELETE, scope="private", path="B")) == {}


@pytest.mark.parametrize("kind", [PatchKind.MERGE, PatchKind.SET])
def test_the_whole_context_can_only_be_an_object(kind: PatchKind) -> None:
    with pytest.raises(InvalidInputError, match=f"A {kind} of the whole context needs an object"):
        apply({}, patch(kind, value=[1]))


KEYS = st.sampled_from(["A", "A.B", "A.B.C", "D", "A(val.id == obj.id)", "D(true)", "D(val == obj)"])
ITEMS = st.one_of(
    st.none(), st.integers(0, 3), st.fixed_dictionaries({"id": st.integers(0, 2)}, optional={"B": st.integers(0, 2)})
)
VALUES = ITEMS | st.lists(ITEMS, min_size=1, max_size=3)  # an empty list cannot be seen through a list around it
OUTPUTS = st.dictionaries(KEYS, VALUES, max_size=3)
PLAIN_OUTPUTS = st.dictionaries(KEYS.filter(lambda key: "(" not in key), VALUES, max_size=3)


@given(st.lists(OUTPUTS, max_size=5))
def test_merging_is_deterministic_and_changes_nothing_in_place(log: list[JsonObject]) -> None:
    untouched = copy.deepcopy(log)
    contexts = [folded(log) for _ in range(2)]
    assert contexts[0] == contexts[1]
    assert log == untouched


@given(st.lists(OUTPUTS, min_size=1, max_size=5), OUTPUTS)
def test_merging_never_loses_a_key_of_the_context_nor_changes_the_old_one(
    log: list[JsonObject], last: JsonObject
) -> None:
    before = folded(log)
    kept = copy.deepcopy(before)
    after = merge(before, last)
    assert before == kept
    assert set(after) >= set(before)


@given(st.lists(OUTPUTS, min_size=1, max_size=5), PLAIN_OUTPUTS)
def test_outputs_without_a_condition_never_lose_a_place(log: list[JsonObject], last: JsonObject) -> None:
    before = folded(log)
    after = merge(before, last)
    for path in ("A", "A.B", "A.B.C", "A.id", "D"):
        assert find(before, path) is MISSING or find(after, path) is not MISSING


def test_a_key_of_zero_never_matches_because_javascript_takes_it_for_false() -> None:
    assert merge({"VisionOne": {"Task": {"id": 0}}}, {BY_ID: {"id": 0}}) == {"VisionOne": {"Task": [{"id": 0}] * 2}}


@given(st.lists(st.integers(1, 4), max_size=12))
def test_with_a_key_each_id_is_there_once(ids: list[int]) -> None:
    context = folded({BY_ID: {"id": one, "seen": at}} for at, one in enumerate(ids))
    found = find(context, "VisionOne.Task")
    listed = found if isinstance(found, list) else [found] if found else []
    assert [item["id"] for item in listed] == list(dict.fromkeys(ids))
