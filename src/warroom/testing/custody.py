"""Custody in memory."""

from collections.abc import Callable, Sequence
from datetime import datetime

from warroom.model.custody import KIND, Custody, Damage, Restriction, Shelf
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import IncidentId
from warroom.services.ports.events import NewEvent, new_custody_event


class MemoryCustody:
    """Implements the CustodyStore port: the part of `MemoryStore` that looks at its events and entries."""

    def __init__(
        self,
        events: Callable[[], Sequence[Event]],
        entries: Callable[[], Sequence[Entry]],
        note: Callable[[NewEvent, str, datetime], None],
    ) -> None:
        self._note = note
        self._events = events
        self._entries = entries
        self._damages: dict[str, Damage] = {}
        self._restrictions: dict[IncidentId, Restriction] = {}
        self._shelves: dict[str, Shelf] = {}

    async def events(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Event]:
        found = [event for event in self._events() if event.kind == KIND and event.incident == incident]
        return [event for event in found if event.sequence > after][:limit]

    async def holders(self, sha256: str) -> list[Entry]:
        return [entry for entry in self._entries() if entry.file and entry.file.sha256 == sha256]

    async def is_needed(self, sha256: str) -> bool:
        return any(not entry.deleted for entry in await self.holders(sha256))

    async def hashes(self, shelf: str) -> Sequence[str]:
        files = {entry.file.sha256 for entry in self._entries() if entry.file}
        return sorted(sha256 for sha256 in files if sha256.startswith(shelf))

    async def restriction(self, incident: IncidentId) -> Restriction | None:
        return self._restrictions.get(incident)

    async def restrict(self, restriction: Restriction, custody: Custody) -> None:
        self._restrictions.pop(restriction.incident, None)
        if restriction.people:
            self._restrictions[restriction.incident] = restriction
        self._note(new_custody_event(custody), restriction.by, restriction.at)

    async def shelves(self) -> Sequence[Shelf]:
        return sorted(self._shelves.values(), key=lambda shelf: (shelf.at, shelf.name))

    async def save_shelf(self, shelf: Shelf) -> None:
        self._shelves[shelf.name] = shelf

    async def unneeded(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        """Return none: here no row keeps anything in a blob."""
        del now, before, limit
        return ()

    async def forget_unneeded(self, sha256: str) -> None:
        pass

    async def damages(self) -> Sequence[Damage]:
        return sorted(self._damages.values(), key=lambda damage: (damage.at, damage.sha256))

    async def save_damage(self, damage: Damage) -> bool:
        known = self._damages.get(damage.sha256)
        self._damages[damage.sha256] = damage
        return known is None or known.found != damage.found

    async def clear_damage(self, sha256: str) -> bool:
        return self._damages.pop(sha256, None) is not None
