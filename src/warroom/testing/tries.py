"""Counts of wrong passwords in memory."""

from collections.abc import Sequence

from warroom.services.ports.tries import Count


class MemoryTries:
    """Implements the TryStore port."""

    def __init__(self) -> None:
        self._held: dict[str, Count] = {}

    async def all(self) -> Sequence[Count]:
        return sorted(self._held.values(), key=lambda count: (count.last, count.origin))

    async def keep(self, counts: Sequence[Count], gone: Sequence[str]) -> None:
        self._held = {origin: held for origin, held in self._held.items() if origin not in gone}
        self._held |= {count.origin: count for count in counts}
