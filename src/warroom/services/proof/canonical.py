"""Canonical JSON (RFC 8785): one value has one text, so that its hash means the value."""

from __future__ import annotations

import json
import math
from typing import Any

_quoted = json.JSONEncoder(ensure_ascii=False).encode  # a text as JavaScript writes it
_plainly = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode  # many times as fast
PLAIN_DIGITS, PLAIN_ZEROS = 21, 6  # beyond them JavaScript writes an exponent
EXACT = 2**53 - 1  # the largest integer up to which doubles are exact


class CanonicalError(ValueError):
    """A value has no canonical form; the sentence says which."""


def canonical(value: Any, *, is_plain: bool = False) -> bytes:
    r"""Write a value so that everybody who writes it gets the same bytes.

    Raises CanonicalError for what RFC 8785 cannot write without a loss: NaN, integers that no double holds, half a
    surrogate pair, other types. Write such a number as text first. A value `is_plain` when each number in it is an
    exact integer and no name in it has a character beyond the first 65,536: Python's own writer is right for that.

    >>> canonical({"b": [1.0, 1e30, -0.0], "a": "é"})
    b'{"a":"\xc3\xa9","b":[1,1e+30,0]}'
    """
    try:
        return (_plainly(value) if is_plain else _written(value)).encode()
    except UnicodeEncodeError as error:
        raise CanonicalError("Half a surrogate pair has no canonical JSON. Replace it first.") from error
    except RecursionError as error:
        raise CanonicalError("The value is nested too deep for canonical JSON. Write its inside as text.") from error


def fitted(value: Any) -> Any:
    """Return a JSON value with integers that no double holds as text, so that it has a canonical form.

    >>> fitted({"n": [2**64, 7, True]})
    {'n': ['18446744073709551616', 7, True]}
    """
    if isinstance(value, dict):
        return {key: fitted(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [fitted(item) for item in value]
    return str(value) if isinstance(value, int) and abs(value) > EXACT else value


def _written(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        return "{" + ",".join([f"{_quoted(name)}:{_written(value[name])}" for name in _ordered(value)]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_written(item) for item in value]) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, (int, float)):
        return _number(value)
    raise CanonicalError(f"A value of type {type(value).__name__} has no canonical JSON. Make it text first.")


def _ordered(value: dict[str, Any]) -> list[str]:
    """Sort names by their UTF-16 code units, as JavaScript compares texts; ASCII is in that order by itself."""
    for name in value:
        if not isinstance(name, str):
            raise CanonicalError(f"The name {name!r:.80} of an object's member is no text. Make it text first.")
    return sorted(value) if all(map(str.isascii, value)) else sorted(value, key=_utf_16)


def _utf_16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _number(value: float) -> str:
    """Write a number as JavaScript does.

    >>> _number(1e21), _number(1e-6), _number(1e-7), _number(123.0), _number(9007199254740991)
    ('1e+21', '0.000001', '1e-7', '123', '9007199254740991')
    """
    if isinstance(value, int):
        return str(value) if abs(value) <= EXACT else _large(value)
    if not math.isfinite(value):
        raise CanonicalError(f"The number {value} has no canonical JSON. Write it as text, or leave it out.")
    return _double(value)


def _large(value: int) -> str:
    """Write an integer beyond the exact ones, if it is what a double of that size is written as."""
    try:
        text = _double(float(value))
    except OverflowError:
        text = ""
    if value.bit_length() > 1024 or text != str(value):
        raise CanonicalError(f"The integer of {value.bit_length()} bits is more than a double holds. Write it as text.")
    return text


def _double(value: float) -> str:
    if value == 0:
        return "0"
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return ("-" if value < 0 else "") + _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Put the decimal point after the `point`th digit, or write an exponent where JavaScript would."""
    count = len(digits)
    if count <= point <= PLAIN_DIGITS:
        return digits + "0" * (point - count)
    if 0 < point <= PLAIN_DIGITS:
        return digits[:point] + "." + digits[point:]
    if -PLAIN_ZEROS < point <= 0:
        return "0." + "0" * -point + digits
    fraction = "." + digits[1:] if count > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
