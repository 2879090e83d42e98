"""The grammar of `TMV1-Query` on searches: `field:value`, `field:"value"`, and, or, not, stars."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from visionone_sim.errors import BadRequestError

LONGEST = 2_048
DEEPEST = 50  # parentheses within parentheses

# Whole values count for these; for all other fields, a part is enough.
FULL_MATCH = frozenset(
    {
        "dpt", "spt", "eventId", "eventSubId", "winEventId", "objectPort", "processHashId", "processPid", "objectPid",
        "parentPid", "srcPid", "processFileHashMd5", "processFileHashSha1", "processFileHashSha256",
        "objectFileHashMd5", "objectFileHashSha1", "objectFileHashSha256", "parentFileHashMd5", "parentFileHashSha1",
        "parentFileHashSha256", "srcFileHashMd5", "srcFileHashSha1", "srcFileHashSha256", "mailAttachmentMd5",
        "mailAttachmentSha1", "mailAttachmentSha256",
    }
)  # fmt: skip

Test: TypeAlias = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<sign>[()])
    | (?P<field>[A-Za-z_][\w.]*)\s*:\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<bare>[^\s()"]+))
    | (?P<word>[^\s()]+))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    value: str = ""

    def is_keyword(self, word: str) -> bool:
        return self.kind == "word" and self.text.lower() == word


def parse_search(text: str) -> Test:
    """Return a test for records; a star alone, or after a field, is anything."""
    if len(text) > LONGEST:
        raise BadRequestError(f"The query has {len(text)} characters; {LONGEST} are allowed.", target="TMV1-Query")
    tokens = list(_tokens(text))
    parser = _Parser(tokens)
    test = parser.either()
    if parser.rest:
        raise BadRequestError(f"The query has {parser.rest[0].text!r} where it should end.", target="TMV1-Query")
    return test


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text.rstrip()):
        found = _TOKEN.match(text, position)
        if found is None:
            raise BadRequestError(f"The query cannot be read at character {position + 1}.", target="TMV1-Query")
        position = found.end()
        if found["field"] is not None:
            value = found["bare"] if found["quoted"] is None else re.sub(r"\\(.)", r"\1", found["quoted"])
            yield Token("field", found["field"], value)
        else:
            yield Token(found.lastgroup or "word", found[found.lastgroup or "word"])


class _Parser:
    """Recursive descent, as for filters."""

    def __init__(self, tokens: list[Token]) -> None:
        self.rest = tokens
        self._depth = 0

    def either(self) -> Test:
        sides = [self._both()]
        while self._take("or"):
            sides.append(self._both())
        return sides[0] if len(sides) == 1 else lambda record: any(side(record) for side in sides)

    def _both(self) -> Test:
        sides = [self._unary()]
        # Two terms side by side are joined by and.
        while self._take("and") or self._at_term():
            sides.append(self._unary())
        return sides[0] if len(sides) == 1 else lambda record: all(side(record) for side in sides)

    def _unary(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadRequestError("The query is nested too deeply.", target="TMV1-Query")
        test = self._negated() if self._take("not") else self._primary()
        self._depth -= 1
        return test

    def _negated(self) -> Test:
        inner = self._unary()
        return lambda record: not inner(record)

    def _primary(self) -> Test:
        token = self.rest.pop(0) if self.rest else Token("end", "the end")
        if token == Token("sign", "("):
            inner = self.either()
            if not self.rest or self.rest.pop(0) != Token("sign", ")"):
                raise BadRequestError("The query lacks a closing parenthesis.", target="TMV1-Query")
            return inner
        if token.kind == "field":
            return _field_test(token.text, token.value)
        if token == Token("word", "*"):
            return lambda _record: True
        raise BadRequestError(f"The query needs field:value, not {token.text!r}.", target="TMV1-Query")

    def _at_term(self) -> bool:
        return bool(self.rest) and (
            self.rest[0].kind == "field" or self.rest[0] == Token("sign", "(") or self.rest[0].is_keyword("not")
        )

    def _take(self, word: str) -> bool:
        if self.rest and self.rest[0].is_keyword(word):
            self.rest.pop(0)
            return True
        return False


def _field_test(field: str, wanted: str) -> Test:
    pieces = [re.escape(piece) for piece in wanted.split("*")]
    pattern = re.compile(".*".join(pieces), re.IGNORECASE | re.DOTALL)
    fits = pattern.fullmatch if field in FULL_MATCH else pattern.search
    return lambda record: any(fits(text) for text in _texts(record.get(field)))


def _texts(value: Any) -> Collection[str]:
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(each)]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _texts(each)]
    return (str(value),)
