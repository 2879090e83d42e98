"""Durable work: legs are queued in the store's own transaction and come back here, in some process, at their time."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeAlias

from warroom.model.plan import Leg

OnLeg: TypeAlias = Callable[[Leg], Awaitable[None]]


class Legs(Protocol):
    """Delivers legs at least once; a leg may come after the work is done, so whoever takes it checks first."""

    async def start(self, on_leg: OnLeg) -> None:
        """Begin to deliver."""
        ...

    async def stop(self) -> None:
        """Stop taking legs, and return when those under way have returned."""
        ...

    async def enqueue(self, leg: Leg) -> None:
        """Queue one outside of a commit (a leg of a dead worker's plan, say)."""
        ...
