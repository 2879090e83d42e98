"""Transformers of dates."""

from warroom.context.moment import RFC822, go_format, moment
from warroom.context.transformers.registry import transformer
from warroom.model.json import Json


@transformer("toUnix", category="date")
def to_unix(value: Json) -> Json:
    """Seconds since 1970.

    >>> to_unix("2026-08-22T14:03:00Z")
    1787407380
    """
    return int(moment(value).timestamp())


@transformer("toString", category="date")
def to_string(value: Json, *, layout: str = RFC822) -> Json:
    """Format a date with one of Go's layouts.

    >>> to_string("2026-08-22T14:03:00Z"), to_string("2026-08-22T14:03:00Z", layout="2006/01/02")
    ('22 Aug 26 14:03 UTC', '2026/08/22')
    """
    return go_format(moment(value), layout or RFC822)
