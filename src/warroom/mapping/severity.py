"""Reads severities: XSOAR's numbers, and the words that products use."""

from types import MappingProxyType

from warroom.model.incident import Severity
from warroom.model.json import Json

WORDS = MappingProxyType(
    {
        "unknown": Severity.UNKNOWN,
        "undefined": Severity.UNKNOWN,
        "info": Severity.INFORMATIONAL,
        "informational": Severity.INFORMATIONAL,
        "information": Severity.INFORMATIONAL,
        "low": Severity.LOW,
        "medium": Severity.MEDIUM,
        "moderate": Severity.MEDIUM,
        "high": Severity.HIGH,
        "critical": Severity.CRITICAL,
    }
)
_NUMBERS = {severity.value: severity for severity in Severity}


def read_severity(value: Json) -> Severity | None:
    """The severity, or None when this is none.

    >>> read_severity("Critical"), read_severity("3"), read_severity(0.5), read_severity("urgent")
    (<Severity.CRITICAL: 4.0>, <Severity.HIGH: 3.0>, <Severity.INFORMATIONAL: 0.5>, None)
    """
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        word = value.strip().casefold()
        return WORDS[word] if word in WORDS else _from_text(word)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _NUMBERS.get(value)
    return None


def _from_text(text: str) -> Severity | None:
    try:
        return _NUMBERS.get(float(text))
    except ValueError:
        return None
