"""What is asked of the store about custody, and about the bytes behind it."""

from collections.abc import Sequence
from typing import Protocol

from warroom.model.custody import Custody, Damage, Restriction, Shelf
from warroom.model.entry import Entry
from warroom.model.event import Event
from warroom.model.ids import IncidentId


class CustodyStore(Protocol):
    """Custody's own reads and small writes; its events are part of `Changes`."""

    async def events(self, incident: IncidentId, after: int = 0, limit: int = 1000) -> list[Event]:
        """Give the incident's events of custody with a sequence above `after`, in order."""
        ...

    async def holders(self, sha256: str) -> list[Entry]:
        """Give the entries of all incidents whose file has this hash."""
        ...

    async def is_needed(self, sha256: str) -> bool:
        """Whether an entry's file that is not deleted, or any large body, lies under this hash."""
        ...

    async def hashes(self, shelf: str) -> Sequence[str]:
        """Give the hashes of entries' files that begin like this; those of deleted ones, too."""
        ...

    async def restriction(self, incident: IncidentId) -> Restriction | None: ...

    async def restrict(self, restriction: Restriction, custody: Custody) -> None:
        """Keep who may have an incident's evidence, and log it in the same step; a rule that names nobody opens it."""
        ...

    async def shelves(self) -> Sequence[Shelf]: ...

    async def save_shelf(self, shelf: Shelf) -> None: ...

    async def damages(self) -> Sequence[Damage]:
        """Give what is known to be damaged, by hash."""
        ...

    async def save_damage(self, damage: Damage) -> bool:
        """Keep a damage; says whether it is news."""
        ...

    async def clear_damage(self, sha256: str) -> bool:
        """Forget a damage that is mended; says whether there was one."""
        ...
