"""Indicator types: how values of a type are recognized in text, how long they last, and what asks about them."""

from dataclasses import dataclass

from warroom.model.errors import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorType:
    """An indicator type as its file has it; of XSOAR's system types, `regex` and `formatter` are not used here."""

    id: str
    name: str
    regex: str = ""  # in Go's spelling
    formatter: str = ""  # a script that gets what the regex found
    command: str = ""  # the reputation command
    scripts: tuple[str, ...] = ()  # that enrich an indicator
    expires_after: int | None = None  # minutes without being seen; 0: never; None: the file says nothing
    disabled: bool = False
    pack: str = ""
    at: Location | None = None
