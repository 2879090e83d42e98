"""Reads a query for incidents in XSOAR's words: text, fields, and, or, not."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TypeAlias

from warroom.context import cast
from warroom.context.moment import moment
from warroom.mapping.severity import read_severity
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json
from warroom.services.ports.search import needles, searched_text

DEEPEST = 50  # parentheses within parentheses
TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[()-])|(?P<field>[A-Za-z_][\w.]*):(?P<sign>[<>]=?)?|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()"]+))"""
)

Wanted: TypeAlias = Callable[[Incident], bool]


def read_query(text: str) -> Wanted:
    """Read a query: words, `field:value`, `field:>=value`, `field:(a or b)`, quotes, `and`, `or`, `not` and `-`.

    >>> from warroom.testing.samples import an_incident
    >>> read_query('status:pending -type:Phishing name:"incident 1"')(an_incident())
    True
    """
    parser = _Parser(text)
    wanted = parser.alternatives()
    parser.expect_end()
    return wanted


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

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

    def alternatives(self) -> Wanted:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error()
        parts = [self.together()]
        while self.skip("or", "||"):
            parts.append(self.together())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else lambda incident: any(part(incident) for part in parts)

    def together(self) -> Wanted:
        parts = [self.term()]
        while self.skip("and", "&&") or (self.peek() and not self.is_next(")", "or", "||")):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else lambda incident: all(part(incident) for part in parts)

    def term(self) -> Wanted:
        if self.skip("-", "not", "!"):
            inner = self.term()
            return lambda incident: not inner(incident)
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
        text = _unquoted(token)
        return lambda incident: all(needle in searched_text(incident) for needle in needles(text))

    def of_field(self, field: str, sign: str) -> Wanted:
        if not self.skip("("):
            return _field(field, sign, self.value())
        tests = []
        while not self.skip(")"):
            if not self.skip("or", "||", "and", "&&"):
                tests.append(_field(field, sign, self.value()))
        return lambda incident: any(test(incident) for test in tests)

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


def _field(name: str, sign: str, value: str) -> Wanted:
    """Test one field: numbers and times by their size, texts without regard to case, `*` matches anything."""
    read = FIELDS.get(name.lower())
    if name.lower() in TIMES:
        return compared(lambda incident: read(incident) if read else None, sign, time_of(name, value))
    if name.lower() == "severity":
        (severity,) = severities_of(value)
        return compared(lambda incident: incident.severity.value, sign, severity.value)
    if name.lower() == "status":
        (status,) = statuses_of(value)
        return compared(lambda incident: int(incident.status), sign, int(status))
    if sign:
        return compared(lambda incident: _number(_custom(incident, name)), sign, cast.number(value))
    pattern = value.casefold()
    return lambda incident: any(
        fnmatchcase(text.casefold(), _pattern(pattern))
        for text in _texts(read(incident) if read else _custom(incident, name))
    )


def _pattern(text: str) -> str:
    return re.sub(r"[\[?]", lambda found: f"[{found[0]}]", text)  # `*` is the only special character


def compared(read: Callable[[Incident], Json], sign: str, limit: Json) -> Wanted:
    def wanted(incident: Incident) -> bool:
        value = read(incident)
        return value is not None and COMPARISONS[sign](value, limit)

    return wanted


COMPARISONS: Mapping[str, Callable[[Json, Json], bool]] = {
    "": lambda left, right: bool(left == right),
    ">": lambda left, right: bool(left > right),
    ">=": lambda left, right: bool(left >= right),
    "<": lambda left, right: bool(left < right),
    "<=": lambda left, right: bool(left <= right),
}
TIMES = frozenset({"created", "modified", "occurred", "closed"})
FIELDS: Mapping[str, Callable[[Incident], Json]] = {
    "id": lambda incident: incident.id,
    "name": lambda incident: incident.name,
    "type": lambda incident: incident.type,
    "owner": lambda incident: incident.owner,
    "details": lambda incident: incident.details,
    "closereason": lambda incident: incident.close_reason,
    "closenotes": lambda incident: incident.close_notes,
    "sourceinstance": lambda incident: incident.source_instance,
    "sourcebrand": lambda incident: incident.source_brand,
    "playbookid": lambda incident: incident.playbook,
    "dbotmirrorid": lambda incident: incident.remote,
    "created": lambda incident: incident.created,
    "modified": lambda incident: incident.modified,
    "occurred": lambda incident: incident.occurred,
    "closed": lambda incident: incident.closed,
}


def _custom(incident: Incident, name: str) -> Json:
    folded = name.casefold()
    return next((value for key, value in incident.custom_fields.items() if key.casefold() == folded), None)


def _texts(value: Json) -> Iterable[str]:
    for item in cast.items(value):
        yield cast.written(item)


def _number(value: Json) -> Json:
    try:
        return cast.number(value)
    except InvalidInputError:
        return None


def words_of(value: Json) -> list[str]:
    """Read a list that is given as one, or as text with commas; each word once.

    >>> words_of("4@17, 5@17,4@17"), words_of(None)
    (['4@17', '5@17'], [])
    """
    items = value if isinstance(value, list) else cast.written(value).split(",")
    return list(dict.fromkeys(word for item in items if (word := cast.written(item).strip())))


def statuses_of(value: Json) -> Sequence[Status]:
    by_word = {status.name: status for status in Status} | {str(int(status)): status for status in Status}
    by_word["CLOSED"] = Status.DONE
    try:
        return [by_word[word.upper()] for word in words_of(value)]
    except KeyError as error:
        offered = ", ".join(status.name.lower() for status in Status)
        raise InvalidInputError(f"{cast.shown(value)} is no status. Use {offered}.") from error


def severities_of(value: Json) -> Sequence[Severity]:
    found = [read_severity(word) for word in words_of(value)]
    if None in found:
        raise InvalidInputError(f"{cast.shown(value)} is no severity. Use Unknown, Low, Medium, High or Critical.")
    return [severity for severity in found if severity is not None]


def time_of(name: str, value: Json) -> Json:
    try:
        return moment(value)
    except InvalidInputError as error:
        raise InvalidInputError(f"{name} takes a time such as 2026-11-24T10:00:00Z, not {value!r}.") from error
