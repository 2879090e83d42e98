"""Where counts of wrong passwords are kept: whoever can make the process end is not forgotten by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

SEVERAL = "\0"  # in the place of a name: more than one was tried, or one that nobody has
EVERYWHERE = "everywhere"  # the origin of the count of all together


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
        """Give what is kept, the one that was heard of longest ago first."""
        ...

    async def keep(self, counts: Sequence[Count], gone: Sequence[str]) -> None:
        """Keep these, each in the place of an earlier one of its origin, and forget the origins that are gone."""
        ...
