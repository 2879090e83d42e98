"""Whether passwords are being guessed now, for admins."""

from dataclasses import dataclass
from datetime import datetime

from warroom.services.people.tries import Backoff
from warroom.services.ports.clock import Clock
from warroom.services.ports.tries import EVERYWHERE, TryStore

GUESSES = 20  # wrong passwords that no right one followed, before a notice is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongPasswords:
    """Wrong passwords since the last quiet period, and the number of networks (and known browsers) of them."""

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
    """Reads the stored counts, so that a process that does not serve sees the same."""

    store: TryStore
    clock: Clock

    async def now(self) -> WrongPasswords | None:
        """Return what was guessed; None when no password was wrong lately."""
        counts = await self.store.all()
        for everywhere in [count for count in counts if count.origin == EVERYWHERE]:
            if self.clock.now() < everywhere.last + Backoff().quiet:
                since = everywhere.since
                origins = sum(count.last >= since for count in counts if count.origin != EVERYWHERE)
                return WrongPasswords(wrong=everywhere.wrong, origins=origins, since=since, last=everywhere.last)
        return None

    async def concern(self) -> WrongPasswords | None:
        """Return what was guessed when it is more than a few mistakes."""
        found = await self.now()
        return found if found and found.is_worth_telling else None
