"""Cron expressions: the five fields that say at which minutes something is due, in UTC."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.model.errors import InvalidInputError

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
DAYS_AHEAD = 366 * 8  # that are looked through: 29 February is at most eight years ahead
FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 7))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cron:
    """The minutes, hours, days, months and weekdays (0 and 7 are Sunday) at which something is due."""

    text: str
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def after(self, moment: datetime) -> Iterator[datetime]:
        """Yield the due minutes after a moment, in order.

        >>> from datetime import UTC
        >>> due = read_cron("*/20 9 * * 1-5").after(datetime(2026, 11, 27, 9, 30, tzinfo=UTC))
        >>> [f"{next(due):%d %H:%M}" for _ in range(3)]
        ['27 09:40', '30 09:00', '30 09:20']
        """
        start = moment.replace(second=0, microsecond=0) + MINUTE
        for number in range(DAYS_AHEAD):
            day = start.replace(hour=0, minute=0) + number * DAY
            if not self._is_due(day):
                continue
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    if (due := day.replace(hour=hour, minute=minute)) >= start:
                        yield due

    def _is_due(self, day: datetime) -> bool:
        """Whether a day is due: where both day and weekday are restricted, either is enough, as in cron."""
        is_day, is_weekday = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        both = len(self.days) < len(range(1, 32)) and len(self.weekdays) < len(range(7))
        return day.month in self.months and (is_day or is_weekday if both else is_day and is_weekday)


def read_cron(text: str) -> Cron:
    """Read five fields, each of numbers, ranges and steps: `*/5 8-18 * * 1-5`."""
    words = text.split()
    if len(words) != len(FIELDS):
        raise InvalidInputError(
            f"{text!r} is no cron expression: it has {len(words)} fields. Write five, such as */5 * * * *."
        )
    read = [_field(text, word, *field) for word, field in zip(words, FIELDS, strict=True)]
    minutes, hours, days, months, weekdays = read
    return Cron(
        text=" ".join(words),
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
    )


def _field(text: str, word: str, name: str, low: int, high: int) -> frozenset[int]:
    try:
        found = {number for part in word.split(",") for number in _part(part, low, high)}
    except ValueError:
        found = set()
    if not found or not low <= min(found) <= max(found) <= high:
        raise InvalidInputError(
            f"{word!r} in {text!r} is no {name}. Write *, */2, or numbers from {low} to {high} such as {low},{high}."
        )
    return frozenset(found)


def _part(part: str, low: int, high: int) -> range:
    """Read one of several parts; ValueError where it is none."""
    span, _, step = part.partition("/")
    if span == "*":
        first, last = low, high
    elif "-" in span:
        first, last = (int(number) for number in span.split("-"))
    else:
        first = int(span)
        last = high if step else first
    return range(first, last + 1, int(step) if step else 1)
