"""The store of the log's seals, and of the rows that they cover."""

from collections.abc import Sequence
from typing import Protocol

from warroom.model.seal import Checkpoint, LoggedRow, Seal
from warroom.services.ports.custody import CustodyStore


class SealStore(Protocol):
    """Seals and checkpoints, in order. Nothing here updates one."""

    async def last(self) -> Seal | None: ...

    async def seals(self, after: int = 0, limit: int = 100) -> Sequence[Seal]:
        """Return the seals with a number above `after`, in order."""
        ...

    async def covering(self, sequence: int) -> Seal | None:
        """Return the seal that covers an event; None when it is not sealed."""
        ...

    async def rows(self, after: int, limit: int) -> Sequence[LoggedRow]:
        """Return the stored events with a sequence above `after`, in order."""
        ...

    async def counted(self) -> int:
        """Return how many events the store has numbered, whether or not they are still there."""
        ...

    async def save(self, seal: Seal) -> bool:
        """Store a seal; False when another one has its number."""
        ...

    async def checkpoints(self) -> Sequence[Checkpoint]: ...

    async def save_checkpoint(self, checkpoint: Checkpoint) -> None: ...

    async def kept(self, through: int) -> Sequence[int]:
        """Return the sequences, up to this one, of the events that `remove_events` leaves: custody of evidence."""
        ...

    async def remove_events(self, first: int, last: int) -> int:
        """Remove the events of these sequences, except custody of evidence; returns how many."""
        ...


class Proven(Protocol):
    """The parts of a store that prove what it holds."""

    async def flaws(self) -> str:
        """Check the whole database for damage; returns the first finding, empty when there is none."""
        ...

    @property
    def custody(self) -> CustodyStore: ...

    @property
    def seals(self) -> SealStore: ...
