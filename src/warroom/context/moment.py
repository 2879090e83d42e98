"""Dates in the formats that XSOAR reads, and Go's layouts to write them. Never reads the clock."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from warroom.context.cast import shown
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json

MILLISECONDS_FROM = 100_000_000_000  # epochs above are milliseconds: as seconds they would be past the year 5000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRACTION = re.compile(r"([.,]\d{6})\d+")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
ZONE = re.compile(r"\s+(UTC|GMT|Z)$")
FORMATS = ("%a %b %d %H:%M:%S %Y", "%a %b %d %H:%M:%S %z %Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d", "%d %b %Y")
LAYOUT = re.compile(
    r"2006|January|Monday|Z07:00|Z0700|-07:00|-0700|-07|\.0+|\.9+|Jan|Mon|MST|01|02|03|04|05|06|15|_2|PM|pm|1|2|3|4|5"
)
FIELDS: dict[str, Callable[[datetime], str]] = {
    "2006": lambda when: when.strftime("%Y"),
    "06": lambda when: when.strftime("%y"),
    "January": lambda when: when.strftime("%B"),
    "Jan": lambda when: when.strftime("%b"),
    "01": lambda when: when.strftime("%m"),
    "1": lambda when: str(when.month),
    "Monday": lambda when: when.strftime("%A"),
    "Mon": lambda when: when.strftime("%a"),
    "02": lambda when: when.strftime("%d"),
    "2": lambda when: str(when.day),
    "_2": lambda when: str(when.day).rjust(2),
    "15": lambda when: when.strftime("%H"),
    "03": lambda when: when.strftime("%I"),
    "3": lambda when: str((when.hour + 11) % 12 + 1),
    "04": lambda when: when.strftime("%M"),
    "4": lambda when: str(when.minute),
    "05": lambda when: when.strftime("%S"),
    "5": lambda when: str(when.second),
    "PM": lambda when: when.strftime("%p"),
    "pm": lambda when: when.strftime("%p").lower(),
    "MST": lambda when: when.tzname() or "UTC",
    "Z07:00": lambda when: when.isoformat()[-6:] if when.utcoffset() else "Z",
    "Z0700": lambda when: when.strftime("%z") if when.utcoffset() else "Z",
    "-07:00": lambda when: when.isoformat()[-6:],
    "-0700": lambda when: when.strftime("%z"),
    "-07": lambda when: when.strftime("%z")[:3],
}
RFC822 = "02 Jan 06 15:04 MST"


def moment(value: Json) -> datetime:
    """An aware date from RFC 3339, RFC 822 and 1123, ANSI C, Unix seconds or milliseconds; without a zone it is UTC.

    >>> moment("Mon, 02 Jan 2006 15:04:05 GMT").isoformat(), moment(1136214245).isoformat()
    ('2006-01-02T15:04:05+00:00', '2006-01-02T15:04:05+00:00')
    """
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number and not isinstance(value, str):
        raise InvalidInputError(f"{shown(value)} is not a date.")
    text = str(value).strip()
    found = _epoch(float(text)) if NUMBER.fullmatch(text) else _iso(text) or _mail(text) or _format(text)
    if found is None:
        raise InvalidInputError(f"{shown(value)} is not a date that can be read; write it as 2026-08-22T14:03:00Z.")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _epoch(number: float) -> datetime | None:
    seconds = number / 1000 if abs(number) >= MILLISECONDS_FROM else number
    try:
        return EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(FRACTION.sub(r"\1", ZONE.sub("+00:00", text)))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return None


def _format(text: str) -> datetime | None:
    plain = " ".join(re.sub(r"\b(UTC|GMT)\b", "+0000", text).split())
    for layout in FORMATS:
        try:
            found = datetime.strptime(plain, layout)  # noqa: DTZ007  # without a zone it is UTC, below
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def go_format(when: datetime, layout: str = RFC822) -> str:
    """Write a date by a Go layout.

    >>> go_format(datetime(2026, 8, 22, 14, 3, tzinfo=UTC), "Mon 2 Jan 2006, 3:04PM")
    'Sat 22 Aug 2026, 2:03PM'
    """
    return LAYOUT.sub(lambda found: _field(when, found[0]), layout)


def _field(when: datetime, mark: str) -> str:
    return _fraction(when, mark) if mark.startswith(".") else FIELDS[mark](when)


def _fraction(when: datetime, mark: str) -> str:
    digits = f"{when.microsecond:06d}000"[: len(mark) - 1]
    return f".{digits}" if "0" in mark else f".{digits}".rstrip("0").rstrip(".")
