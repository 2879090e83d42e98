"""The grammar of XSOAR's queries, whatever they look for: text, fields, and, or, not."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Generic, TypeAlias, TypeVar

from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

DEEPEST = 50  # parentheses within parentheses
TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()-])|(?P<field>[A-Za-z_][\w.]*):\s*(?P<sign>[<>]=?)?|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"]+))"""
)

_T = TypeVar("_T")
Test: TypeAlias = Callable[[_T], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary(Generic[_T]):
    """What the words and the fields of a query mean; a field is given with its sign, `>=` or another or none."""

    of_word: Callable[[str], Test[_T]]
    of_field: Callable[[str, str, str], Test[_T]]


def read_tests(text: str, vocabulary: Vocabulary[_T]) -> Test[_T]:
    """Read a query: words, `field:value`, `field:>=value`, `field:(a or b)`, quotes, `and`, `or`, `not` and `-`.

    >>> above = Vocabulary(of_word=lambda w: lambda n: n == int(w), of_field=lambda _, __, w: lambda n: n > int(w))
    >>> [n for n in range(9) if read_tests("above:5 and not 7 or 2", above)(n)]
    [2, 6, 8]
    """
    parser = _Parser(text, vocabulary)
    test = parser.alternatives()
    parser.expect_end()
    return test


@dataclass(slots=True)
class _Parser(Generic[_T]):
    text: str
    vocabulary: Vocabulary[_T]
    at: int = 0
    depth: int = 0

    def peek(self) -> re.Match[str] | None:
        return TOKEN.match(self.text, self.at)

    def is_next(self, *words: str) -> bool:
        token = self.peek()
        return token is not None and (token["mark"] or (token["word"] or "").lower()) in words

    def skip(self, *words: str) -> bool:
        token = self.peek()
        if token is None or not self.is_next(*words):
            return False
        self.at = token.end()
        return True

    def expect_end(self) -> None:
        if self.text[self.at :].strip():
            raise self.error()

    def error(self) -> InvalidInputError:
        rest = self.text[self.at :].strip()
        return InvalidInputError(
            f"The query {self.text!r} cannot be read {f'at {rest!r}' if rest else 'to its end'}. Write words and"
            ' field:value, joined by and, or, not; values with spaces in quotes, as in name:"LSASS dump".'
        )

    def alternatives(self) -> Test[_T]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error()
        parts = [self.together()]
        while self.skip("or", "||"):
            parts.append(self.together())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else lambda one: any(part(one) for part in parts)

    def together(self) -> Test[_T]:
        parts = [self.term()]
        while self.skip("and", "&&") or (self.peek() and not self.is_next(")", "or", "||")):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else lambda one: all(part(one) for part in parts)

    def term(self) -> Test[_T]:
        if self.skip("-", "not", "!"):
            inner = self.term()
            return lambda one: not inner(one)
        if self.skip("("):
            inner = self.alternatives()
            if not self.skip(")"):
                raise self.error()
            return inner
        token = self.peek()
        if token is None or token["mark"]:
            raise self.error()
        self.at = token.end()
        if token["field"]:
            return self.of_field(token["field"], token["sign"] or "")
        return self.vocabulary.of_word(_unquoted(token))

    def of_field(self, field: str, sign: str) -> Test[_T]:
        if not self.skip("("):
            return self.vocabulary.of_field(field, sign, self.value())
        tests: list[Test[_T]] = []
        while not self.skip(")"):
            if not self.skip("or", "||", "and", "&&"):
                tests.append(self.vocabulary.of_field(field, sign, self.value()))
        return lambda one: any(test(one) for test in tests)

    def value(self) -> str:
        if self.skip("-"):
            return f"-{self.value()}"
        token = self.peek()
        if token is None or token["mark"]:
            raise self.error()
        self.at = token.end()
        return f"{token['field']}:{token['sign'] or ''}{self.value()}" if token["field"] else _unquoted(token)


def _unquoted(token: re.Match[str]) -> str:
    return token["word"] if token["quoted"] is None else re.sub(r"\\(.)", r"\1", token["quoted"])


def like(pattern: str) -> Callable[[str], bool]:
    """Return a test of texts without regard to case, in which `*` matches anything.

    >>> [like("fin-*")(text) for text in ("FIN-LT-7", "HR-7")]
    [True, False]
    """
    wanted = re.sub(r"[\[?]", lambda found: f"[{found[0]}]", pattern.casefold())  # `*` is the only special character
    return lambda text: fnmatchcase(text.casefold(), wanted)


COMPARISONS: Mapping[str, Callable[[Json, Json], bool]] = {
    "": lambda left, right: bool(left == right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}
