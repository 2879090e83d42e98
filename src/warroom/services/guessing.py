"""Whether passwords are being guessed now: what an admin should know of it."""

from dataclasses import dataclass
from datetime import datetime

from warroom.services.ports.clock import Clock
from warroom.services.ports.tries import EVERYWHERE, TryStore
from warroom.services.tries import Pace

GUESSES = 20  # wrong passwords that no right one followed, before somebody is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """Wrong passwords since it was last quiet, from so many networks (and known browsers)."""

    wrong: int
    origins: int
    since: datetime
    last: datetime

    @property
    def is_worth_telling(self) -> bool:
        return self.wrong >= GUESSES

    @property
    def said(self) -> str:
        return (
            f"{self.wrong} sign-ins have failed since {self.since:%Y-%m-%d %H:%M} UTC, from {self.origins}"
            f" address{'es' if self.origins != 1 else ''}, the last at {self.last:%H:%M:%S}: passwords are guessed."
            " The console's page Users says from where and for whom, and who guesses has to wait."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessing:
    """Looks at the counts that are kept, so that a process that does not serve sees the same."""

    store: TryStore
    clock: Clock

    async def now(self) -> Guessed | None:
        """Give what was guessed; None when no password was wrong lately."""
        counts = await self.store.all()
        for everywhere in [count for count in counts if count.origin == EVERYWHERE]:
            if self.clock.now() < everywhere.last + Pace().quiet:
                since = everywhere.since
                origins = sum(count.last >= since for count in counts if count.origin != EVERYWHERE)
                return Guessed(wrong=everywhere.wrong, origins=origins, since=since, last=everywhere.last)
        return None

    async def concern(self) -> Guessed | None:
        """Give what was guessed when it is more than a few mistakes."""
        found = await self.now()
        return found if found and found.is_worth_telling else None
