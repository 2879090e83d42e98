"""Who is told of what: the rules of an operator."""

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from warroom.model.incident import Severity
from warroom.services.ports.notices import Notice
from warroom.services.sla import SeverityName

Topic: TypeAlias = Literal[
    "approval", "question", "doubt", "expired", "silence", "set aside", "damage", "paused", "standing", "guessing"
]
Shape: TypeAlias = Literal["json", "slack", "teams"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One address, and what it is told. `after_minutes` makes it the next in line: told when it still waits then."""

    to: str  # mailto:name@example.com, or the address of a webhook
    on: tuple[Topic, ...] = ()  # empty: everything
    severity: SeverityName = "unknown"  # of the incident, at least; what belongs to no incident is told in any case
    after_minutes: float = 0.0
    shape: Shape = "json"  # of a webhook's body

    def __post_init__(self) -> None:
        """Raise ValueError when the address is none."""
        if not _is_address(self.to):
            raise ValueError(f"{self.to!r} is no address. Write mailto:NAME@HOST, or a webhook's http(s) address.")

    def wants(self, notice: Notice) -> bool:
        """Whether a notice is for this address."""
        if self.on and notice.about not in self.on:
            return False
        return notice.severity < 0 or notice.severity >= Severity[self.severity.upper()].value


def _is_address(to: str) -> bool:
    """Whether something can be sent there.

    >>> [_is_address(to) for to in ("mailto:soc@example.com", "https://hooks.example/x", "soc@example.com", "http://[")]
    [True, True, False, False]
    """
    try:
        where = urlsplit(to)
        host = where.hostname
    except ValueError:
        return False
    if not to.isprintable() or " " in to:
        return False
    return "@" in where.path if where.scheme == "mailto" else where.scheme in {"http", "https"} and bool(host)
