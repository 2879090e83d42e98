"""Notification rules, as an operator sets them: who gets which notices."""

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from warroom.model.incident import Severity
from warroom.services.incidents.sla import SeverityName
from warroom.services.ports.notices import Notice

Topic: TypeAlias = Literal[
    "approval", "question", "doubt", "expired", "evidence missing", "incident", "silence", "set aside", "damage",
    "paused", "standing", "guessing",
]  # fmt: skip
Shape: TypeAlias = Literal["json", "slack", "teams"]
RoleName: TypeAlias = Literal["reader", "analyst", "responder", "admin"]
ONLY_NAMED = frozenset({"incident"})  # only for rules that name them, since there are many
ALSO = {"evidence missing": "question"}  # a topic within a wider one


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Recipients, and the notices they get. `after_minutes` escalates: only what still waits after that is sent."""

    to: str = ""  # mailto:name@example.com, or the address of a webhook
    roles: tuple[RoleName, ...] = ()  # everybody of these roles, at their own address
    users: tuple[str, ...] = ()  # these, at their own address
    on: tuple[Topic, ...] = ()  # empty: everything but new incidents
    severity: SeverityName = "unknown"  # the incident's least severity; notices without an incident are always sent
    after_minutes: float = 0.0
    shape: Shape = "json"  # of a webhook's body

    def __post_init__(self) -> None:
        """Raise ValueError when an address is invalid, or no recipient is named."""
        if not (self.to or self.roles or self.users):
            raise ValueError("The rule has no recipients. Give it `to`, `roles` or `users`.")
        if self.to and not _is_address(self.to):
            raise ValueError(f"{self.to!r} is no address. Write mailto:NAME@HOST, or a webhook's http(s) address.")

    def wants(self, notice: Notice) -> bool:
        """Whether a notice is for this rule."""
        if not ({notice.about, ALSO.get(notice.about)} & set(self.on) if self.on else notice.about not in ONLY_NAMED):
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
