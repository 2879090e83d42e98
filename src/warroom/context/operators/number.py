"""Operators on numbers."""

from collections.abc import Callable
from operator import eq, ge, gt, le, lt

from warroom.context import cast
from warroom.context.operators.registry import operator
from warroom.context.semantics import Semantics
from warroom.model.json import Json


def _compared(test: Callable[[float, float], bool], left: Json, right: Json, semantics: Semantics) -> bool:
    """Compare as XSOAR does: numbers of double precision, so that all digits after the sixteenth are equal."""
    if left is None and not semantics.null_is_zero:
        return False
    return test(0.0 if left is None else float(cast.number(left)), float(cast.number(right)))


@operator("isEqualNumber", category="number", negation="isNotEqualNumber")
def is_equal(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The numbers are equal."""
    return _compared(eq, left, right, semantics)


@operator("greaterThan", category="number")
def is_greater(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The left number is greater."""
    return _compared(gt, left, right, semantics)


@operator("greaterThanOrEqual", category="number")
def is_at_least(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The left number is greater, or they are equal."""
    return _compared(ge, left, right, semantics)


@operator("lessThan", category="number")
def is_less(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The left number is less."""
    return _compared(lt, left, right, semantics)


@operator("lessThanOrEqual", category="number")
def is_at_most(left: Json, right: Json, *, semantics: Semantics) -> bool:
    """The left number is less, or they are equal."""
    return _compared(le, left, right, semantics)
