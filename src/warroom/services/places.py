"""Places for work: so many at once, given by lane, and within one by who came first (design D14)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from warroom.model.lane import Lane

TURNS = 8  # of so many places that are given to who waits, one goes to who has waited longest, whatever the lane


@dataclass(slots=True, eq=False)
class Ticket:
    """A wait for a place; whoever holds it may hasten it."""

    lane: Lane
    number: int = 0
    given: "asyncio.Future[None] | None" = field(default=None, repr=False)


class Places:
    """Gives places.

    Besides `count` there are `kept` places that those of a later lane than `kept_for` never have, and those up to it
    have no more than `count` either: neither waits because the others work for long.
    """

    def __init__(self, count: int, *, kept: int = 0, kept_for: Lane = Lane.PEOPLE) -> None:
        self._count = count
        self._all = count + kept
        self._kept_for = kept_for if kept else None
        self._taken = {True: 0, False: 0}  # by whether some are kept for them
        self._waiting: dict[Lane, dict[int, Ticket]] = {lane: {} for lane in Lane}
        self._numbers = 0
        self._given = 0

    @asynccontextmanager
    async def place(self, ticket: Ticket) -> AsyncIterator[None]:
        """Wait for a place, and hold it while the context lasts."""
        await self._wait(ticket)
        try:
            yield
        finally:
            self._leave(ticket)

    def hasten(self, ticket: Ticket, lane: Lane) -> None:
        """Let a wait go on in a lane that comes sooner; who has a place already keeps the lane of it."""
        if lane >= ticket.lane or (ticket.given and ticket.given.done()):
            return
        if self._waiting[ticket.lane].pop(ticket.number, None):
            self._waiting[lane][ticket.number] = ticket
        ticket.lane = lane
        self._give()

    async def _wait(self, ticket: Ticket) -> None:
        self._numbers += 1
        ticket.number = self._numbers
        ticket.given = asyncio.get_running_loop().create_future()
        self._waiting[ticket.lane][ticket.number] = ticket
        self._give()
        try:
            await ticket.given
        except asyncio.CancelledError:
            self._waiting[ticket.lane].pop(ticket.number, None)
            if not ticket.given.cancelled():  # the place had been given just before
                self._leave(ticket)
            raise

    def _leave(self, ticket: Ticket) -> None:
        self._taken[self._is_first(ticket.lane)] -= 1
        ticket.given = None
        self._give()

    def _give(self) -> None:
        while ticket := self._next():
            del self._waiting[ticket.lane][ticket.number]
            if ticket.given and not ticket.given.cancelled():
                self._taken[self._is_first(ticket.lane)] += 1
                ticket.given.set_result(None)

    def _next(self) -> Ticket | None:
        """Whose turn it is, if there is a place for one of those who wait."""
        heads = [next(iter(line.values())) for lane, line in self._waiting.items() if line and self._has_room(lane)]
        if not heads:
            return None
        self._given += 1
        return min(heads, key=lambda ticket: ticket.number) if self._given % TURNS == 0 else heads[0]

    def _has_room(self, lane: Lane) -> bool:
        return sum(self._taken.values()) < self._all and self._taken[self._is_first(lane)] < self._count

    def _is_first(self, lane: Lane) -> bool:
        return self._kept_for is not None and lane <= self._kept_for
