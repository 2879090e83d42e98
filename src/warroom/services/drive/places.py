"""Concurrency slots: a fixed number at once, granted by lane, and within a lane in order of arrival (design D14)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from warroom.model.lane import Lane

TURNS = 8  # every so many grants, the longest wait gets the place, in any lane


@dataclass(slots=True, eq=False)
class Ticket:
    """A wait for a place; its owner may raise its lane."""

    lane: Lane
    number: int = 0
    given: "asyncio.Future[None] | None" = field(default=None, repr=False)


class Places:
    """Grants places, a priority semaphore.

    `kept` further places are for lanes up to `kept_for`, and lanes after it never get them. Neither group has more than
    `count` places at once, so that long work of one does not block the other.
    """

    def __init__(self, count: int, *, kept: int = 0, kept_for: Lane = Lane.PEOPLE) -> None:
        self._count = count
        self._all = count + kept
        self._kept_for = kept_for if kept else None
        self._taken = {True: 0, False: 0}  # by whether places are kept for them
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
        """Move a wait to an earlier lane; a place that is already held keeps its lane."""
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
            if not ticket.given.cancelled():  # the place was granted just before
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
        """Return the ticket that is next, if there is a free place for one."""
        heads = [next(iter(line.values())) for lane, line in self._waiting.items() if line and self._has_room(lane)]
        if not heads:
            return None
        self._given += 1
        return min(heads, key=lambda ticket: ticket.number) if self._given % TURNS == 0 else heads[0]

    def _has_room(self, lane: Lane) -> bool:
        return sum(self._taken.values()) < self._all and self._taken[self._is_first(lane)] < self._count

    def _is_first(self, lane: Lane) -> bool:
        return self._kept_for is not None and lane <= self._kept_for
