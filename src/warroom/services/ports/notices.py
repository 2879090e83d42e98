"""Telling people outside of us: what is sent, how that ends, and what is remembered of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


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


class Sent(StrEnum):
    """How a message stands."""

    BEGUN = "begun"  # on its way; found so at a start: nobody knows whether it arrived
    SENT = "sent"
    WAITING = "waiting"  # refused for now; it is tried again
    REFUSED = "refused"  # for good, or too often
    UNKNOWN = "unknown"  # cut off on the way: it is not sent a second time


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one address; `at` is when it is tried next, or when it ended."""

    id: str
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

    async def save(self, delivery: Delivery) -> None:
        """Remember how a message stands, durably; one of this id is replaced."""
        ...

    async def forget(self, before: datetime) -> None:
        """Forget what ended before."""
        ...
