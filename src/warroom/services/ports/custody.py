"""What is asked of the store about custody, and about the bytes behind it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from warroom.model.custody import Custody, Damage, Restriction, Shelf
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import IncidentId


class CustodyStore(Protocol):
    """Custody's own reads and small writes; its events are part of `Changes`."""

    async def events(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Event]:
        """Return the incident's events of custody with a sequence above `after`, in order."""
        ...

    async def holders(self, sha256: str) -> list[Entry]:
        """Return the entries of all incidents whose file has this hash."""
        ...

    async def is_needed(self, sha256: str) -> bool:
        """Whether a file that is not deleted, or a large body, has this hash."""
        ...

    async def hashes(self, shelf: str) -> Sequence[str]:
        """Return the hashes of entries' files that begin like this; those of deleted ones, too."""
        ...

    async def restriction(self, incident: IncidentId) -> Restriction | None: ...

    async def restrict(self, restriction: Restriction, custody: Custody) -> None:
        """Store who may have an incident's evidence, and log it in the same step; without names it is open again."""
        ...

    async def shelves(self) -> Sequence[Shelf]: ...

    async def save_shelf(self, shelf: Shelf) -> None: ...

    async def unneeded(self, now: datetime, before: datetime, limit: int) -> Sequence[str]:
        """Return hashes of bytes that a deleted or changed row has left, the oldest first; another may need them.

        A hash counts from the first time that this is called after its row was deleted. It is returned once that was
        at `before` or earlier, so that whoever had read the row has its bytes.
        """
        ...

    async def forget_unneeded(self, sha256: str) -> None:
        """Remove a hash from these, unless a row has left the bytes since it was returned."""
        ...

    async def damages(self) -> Sequence[Damage]:
        """Return what is known to be damaged, by hash."""
        ...

    async def save_damage(self, damage: Damage) -> bool:
        """Store a damage; returns whether it is new."""
        ...

    async def clear_damage(self, sha256: str) -> bool:
        """Remove a damage that is mended; returns whether there was one."""
        ...
