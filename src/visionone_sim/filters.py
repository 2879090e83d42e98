"""The grammar of `TMV1-Filter`, `TMV1-Query` and `filter`: text to a tree, and a tree asked about one record."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, TypeVar, assert_never

from visionone_sim.errors import BadRequestError


@dataclass(frozen=True, slots=True)
class Compare:
    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Negation:
    inner: "Expression"


@dataclass(frozen=True, slots=True)
class Both:
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Either:
    left: "Expression"
    right: "Expression"


T = TypeVar("T")
Expression: TypeAlias = Compare | Negation | Both | Either
Values: TypeAlias = Callable[[str], Collection[str]]

OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda have, want: have == want,
    "contains": lambda have, want: want in have,
    "startswith": lambda have, want: have.startswith(want),
}

# A parenthesis or comma; a quoted text, in which '' is one quote (a guess); a word.
_TOKEN = re.compile(r"\s*(?:(?P<sign>[(),])|'(?P<text>(?:[^']|'')*)'|(?P<word>[^\s(),']+))")
_KEYWORDS = {"and", "or", "not", "eq"}


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str

    def is_keyword(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


END = Token("end", "the end")
DEEPEST = 50  # parentheses within parentheses


def parse(text: str, fields: Collection[str], *, functions: Collection[str] = (), longest: int = 4000) -> Expression:
    """Read an expression over the given fields, or refuse it as the API does."""
    if len(text) > longest:
        raise BadRequestError(f"The filter has {len(text)} characters; {longest} are allowed.")
    return _Parser(list(_tokens(text)), fields, functions).read()


def matches(expression: Expression, values: Values, *, ignore_case: bool = True) -> bool:
    """Say whether one record, given as a function from field to values, satisfies an expression."""
    match expression:
        case Compare(field, operator, wanted):
            want = wanted.casefold() if ignore_case else wanted
            have = (value.casefold() if ignore_case else value for value in values(field))
            return any(OPERATORS[operator](value, want) for value in have)
        case Negation(inner):
            return not matches(inner, values, ignore_case=ignore_case)
        case Both(left, right):
            return all(matches(side, values, ignore_case=ignore_case) for side in (left, right))
        case Either(left, right):
            return any(matches(side, values, ignore_case=ignore_case) for side in (left, right))
        case _:
            assert_never(expression)


def compiled(
    expression: Expression, fields: Mapping[str, Callable[[T], Collection[str]]], *, ignore_case: bool = True
) -> Callable[[T], bool]:
    """Return the expression as a test for records, for lists of very many."""
    match expression:
        case Compare(field, operator, wanted):
            return _comparison_test(fields[field], OPERATORS[operator], wanted, ignore_case=ignore_case)
        case Negation(inner):
            test = compiled(inner, fields, ignore_case=ignore_case)
            return lambda record: not test(record)
        case Both(left, right):
            first, second = (compiled(side, fields, ignore_case=ignore_case) for side in (left, right))
            return lambda record: first(record) and second(record)
        case Either(left, right):
            first, second = (compiled(side, fields, ignore_case=ignore_case) for side in (left, right))
            return lambda record: first(record) or second(record)
        case _:
            assert_never(expression)


def _comparison_test(
    values: Callable[[T], Collection[str]], compare: Callable[[str, str], bool], wanted: str, *, ignore_case: bool
) -> Callable[[T], bool]:
    want = wanted.casefold() if ignore_case else wanted

    def test(record: T) -> bool:
        for value in values(record):  # noqa: SIM110  # any() with a generator takes twice as long
            if compare(value.casefold() if ignore_case else value, want):
                return True
        return False

    return test


def pinned(expression: Expression | None, field: str) -> str | None:
    """Return the one value that a field must equal for the expression to be true, if there is one."""
    match expression:
        case Compare(name, "eq", value) if name == field:
            return value
        case Both(left, right):
            return pinned(left, field) or pinned(right, field)
        case _:
            return None


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise BadRequestError(f"The filter cannot be read at character {position + 1}.")
        yield Token(found.lastgroup, found[found.lastgroup].replace("''", "'"))
        position = found.end()


class _Parser:
    """Recursive descent: `or` binds loosest, then `and`, then `not`."""

    def __init__(self, tokens: list[Token], fields: Collection[str], functions: Collection[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._functions = functions
        self._depth = 0

    def read(self) -> Expression:
        expression = self._either()
        if self._tokens:
            raise BadRequestError(f"The filter has {self._tokens[0].text!r} where it should end.")
        return expression

    def _either(self) -> Expression:
        left = self._both()
        while self._take_keyword("or"):
            left = Either(left, self._both())
        return left

    def _both(self) -> Expression:
        left = self._unary()
        while self._take_keyword("and"):
            left = Both(left, self._unary())
        return left

    def _unary(self) -> Expression:
        if self._take_keyword("not"):
            return Negation(self._nested(self._unary))
        if self._take_sign("("):
            inner = self._nested(self._either)
            self._expect(")")
            return inner
        return self._comparison()

    def _nested(self, read: Callable[[], Expression]) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadRequestError("The filter is nested too deeply.")
        expression = read()
        self._depth -= 1
        return expression

    def _comparison(self) -> Expression:
        name = self._word()
        if self._take_sign("("):
            return self._function(name)
        if name not in self._fields:
            raise BadRequestError(f"The filter field {name!r} is not supported.", target=name)
        if not self._take_keyword("eq"):
            raise BadRequestError(f"The filter needs an operator after {name!r}, such as eq.")
        return Compare(name, "eq", self._value())

    def _function(self, name: str) -> Expression:
        if name.lower() not in self._functions:
            raise BadRequestError(f"The filter function {name!r} is not supported.")
        field = self._word()
        if field not in self._fields:
            raise BadRequestError(f"The filter field {field!r} is not supported.", target=field)
        self._expect(",")
        value = self._value()
        self._expect(")")
        return Compare(field, name.lower(), value)

    def _value(self) -> str:
        token = self._next()
        literal = token.kind == "word" and (token.text in {"true", "false"} or _is_number(token.text))
        if token.kind != "text" and not literal:
            raise BadRequestError(f"The filter needs a quoted value, not {token.text!r}.")
        return token.text

    def _word(self) -> str:
        token = self._next()
        if token.kind != "word" or token.text.lower() in _KEYWORDS:
            raise BadRequestError(f"The filter needs a field, not {token.text!r}.")
        return token.text

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token != Token("sign", sign):
            raise BadRequestError(f"The filter needs {sign!r}, not {token.text!r}.")

    def _next(self) -> Token:
        return self._tokens.pop(0) if self._tokens else END

    def _take_keyword(self, word: str) -> bool:
        return self._take(bool(self._tokens) and self._tokens[0].is_keyword(word))

    def _take_sign(self, sign: str) -> bool:
        return self._take(bool(self._tokens) and self._tokens[0] == Token("sign", sign))

    def _take(self, fits: bool) -> bool:
        if fits:
            self._tokens.pop(0)
        return fits


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
