"""Operators on dates."""

from warroom.context.moment import moment
from warroom.context.operators.registry import operator
from warroom.model.json import Json


@operator("isBefore", category="date")
def is_before(left: Json, right: Json) -> bool:
    """The left date is earlier."""
    return left is not None and moment(left) < moment(right)


@operator("isAfter", category="date")
def is_after(left: Json, right: Json) -> bool:
    """The left date is later."""
    return left is not None and moment(left) > moment(right)


@operator("isSame", category="date")
def is_same(left: Json, right: Json) -> bool:
    """The dates are the same moment."""
    return left is not None and moment(left) == moment(right)
