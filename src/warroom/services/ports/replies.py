"""Answers to writes of the API, kept for a day, so that a repeated request is not done again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A request that came with a key, and its answer; both under hashes, the answer encrypted."""

    name: str  # a hash of the actor and the key
    fingerprint: str  # a hash of the request
    at: datetime
    sealed: str = ""  # the answer; none while the request is under way, or when it was cut off


class Replies(Protocol):
    async def start(self, reply: Reply, expired: datetime) -> Reply | None:
        """Note that a request is under way; an earlier one of its name is returned, and stays.

        Those that began at `expired` or before are forgotten first.
        """
        ...

    async def end(self, name: str, sealed: str) -> None:
        """Keep the answer of a request that is under way."""
        ...

    async def drop(self, name: str) -> None:
        """Forget a request: it may be sent again."""
        ...
