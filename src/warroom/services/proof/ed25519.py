"""Checks Ed25519 signatures (RFC 8032) with integers and hashes only; signing uses a library."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
KEY_BYTES = 32
SIGNATURE_BYTES = 64


class Point(NamedTuple):
    """A point of the curve in extended coordinates: x and y times z, and t, which is x times y times z."""

    x: int
    y: int
    z: int
    t: int


NOWHERE = Point(0, 1, 1, 0)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature of the message was made with the key.

    Of several ways to write one signature only the one of RFC 8032 counts: points below the prime, the scalar below
    the group's order. A key of small order, which would fit every message, counts never.
    """
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, scalar = _point(public_key), int.from_bytes(signature[32:], "little")
    if key is None or scalar >= ORDER or _point(signature[:32]) is None or _is_of_small_order(key):
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return _encoded(_times_both(scalar, BASE, challenge, _negative(key))) == signature[:32]


def _point(text: bytes) -> Point | None:
    """Read a point; None for what is none, or is not written as RFC 8032 writes it."""
    number = int.from_bytes(text, "little")
    y, is_odd = number & (2**255 - 1), number >> 255
    if y >= PRIME:
        return None
    x = _x_of(y)
    if x is None or (x == 0 and is_odd):
        return None
    x = PRIME - x if x & 1 != is_odd else x
    return Point(x, y, 1, x * y % PRIME)


def _x_of(y: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, -1, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if x * x % PRIME != square:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    return x if x * x % PRIME == square else None


def _sum(one: Point, other: Point) -> Point:
    a = (one.y - one.x) * (other.y - other.x) % PRIME
    b = (one.y + one.x) * (other.y + other.x) % PRIME
    c = 2 * one.t * other.t * D % PRIME
    d = 2 * one.z * other.z % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return Point(e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME)


def _times_both(factor: int, point: Point, other_factor: int, other: Point) -> Point:
    """Return the sum of two multiples, from the highest bits of both factors down."""
    both, result = _sum(point, other), NOWHERE
    for place in reversed(range(max(factor.bit_length(), other_factor.bit_length()))):
        result = _sum(result, result)
        chosen = (factor >> place & 1, other_factor >> place & 1)
        if any(chosen):
            result = _sum(result, {(1, 0): point, (0, 1): other, (1, 1): both}[chosen])
    return result


def _is_of_small_order(point: Point) -> bool:
    """Whether eight times the point is nowhere, so that it multiplies to almost nothing."""
    for _ in range(3):
        point = _sum(point, point)
    return point.x % PRIME == 0 and (point.y - point.z) % PRIME == 0


def _negative(point: Point) -> Point:
    return Point(-point.x % PRIME, point.y, point.z, -point.t % PRIME)


def _encoded(point: Point) -> bytes:
    inverse = pow(point.z, -1, PRIME)
    x, y = point.x * inverse % PRIME, point.y * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _base() -> Point:
    y = 4 * pow(5, -1, PRIME) % PRIME
    x = _x_of(y)
    assert x is not None
    x = PRIME - x if x & 1 else x
    return Point(x, y, 1, x * y % PRIME)


BASE = _base()
