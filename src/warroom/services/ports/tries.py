"""The store of wrong-password counts, which a restart must not reset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SEVERAL = "\0"  # instead of a name: several were tried, or an unknown one
EVERYWHERE = "everywhere"  # the origin of the overall count


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Wrong passwords from one origin, for a `name` or SEVERAL; `turned_away` had to wait since the last of them."""

    origin: str
    wrong: int = 0
    name: str = SEVERAL
    since: datetime
    last: datetime
    until: datetime
    turned_away: int = 0


class TryStore(Protocol):
    async def all(self) -> Sequence[Count]:
        """Return the stored counts, the least recently changed first."""
        ...

    async def keep(self, counts: Sequence[Count], gone: Sequence[str]) -> None:
        """Store counts, each in place of the earlier one of its origin, and remove the origins in `gone`."""
        ...
