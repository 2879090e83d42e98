import pytest

from warroom.context.transformers import TRANSFORMERS, transform
from warroom.context.transformers.not_built import NOT_BUILT
from warroom.model.errors import InvalidInputError


def test_none_of_them_is_built() -> None:
    assert set(NOT_BUILT) & set(TRANSFORMERS) == set()


@pytest.mark.parametrize("name", [*NOT_BUILT, "string.indexOf"])
def test_they_are_told_apart_from_what_xsoar_has_not(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"The transformer {name} is XSOAR's own, and it is not built here yet"):
        transform(name, "a", {})
