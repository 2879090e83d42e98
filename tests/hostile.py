"""Values that somebody sends to break what reads them: the same ones for every entry and every door."""

from collections.abc import Mapping
from typing import Any

from warroom.model.json import Json

HALVES = "half \ud800, other half \udfff"
RIGHT_TO_LEFT = "inv\u202egpj.exe\u2066\u200f"
MARKUP = "</script><script>alert(1)</script> [x](javascript:alert(1)) C:\\Users\\bob\\.aws <a@b> `x` *y* |z| ~~w~~"
MANY_DIGITS = 10**4000
UNWRITABLE = 10**5000  # Python refuses to write it in decimal

TEXTS: Mapping[str, str] = {
    "halves": HALVES,
    "nul": "a\0b",
    "byte order mark": "\ufeffname",
    "right to left": RIGHT_TO_LEFT,
    "markup": MARKUP,
    "breaks": "a\r\nSet-Cookie: b=c\x85\u2028d",
    "escape": "\x1b[2J\x1b]0;title\x07",
    "long": "x" * 70_000,
    "combined": "e\u0301 \u212b \ufb01",
}


def nested(levels: int) -> Json:
    """Return a list in a list in a list …, with an object in between now and then."""
    value: Json = HALVES
    for level in range(levels):
        value = {"deeper": value} if level % 7 == 0 else [value]
    return value


def tree() -> dict[str, Json]:
    """Return one object with all of it, as JSON can bring it."""
    return {
        **TEXTS,
        HALVES: 1,
        "a\0": 2,
        "": 3,
        "not a number": float("nan"),
        "without end": [float("inf"), -float("inf")],
        "many digits": MANY_DIGITS,
        "deep": nested(90),
        "deeper": nested(300),
        "list": list(TEXTS.values()),
    }


def odd_tree() -> dict[Any, Any]:
    """Return one with what JSON cannot bring, but a value in memory may hold."""
    return {**tree(), 7: "seven", None: "none", True: "true", (1, 2): "pair", "digits": UNWRITABLE, "tuple": (1, {2})}
