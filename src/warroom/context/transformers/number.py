"""Transformers of numbers. Whole results are whole numbers, without a point."""

import math

from warroom.context import cast
from warroom.context.transformers.registry import transformer
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json


@transformer("addition", category="number")
def addition(value: Json, *, by: float) -> Json:
    """Add a number.

    >>> addition("2", by=0.5)
    2.5
    """
    return cast.tidy(cast.number(value) + by)


@transformer("subtraction", category="number")
def subtraction(value: Json, *, by: float) -> Json:
    """Subtract a number.

    >>> subtraction(5, by=2)
    3
    """
    return cast.tidy(cast.number(value) - by)


@transformer("multiply", category="number")
def multiply(value: Json, *, by: float) -> Json:
    """Multiply by a number.

    >>> multiply(1.5, by=1000)
    1500
    """
    return cast.tidy(cast.number(value) * by)


@transformer("division", category="number")
def division(value: Json, *, by: float) -> Json:
    """Divide by a number.

    >>> division(1785000000000, by=1000)
    1785000000
    """
    return cast.tidy(cast.number(value) / _not_zero(by))


@transformer("modulo", category="number")
@transformer("modulus", category="number")
def modulus(value: Json, *, by: float) -> Json:
    """The remainder of a division, with the sign of the value.

    >>> modulus(-7, by=3)
    -1
    """
    return cast.tidy(math.fmod(cast.number(value), _not_zero(by)))


def _not_zero(by: float) -> float:
    if by == 0:
        raise InvalidInputError("nothing can be divided by zero.")
    return by


@transformer("round", category="number")
def round_(value: Json) -> Json:
    """Round to the nearest whole number, halves away from zero.

    >>> round_(2.5), round_(-2.5)
    (3, -3)
    """
    number = cast.number(value)
    return cast.tidy(math.copysign(math.floor(abs(number) + 0.5), number))


@transformer("floor", category="number")
def floor(value: Json) -> Json:
    """Round down to a whole number.

    >>> floor(-1.5)
    -2
    """
    return math.floor(cast.number(value))


@transformer("ceil", category="number")
def ceil(value: Json) -> Json:
    """Round up to a whole number.

    >>> ceil(1.2)
    2
    """
    return math.ceil(cast.number(value))


@transformer("abs", category="number")
def abs_(value: Json) -> Json:
    """The absolute value.

    >>> abs_("-4")
    4
    """
    return abs(cast.number(value))
