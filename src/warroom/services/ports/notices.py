"""Telling people outside of us: what is sent, how that ends, and what is remembered of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What people are to decide: who asked for it, and how many could approve then; `by` may be the runtime itself."""

    by: str = ""
    approvers: int = 0
    is_approval: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that people should know. `key` is the same for the same thing; all texts are from outside."""

    key: str
    about: str  # a topic of the rules
    title: str
    text: str
    link: str  # a path of the console
    severity: float = 0.0
    since: datetime
    asks: Asked | None = None  # where it waits for a decision
    lines: Sequence[str] = ()  # of a message that tells of many things, one each


class Sent(StrEnum):
    """How a message stands."""

    BEGUN = "begun"  # on its way; found so at a start: nobody knows whether it arrived
    SENT = "sent"
    WAITING = "waiting"  # refused for now; it is tried again
    REFUSED = "refused"  # for good, or too often
    UNKNOWN = "unknown"  # cut off on the way: it is not sent a second time


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One thing told to one address; `at` is when it is tried next, or when it ended."""

    id: str
    message: str = ""  # which it went in; the same for all that went together
    address: str = ""  # a mark of it, to know it by
    to: str  # without what is secret of it
    title: str
    state: Sent
    tries: int = 0
    at: datetime
    error: str = ""


class SendError(Exception):
    """A message that did not go through, in a sentence; `ended` says what follows."""

    def __init__(self, said: str, ended: Sent) -> None:
        super().__init__(said)
        self.ended = ended


class Sender(Protocol):
    async def send(self, to: str, shape: str, notice: Notice, message_id: str) -> None:
        """Send it to an address; raises SendError: WAITING, REFUSED or UNKNOWN."""
        ...

    def name(self, to: str) -> str:
        """Name an address without what is secret of it."""
        ...


class Deliveries(Protocol):
    async def all(self) -> Sequence[Delivery]:
        """Give what is remembered, the oldest first."""
        ...

    async def save(self, deliveries: Sequence[Delivery]) -> None:
        """Remember how they stand, durably, all or none; those of the same ids are replaced."""
        ...

    async def forget(self, ids: Sequence[str]) -> None:
        """Forget these."""
        ...
