"""Where the seals of the log are kept, and the rows that they are about."""

from collections.abc import Sequence
from typing import Protocol

from warroom.model.seal import Checkpoint, LoggedRow, Seal
from warroom.services.ports.custody import CustodyStore


class SealStore(Protocol):
    """Seals and checkpoints, in order. Nothing here updates one."""

    async def last(self) -> Seal | None: ...

    async def seals(self, after: int = 0, limit: int = 100) -> Sequence[Seal]:
        """Give the seals with a number above `after`, in order."""
        ...

    async def rows(self, after: int, limit: int) -> Sequence[LoggedRow]:
        """Give the events with a sequence above `after` as they lie there, in order."""
        ...

    async def counted(self) -> int:
        """Say how many events the store has numbered, whether or not they are still there."""
        ...

    async def save(self, seal: Seal) -> bool:
        """Keep a seal; False when another one has its number."""
        ...

    async def checkpoints(self) -> Sequence[Checkpoint]: ...

    async def save_checkpoint(self, checkpoint: Checkpoint) -> None: ...

    async def kept(self, through: int) -> Sequence[int]:
        """Give the sequences, up to this one, of the events that `remove_events` leaves: custody of evidence."""
        ...

    async def remove_events(self, first: int, last: int) -> int:
        """Remove the events of these sequences that are no custody of evidence; says how many."""
        ...


class Proven(Protocol):
    """The parts of a store that prove what it holds."""

    async def flaws(self) -> str:
        """Look through the whole database for damage; gives what is found first, empty when nothing is."""
        ...

    @property
    def custody(self) -> CustodyStore: ...

    @property
    def seals(self) -> SealStore: ...
