"""Reads a query for indicators in XSOAR's words."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from warroom.context import cast
from warroom.context.moment import moment
from warroom.context.query_grammar import COMPARISONS, Test, Vocabulary, like, read_tests
from warroom.model.errors import InvalidInputError
from warroom.model.indicator import Indicator, Verdict
from warroom.model.json import Json

VERDICTS: Mapping[str, Verdict] = {
    **{verdict.name.casefold(): verdict for verdict in Verdict},
    **{str(int(verdict)): verdict for verdict in Verdict},
    "none": Verdict.UNKNOWN,
    "benign": Verdict.GOOD,
    "malicious": Verdict.BAD,
}
AGO: Mapping[str, timedelta] = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_TIMES: Mapping[str, Callable[[Indicator], datetime | None]] = {
    "firstseen": lambda one: one.first_seen,
    "lastseen": lambda one: one.last_seen,
    "modified": lambda one: one.modified,
    "modifiedtime": lambda one: one.modified,
    "created": lambda one: one.created,
    "createdtime": lambda one: one.created,
    "timestamp": lambda one: one.created,
    "calculatedtime": lambda one: one.modified,
    "expiration": lambda one: one.expires,
}
_TEXTS: Mapping[str, Callable[[Indicator], Json]] = {
    "id": lambda one: one.id,
    "value": lambda one: one.value,
    "name": lambda one: one.value,
    "type": lambda one: one.type,
    "indicator_type": lambda one: one.type,
    "source": lambda one: one.source,
    "setby": lambda one: one.set_by,
    "sourcebrands": lambda one: [said.brand or said.source for said in one.scores] + [one.source],
    "sourceinstances": lambda one: [*(said.source for said in one.scores), one.source],
    "aggregatedreliability": lambda one: one.reliability,
    "investigationids": lambda one: list(one.incidents),
    "incident.id": lambda one: list(one.incidents),
    "comments": lambda one: [comment.text for comment in one.comments],
    "manualscore": lambda one: str(bool(one.set_by)).lower(),
}
EVERYTHING = frozenset({"", "*", "*:*"})
_SCORES = frozenset({"reputation", "verdict", "score"})


def read_indicator_query(text: str, now: datetime) -> Test[Indicator]:
    """Read a query, such as `type:IP and verdict:Malicious and -expirationStatus:expired`; an empty one finds all."""
    if text.strip() in EVERYTHING:
        return lambda _: True
    return read_tests(
        text, Vocabulary(of_word=_word, of_field=lambda name, sign, value: _field(name, sign, value, now))
    )


def verdict_of(value: Json) -> Verdict:
    """Read a verdict: a number from 0 to 3, or its name, also as newer servers have it.

    >>> verdict_of("Malicious") is verdict_of(3) is Verdict.BAD
    True
    """
    written = cast.written(value).strip().casefold()
    if written not in VERDICTS:
        raise InvalidInputError(f"{cast.shown(value)} is no verdict. Use Unknown, Good, Suspicious, Bad or 0 to 3.")
    return VERDICTS[written]


def _word(text: str) -> Test[Indicator]:
    if "*" in text:
        is_like = like(text)
        return lambda one: is_like(one.value)
    wanted = text.casefold()
    return lambda one: (
        wanted in one.value.casefold() or wanted in one.type.casefold() or wanted in one.source.casefold()
    )


def _field(name: str, sign: str, value: str, now: datetime) -> Test[Indicator]:
    folded = name.casefold()
    if folded in _SCORES:
        verdict = verdict_of(value)
        return lambda one: COMPARISONS[sign](int(one.score), int(verdict))
    if folded == "expirationstatus":
        return lambda one: one.is_expired(now) == (value.casefold() == "expired")
    if folded in _TIMES:
        read, limit = _TIMES[folded], _time(name, value, now)
        return lambda one: (at := read(one)) is not None and COMPARISONS[sign](at, limit)
    if sign:
        return _by_size(name, sign, value)
    is_like, text = like(value), _TEXTS.get(folded) or (lambda one: _custom(one, name))
    return lambda one: any(is_like(cast.written(item)) for item in cast.items(text(one)))


def _by_size(name: str, sign: str, value: str) -> Test[Indicator]:
    limit = cast.number(value)

    def test(one: Indicator) -> bool:
        try:
            return COMPARISONS[sign](cast.number(_custom(one, name)), limit)
        except InvalidInputError:
            return False

    return test


def _custom(one: Indicator, name: str) -> Json:
    folded = name.casefold()
    return next((value for key, value in one.custom_fields.items() if key.casefold() == folded), None)


def _time(name: str, value: str, now: datetime) -> datetime:
    """Read a time: a date, or how long ago, as in "7 days ago"."""
    words = value.split()
    unit = words[1].removesuffix("s").lower() if len(words) in {2, 3} else ""
    if unit in AGO and words[0].isdecimal() and words[2:] in ([], ["ago"]):
        return now - int(words[0]) * AGO[unit]
    try:
        return moment(value)
    except InvalidInputError as error:
        raise InvalidInputError(
            f'{name} takes a time such as 2026-11-24T10:00:00Z or "7 days ago", not {value!r}.'
        ) from error
