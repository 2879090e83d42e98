"""Notifications: what is sent, with which result, and what is stored of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A decision that people have to make: who asked for it (perhaps the runtime), and how many could approve then."""

    by: str = ""
    approvers: int = 0
    is_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice for people. `key` identifies its subject; its texts are untrusted."""

    key: str
    about: str  # a topic of the rules
    title: str
    text: str
    link: str  # a path of the console
    severity: float = 0.0
    since: datetime
    asks: Asked | None = None  # where it waits for a decision
    lines: Sequence[str] = ()  # of a message with many notices, one for each


class Sent(StrEnum):
    """The state of a message."""

    STARTED = "begun"  # being sent; one found in this state at a start has an unknown outcome
    SENT = "sent"
    WAITING = "waiting"  # refused for now; it is tried again
    REFUSED = "refused"  # for good, or too often
    UNKNOWN = "unknown"  # cut off while it was sent: it is not sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice to one address; `at` is when it is tried next, or when it ended."""

    id: str
    message: str = ""  # the message's id; the same for all that were sent together
    address: str = ""  # a digest of it, to recognize it
    to: str  # without its secret part
    title: str
    state: Sent
    tries: int = 0
    at: datetime
    error: str = ""


class SendError(Exception):
    """A message that failed; `ended` is the state that follows."""

    def __init__(self, said: str, ended: Sent) -> None:
        super().__init__(said)
        self.ended = ended


class Sender(Protocol):
    async def send(self, to: str, shape: str, notice: Notice, message_id: str) -> None:
        """Send it to an address; raises SendError: WAITING, REFUSED or UNKNOWN."""
        ...

    def name(self, to: str) -> str:
        """Return an address's name, without its secret part."""
        ...


class Deliveries(Protocol):
    async def all(self) -> Sequence[Delivery]:
        """Return the deliveries, the oldest first."""
        ...

    async def save(self, deliveries: Sequence[Delivery]) -> None:
        """Store them durably, all or none; those of the same ids are replaced."""
        ...

    async def forget(self, ids: Sequence[str]) -> None:
        """Forget these."""
        ...
