"""Comparisons in DT filters and merge keys (`val.x == obj.x`): the JavaScript that is evaluated without an engine.

    expression := binary operators (`||`, `&&` and comparisons) by JavaScript's precedence
    unary      := ('!' | '-') unary | postfix
    postfix    := primary ('.' name | '[' expression ']')*
    primary    := literal | 'val' | 'obj' | '(' expression ')'

They are nearly all that content has, and a worker takes a thousand times as long. Anything outside of this grammar
is kept as text, and QuickJS evaluates it in a worker (`context.scripted`).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from warroom.context import javascript as js
from warroom.context.cast import MISSING
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

Evaluate: TypeAlias = Callable[[Json, Json], Json]  # (val, obj) -> value

DEEPEST = 50  # nested brackets, and below the number of tokens: hostile content must not
LONGEST = 500  # reach Python's recursion limit
TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?)
      | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
      | (?P<name>[A-Za-z_$][\w$]*)
      | (?P<mark>===|!==|==|!=|<=|>=|&&|\|\||[-<>!.()\[\]])
    )""",
    re.VERBOSE,
)
ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
# Members that each object has: they are functions, which are true.
INHERITED = frozenset(
    {
        *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "toLocaleString", "toString"),
        *("valueOf", "__proto__", "__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__"),
    }
)
LITERALS: dict[str, Json] = {"true": True, "false": False, "null": None, "undefined": MISSING}
UNARY: dict[str, Callable[[Json], Json]] = {
    "!": lambda value: not js.truthy(value),
    "-": lambda value: -js.to_number(value),
}
BINARY: dict[str, tuple[int, Callable[[Json, Json], Json]]] = {
    "==": (3, js.loosely_equal),
    "!=": (3, lambda left, right: not js.loosely_equal(left, right)),
    "===": (3, js.strictly_equal),
    "!==": (3, lambda left, right: not js.strictly_equal(left, right)),
    "<": (4, js.less),
    ">": (4, lambda left, right: js.less(right, left)),
    "<=": (4, js.at_most),
    ">=": (4, lambda left, right: js.at_most(right, left)),
}
LAZY = {"||": 1, "&&": 2}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression and how to evaluate it; `run` is None where it takes QuickJS."""

    source: str
    run: Evaluate | None

    def evaluate(self, val: Json, obj: Json = None) -> Json:
        """The value for an item `val` (and a new item `obj`); raises `EvaluationError` where JavaScript throws."""
        if self.run is None:
            raise InvalidInputError(
                f"The expression `{self.source}` needs JavaScript, and this path is read where none can be run; "
                "write it with `val`, comparisons, `&&`, `||` and `!`, or move it to a script."
            )
        return self.run(val, obj)


@lru_cache(maxsize=4096)
def compile_expression(source: str) -> Expression:
    """Compile once; never raises."""
    try:
        return Expression(source, _Parser(source).whole())
    except _NotOursError:
        return Expression(source, None)


class _NotOursError(Exception):
    """The expression is outside of our grammar."""


def _tokens(source: str) -> Iterator[tuple[str, str]]:
    position, end = 0, len(source.rstrip())
    while position < end:
        found = TOKEN.match(source, position)
        if not found or found.lastgroup is None:
            raise _NotOursError
        yield found.lastgroup, found[found.lastgroup]
        position = found.end()


def _unescape(match: re.Match[str]) -> str:
    body = match[1]
    return chr(int(body[1:], 16)) if body[0] in "ux" and len(body) > 1 else ESCAPES.get(body, body)


class _Parser:
    def __init__(self, source: str) -> None:
        self.tokens = [*_tokens(source), ("end", "")]
        if len(self.tokens) > LONGEST:
            raise _NotOursError
        self.at = 0
        self.depth = 0

    def whole(self) -> Evaluate:
        found = self.expression()
        if self.tokens[self.at][0] != "end":
            raise _NotOursError
        return found

    def expression(self) -> Evaluate:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotOursError
        found = self.binary(1)
        self.depth -= 1
        return found

    def binary(self, lowest: int) -> Evaluate:
        left = self.unary()
        while True:
            kind, mark = self.tokens[self.at]
            rank = (LAZY.get(mark) or BINARY.get(mark, (0,))[0]) if kind == "mark" else 0
            if rank < lowest:
                return left
            self.at += 1
            right = self.binary(rank + 1)
            left = _lazy(mark, left, right) if mark in LAZY else _eager(BINARY[mark][1], left, right)

    def unary(self) -> Evaluate:
        kind, mark = self.tokens[self.at]
        if kind != "mark" or mark not in UNARY:
            return self.postfix(self.primary())
        self.at += 1
        self.depth += 1
        if self.depth > DEEPEST:
            raise _NotOursError
        operation, operand = UNARY[mark], self.unary()
        self.depth -= 1
        return lambda val, obj: operation(operand(val, obj))

    def primary(self) -> Evaluate:
        kind, body = self.take()
        match kind, body:
            case "number", _:
                return _constant(float(body) if "." in body else int(body))
            case "text", _:
                return _constant(ESCAPE.sub(_unescape, body[1:-1]))
            case "name", "val":
                return lambda val, _: val
            case "name", "obj":
                return lambda _, obj: obj
            case "name", _ if body in LITERALS:
                return _constant(LITERALS[body])
            case "mark", "(":
                found = self.expression()
                self.expect(")")
                return found
            case _:
                raise _NotOursError

    def postfix(self, found: Evaluate) -> Evaluate:
        while True:
            if self.skip("."):
                kind, name = self.take()
                if kind != "name" or name in INHERITED:
                    raise _NotOursError
                found = _member(found, _constant(name))
            elif self.skip("["):
                found = _member(found, self.expression())
                self.expect("]")
            else:
                return found

    def take(self) -> tuple[str, str]:
        token = self.tokens[self.at]
        if token[0] == "end":
            raise _NotOursError
        self.at += 1
        return token

    def skip(self, mark: str) -> bool:
        if self.tokens[self.at] != ("mark", mark):
            return False
        self.at += 1
        return True

    def expect(self, mark: str) -> None:
        is_open_end = mark in ")]" and self.tokens[self.at][0] == "end"  # content exists that ends too early
        if not is_open_end and not self.skip(mark):
            raise _NotOursError


def _constant(value: Json) -> Evaluate:
    return lambda _val, _obj: value


def _member(owner: Evaluate, name: Evaluate) -> Evaluate:
    return lambda val, obj: js.member(owner(val, obj), name(val, obj))


def _eager(operation: Callable[[Json, Json], Json], left: Evaluate, right: Evaluate) -> Evaluate:
    return lambda val, obj: operation(left(val, obj), right(val, obj))


def _lazy(mark: str, left: Evaluate, right: Evaluate) -> Evaluate:
    stop_at = mark == "||"

    def run(val: Json, obj: Json) -> Json:
        first = left(val, obj)
        return first if js.truthy(first) is stop_at else right(val, obj)

    return run
