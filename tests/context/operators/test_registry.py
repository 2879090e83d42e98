import pytest

from warroom.context.cast import MISSING
from warroom.context.operators import OPERATORS, compare
from warroom.context.operators.registry import Takes, look_up
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

FIRST_TIER = (
    "isEqualString isExists isNotEmpty containsGeneral containsString isEmpty inList isEqualNumber isNotEqualString "
    "greaterThanOrEqual isTrue greaterThan match isNotExists"
)
LATER_TIERS = (
    "hasLength notContainsGeneral in startWith stringHasLength isFalse notIn notContainsString lessThanOrEqual "
    "lessThan isNotEqualNumber endWith notInList notStartWith notEndWith isBefore isAfter isSame"
)


@pytest.mark.parametrize("name", [*FIRST_TIER.split(), *LATER_TIERS.split()])
def test_the_operators_that_content_uses_are_there(name: str) -> None:
    assert OPERATORS[name].name == name
    assert OPERATORS[name].summary.endswith(".")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("string.isEqual", "isEqualString"),
        ("string.isNotEqual", "isNotEqualString"),
        ("number.isEqual", "isEqualNumber"),
        ("number.isNotEqual", "isNotEqualNumber"),
        ("date.isEqual", "isSame"),
        ("isEqual", "isEqualString"),
        ("general.isExists", "isExists"),
        ("number.greaterThan", "greaterThan"),
        ("string.inList", "inList"),
    ],
)
def test_the_category_is_stripped_and_decides_what_equal_means(written: str, name: str) -> None:
    assert look_up(written).name == name


@pytest.mark.parametrize("name", ["IsInCidrRanges", "1bbda28b-cbd2-48f3-89c1-408e19b9a169", "other.isEmpty", ""])
def test_an_unknown_operator_is_named(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"The operator {name} is not known.*tag `filter`.*Install its pack"):
        compare(name, 1, 2)


def test_an_item_operator_passes_when_some_item_of_a_list_does() -> None:
    assert compare("isEqualNumber", [1, 2], 2)
    assert not compare("isEqualNumber", [1, 2], 3)
    assert not compare("isEqualNumber", [], 3)


def test_a_list_operator_takes_an_item_as_a_list_of_one() -> None:
    assert compare("hasLength", "a", 1)
    assert compare("hasLength", None, 0)


def test_a_missing_value_is_null_for_all_but_those_that_look_at_anything() -> None:
    assert compare("isEqualString", MISSING, "")
    assert compare("isEqualString", MISSING, MISSING)
    assert not compare("isExists", MISSING)


def test_unary_operators_need_no_right_side() -> None:
    assert compare("isExists", 1)
    assert compare("isNotEmpty", 1)


def test_ignoring_case_folds_both_sides_and_lists() -> None:
    assert compare("isEqualString", "STRASSE", "straße", ignore_case=True)
    assert compare("isEqualString", ["LSASS"], "lsass", ignore_case=True)
    assert compare("inList", "A", ["a", "B"], ignore_case=True)


def test_ignoring_case_does_not_change_the_meaning_of_a_pattern() -> None:
    assert compare("match", "ABC", r"^\D+$", ignore_case=True)
    assert compare("match", "LSASS", "lsass", ignore_case=True)


def test_the_opposite_of_an_operator_on_anything_is_never_the_same() -> None:
    values: tuple[Json, ...] = (None, MISSING, "", [], {}, 0, False, [""], "a")
    for value in values:
        assert compare("isEmpty", value) is not compare("isNotEmpty", value)
        assert compare("isExists", value) is not compare("isNotExists", value)


def test_only_operators_that_look_at_anything_are_unary_on_missing_values() -> None:
    assert {name for name, found in OPERATORS.items() if found.takes is Takes.ANYTHING} == {
        "isExists",
        "isNotExists",
        "isEmpty",
        "isNotEmpty",
        "containsGeneral",
        "notContainsGeneral",
    }
