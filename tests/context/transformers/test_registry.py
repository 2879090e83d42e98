import pytest

from warroom.context.cast import MISSING
from warroom.context.transformers import TRANSFORMERS, transform
from warroom.context.transformers.registry import look_up
from warroom.model.errors import InvalidInputError

FIRST_TIER = "uniq getField atIndex concat join count append toLowerCase split Stringify"
LATER_TIERS = (
    "replaceMatch replace toUpperCase splitAndTrim trim slice sort toUnix round addition subtraction multiply "
    "division floor substring substringFrom substringTo splice toString strLength abs ceil modulus reverse"
)
ARGUMENTS = {
    "concat": ["prefix", "suffix"],
    "replace": ["toReplace", "replaceWith", "limit"],
    "replaceMatch": ["regex", "replaceWith"],
    "slice": ["from", "to"],
    "splice": ["index", "deleteCount", "item"],
    "substringFrom": ["from"],
    "join": ["separator"],
    "uniq": [],
}


@pytest.mark.parametrize("name", [*FIRST_TIER.split(), *LATER_TIERS.split()])
def test_the_transformers_that_content_uses_are_there_with_an_example(name: str) -> None:
    assert TRANSFORMERS[name].summary.endswith(".")
    assert ">>> " in (TRANSFORMERS[name].function.__doc__ or "")


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments_have_xsoars_names(name: str) -> None:
    assert list(TRANSFORMERS[name].parameters) == ARGUMENTS[name]


def test_a_category_before_the_name_is_stripped() -> None:
    assert look_up("general.join").name == "join"


@pytest.mark.parametrize("name", ["FirstArrayElement", "general.WhereFieldEquals", "other.join"])
def test_an_unknown_transformer_is_named(name: str) -> None:
    with pytest.raises(
        InvalidInputError, match=f"The transformer {name} is not known.*tag `transformer`.*Install its pack"
    ):
        transform(name, 1, {})


def test_each_item_of_a_list_is_changed() -> None:
    assert transform("toUpperCase", ["a", "b"], {}) == ["A", "B"]
    assert transform("toUpperCase", "a", {}) == "A"


def test_results_that_are_lists_are_flattened() -> None:
    assert transform("split", ["a,b", "c"], {}) == ["a", "b", "c"]


def test_null_in_a_list_stays() -> None:
    assert transform("toUpperCase", ["a", None], {}) == ["A", None]


@pytest.mark.parametrize("nothing", [None, MISSING])
def test_nothing_stays_nothing(nothing: object) -> None:
    assert transform("split", nothing, {}) is None
    assert transform("getField", {"a": 1}, {"field": "b"}) is None


def test_arguments_that_are_nothing_are_not_passed() -> None:
    assert transform("split", "a,b", {"delimiter": None}) == ["a", "b"]
    assert transform("split", "a,b", {"delimiter": MISSING}) == ["a", "b"]


def test_arguments_are_cast() -> None:
    assert transform("atIndex", ["a", "b"], {"index": "1"}) == "b"
    assert transform("sort", [1, 2], {"descending": "true"}) == [2, 1]
    assert transform("slice", ["a", "b"], {"from": "0", "to": "1"}) == ["a"]
    assert transform("multiply", 2, {"by": "1.5"}) == 3


def test_an_empty_field_of_the_form_means_the_default() -> None:
    assert transform("slice", ["a", "b"], {"from": "", "to": ""}) == ["a", "b"]
    assert transform("replace", "aa", {"toReplace": "a", "replaceWith": "b", "limit": ""}) == "bb"


@pytest.mark.parametrize(
    ("name", "args", "sentence"),
    [
        ("atIndex", {"index": "first"}, 'The transformer atIndex cannot change \\["a"\\]: "first" is not a number'),
        ("atIndex", {}, "the argument `index` is missing"),
        ("join", {"seperator": "-"}, "it has no argument `seperator`; it takes separator"),
        ("uniq", {"x": 1}, "it has no argument `x`; it takes none"),
    ],
)
def test_wrong_arguments_are_named(name: str, args: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        transform(name, ["a"], args)
