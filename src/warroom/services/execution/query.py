"""Reads a query for incidents in XSOAR's words: text, fields, and, or, not."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

from warroom.context import cast
from warroom.context.moment import moment
from warroom.context.query_grammar import COMPARISONS, Vocabulary, like, read_tests
from warroom.mapping.severity import read_severity
from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident, Severity, Status
from warroom.model.json import Json
from warroom.services.commands.word_list import words_of
from warroom.services.ports.search import needles, searched_text

Wanted: TypeAlias = Callable[[Incident], bool]


def read_query(text: str) -> Wanted:
    """Read a query: words, `field:value`, `field:>=value`, `field:(a or b)`, quotes, `and`, `or`, `not` and `-`.

    >>> from warroom.testing.samples import an_incident
    >>> read_query('status:pending -type:Phishing name:"incident 1"')(an_incident())
    True
    """
    return read_tests(text, Vocabulary(of_word=_word, of_field=_field))


def _word(text: str) -> Wanted:
    return lambda incident: all(needle in searched_text(incident) for needle in needles(text))


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
    is_like = like(value)
    return lambda incident: any(is_like(text) for text in _texts(read(incident) if read else _custom(incident, name)))


def compared(read: Callable[[Incident], Json], sign: str, limit: Json) -> Wanted:
    def wanted(incident: Incident) -> bool:
        value = read(incident)
        return value is not None and COMPARISONS[sign](value, limit)

    return wanted


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
