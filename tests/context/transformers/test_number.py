import pytest

from warroom.context.transformers import transform
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


@pytest.mark.parametrize(
    ("name", "value", "args", "result"),
    [
        ("addition", "1", {"by": "2"}, 3),
        ("subtraction", 1, {"by": 0.5}, 0.5),
        ("multiply", 1.5, {"by": 2}, 3),
        ("division", 5, {"by": 2}, 2.5),
        ("division", 6, {"by": 2}, 3),
        ("modulus", 7, {"by": 4}, 3),
        ("round", 1.5, {}, 2),
        ("round", -1.5, {}, -2),
        ("round", "2.4", {}, 2),
        ("floor", 1.9, {}, 1),
        ("ceil", -1.9, {}, -1),
        ("abs", -0.5, {}, 0.5),
        ("abs", [-1, 2], {}, [1, 2]),
    ],
)
def test_numbers_are_changed_and_whole_results_are_whole(
    name: str, value: Json, args: dict[str, Json], result: Json
) -> None:
    found = transform(name, value, args)
    assert found == result
    assert type(found) is type(result)


@pytest.mark.parametrize("name", ["division", "modulus"])
def test_nothing_is_divided_by_zero(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"{name} cannot change 5: nothing can be divided by zero"):
        transform(name, 5, {"by": 0})


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(InvalidInputError, match='addition cannot change "x": "x" is not a number'):
        transform("addition", "x", {"by": 1})
    with pytest.raises(InvalidInputError, match="the argument `by` is missing"):
        transform("addition", 1, {})
