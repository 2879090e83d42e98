"""Rate limiting of wrong passwords: places that guess have to wait, others do not."""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warroom.model.errors import TooManyTriesError
from warroom.services.ports.tries import EVERYWHERE, SEVERAL, Count

NETWORK_BITS = 64  # of an IPv6 address; the other bits belong to one household or machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The first wrong passwords in a row cost nothing; each further one makes the next wait twice as long."""

    free: int = 5
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=5)
    forgives_one_in: timedelta = timedelta(minutes=2)
    most: int = 10_000  # origins that are kept, the most recent ones
    quiet: timedelta = timedelta(hours=1)  # without a wrong password from anywhere; then the sum is reset

    def wait(self, wrong: int) -> timedelta:
        """Return how long the next try waits after this many wrong ones.

        >>> [int(Backoff().wait(wrong).total_seconds()) for wrong in (4, 5, 6, 9, 99)]
        [0, 5, 10, 80, 300]
        """
        if wrong < self.free:
            return timedelta()
        return min(self.first_wait * (1 << min(wrong - self.free, 16)), self.longest_wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The place of a sign-in. `browser` is the cookie that it got when `name` signed in there before."""

    address: str = ""
    browser: str = ""
    name: str = ""

    def origin(self, name: str) -> str:
        """Name what its tries are counted under: a browser that knows the name counts by itself, not by its network."""
        return f"browser {self.browser}" if self.browser and self.name == name else network_of(self.address)


NOWHERE = Place()


@dataclass(slots=True)
class Tries:
    """Counts wrong passwords by their place, and in total."""

    pace: Backoff = field(default_factory=Backoff)
    _counts: OrderedDict[str, Count] = field(default_factory=OrderedDict)
    _all: Count | None = None
    _changed: set[str] = field(default_factory=set)

    def recall(self, kept: Iterable[Count], now: datetime) -> None:
        """Restore the stored counts, the least recently changed first, without those that have decayed."""
        for count in kept:
            if count.origin == EVERYWHERE:
                self._all = count
                continue
            self._keep(count)
            self._changed.discard(count.origin)
        for origin in [origin for origin in self._counts if self._now(origin, now) is None]:
            self._forget(origin)

    def changes(self) -> tuple[Sequence[Count], Sequence[str]]:
        """Return the counts that changed since they were stored, and the origins to delete."""
        found = {
            origin: self._all if origin == EVERYWHERE else self._counts.get(origin) for origin in sorted(self._changed)
        }
        return [count for count in found.values() if count], [origin for origin, count in found.items() if not count]

    def were_kept(self) -> None:
        """Note that all changes are stored."""
        self._changed.clear()

    def start(self, origin: str, name: str, now: datetime) -> None:
        """Count a try as wrong before it is checked, so that many at once do not slip past.

        Raises TooManyTriesError, which is `is_first` for the first one since the last wrong password. How many were
        refused after that is not stored each time, so that a flood of requests causes no writes.
        """
        count = self._now(origin, now)
        if count is not None and now < count.until:
            is_first = count.turned_away == 0
            self._keep(replace(count, turned_away=count.turned_away + 1), is_change=is_first)
            seconds = seconds_until(count.until, now)
            raise TooManyTriesError(sentence(seconds), seconds=seconds, is_first=is_first)
        wrong = (count.wrong if count else 0) + 1
        whose = name if count is None or count.name == name else SEVERAL
        since = count.since if count else now
        self._keep(
            Count(origin=origin, wrong=wrong, name=whose, since=since, last=now, until=now + self.pace.wait(wrong))
        )

    def was_right(self, origin: str, name: str, now: datetime) -> None:
        """Forget what was wrong for this name; for others it stays, or one good name would open the way to all."""
        count = self._now(origin, now)
        if count is None:
            return
        wrong = 0 if count.name == name else count.wrong - 1
        self._take_off(count.wrong - 1 - wrong, now)
        if wrong <= 0:
            self._forget(origin)
            return
        self._keep(replace(count, wrong=wrong, until=min(count.until, count.last + self.pace.wait(wrong))))

    def was_wrong(self, now: datetime) -> int:
        """Add it to the overall sum, and return the sum: it shows guessing from many places."""
        before = self.everywhere(now)
        wrong, since = (before.wrong, before.since) if before else (0, now)
        self._sum_up(Count(origin=EVERYWHERE, wrong=wrong + 1, since=since, last=now, until=now))
        return wrong + 1

    def everywhere(self, now: datetime) -> Count | None:
        """Return the sum of all wrong tries since the last quiet period."""
        return self._all if self._all and now < self._all.last + self.pace.quiet else None

    def pardon(self, name: str, now: datetime) -> None:
        """Forget the counts of places that tried this name only."""
        for origin in [origin for origin, count in self._counts.items() if count.name == name]:
            self._take_off(self._counts[origin].wrong, now)
            self._forget(origin)

    def counts(self, now: datetime) -> Sequence[Count]:
        """List who has to wait, or had to wait lately; the last one first."""
        found = [self._now(origin, now) for origin in reversed(self._counts)]
        return [count for count in found if count is not None and (now < count.until or count.turned_away)]

    def _now(self, origin: str, now: datetime) -> Count | None:
        """Return a count after its decay; a clock that was set back does not lengthen the wait."""
        count = self._counts.get(origin)
        if count is None:
            return None
        if now < count.last:
            return replace(count, last=now, until=min(count.until, now + self.pace.longest_wait))
        forgiven = max(0, (now - count.last) // self.pace.forgives_one_in)
        if not forgiven:
            return count
        if forgiven >= count.wrong:
            return None
        return replace(count, wrong=count.wrong - forgiven, last=count.last + forgiven * self.pace.forgives_one_in)

    def _keep(self, count: Count, *, is_change: bool = True) -> None:
        self._counts[count.origin] = count
        self._counts.move_to_end(count.origin)
        if is_change:
            self._changed.add(count.origin)
        if len(self._counts) > self.pace.most:
            self._forget(next(iter(self._counts)))

    def _forget(self, origin: str) -> None:
        del self._counts[origin]
        self._changed.add(origin)

    def _take_off(self, forgiven: int, now: datetime) -> None:
        """Subtract from the sum the wrong passwords that were no guesses."""
        if forgiven > 0 and (before := self.everywhere(now)):
            left = before.wrong - forgiven
            self._sum_up(replace(before, wrong=left) if left > 0 else None)

    def _sum_up(self, count: Count | None) -> None:
        self._all = count
        self._changed.add(EVERYWHERE)


def network_of(address: str) -> str:
    """Return the network by which addresses are counted: all of IPv4, the first half of IPv6.

    >>> [network_of(address) for address in ("192.0.2.7", "2001:db8::1:2", "::ffff:192.0.2.7", "fe80::1%eth0", "a b")]
    ['192.0.2.7', '2001:db8::/64', '192.0.2.7', 'fe80::/64', 'elsewhere']
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "elsewhere"  # everything that is not an address counts together
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), NETWORK_BITS), strict=False))


def sentence(seconds: int) -> str:
    """Return the message for a person who has to wait."""
    return f"Too many wrong passwords came from your address or network. Wait {seconds} s, then try again."


def seconds_until(moment: datetime, now: datetime) -> int:
    """Count the seconds that are left, one at least."""
    return max(1, -((now - moment) // timedelta(seconds=1)))
