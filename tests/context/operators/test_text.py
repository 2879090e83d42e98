import pytest

from warroom.context.operators import compare
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("isEqualString", "a", "a"),
        ("isEqualString", 5, "5"),
        ("isEqualString", True, "true"),
        ("isEqualString", 5.0, 5),
        ("isEqualString", "a", ["a"]),
        ("isNotEqualString", "a", "A"),
        ("containsString", "dump of lsass", "lsass"),
        ("containsString", "abc", ""),
        ("notContainsString", "abc", "x"),
        ("notContainsString", None, "x"),
        ("startWith", "T1003.001", "T1003"),
        ("notStartWith", "T1059", "T1003"),
        ("endWith", "lsass.dmp", ".dmp"),
        ("notEndWith", "lsass.dmp", ".txt"),
        ("match", "user=ann", "user=[a-z]+"),
        ("match", ["x", "LSASS"], "(?i)lsass"),
        ("stringHasLength", "abc", 3),
        ("stringHasLength", 100, "3"),
        ("stringHasLength", None, 0),
        ("inList", "failed", "succeeded, failed ,rejected"),
        ("inList", "failed", ["succeeded", "failed"]),
        ("inList", 5, "4,5"),
        ("notInList", "running", "succeeded,failed"),
    ],
)
def test_holds(name: str, left: Json, right: Json) -> None:
    assert compare(name, left, right)


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("isEqualString", "a", "A"),
        ("isEqualString", None, "a"),
        ("isNotEqualString", "a", "a"),
        ("containsString", "abc", "B"),
        ("containsString", None, ""),
        ("startWith", "aT1003", "T1003"),
        ("startWith", None, ""),
        ("endWith", None, ""),
        ("match", None, ".*"),
        ("match", "abc", "^b"),
        ("stringHasLength", "abc", 2),
        ("inList", "fail", "succeeded,failed"),
        ("inList", None, "a,,b"),
        ("notInList", "failed", "succeeded,failed"),
    ],
)
def test_does_not_hold(name: str, left: Json, right: Json) -> None:
    assert not compare(name, left, right)


@pytest.mark.parametrize("name", ["isEqualString", "containsString", "startWith", "endWith", "match", "inList"])
def test_an_object_is_no_text(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"The operator {name} cannot compare .* is not text"):
        compare(name, {"some": "object"}, "a")
