"""How often somebody may try a password: who guesses has to wait, and nobody else has to."""

import ipaddress
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from warroom.model.errors import TooManyTriesError

SITE_BITS = 64  # of an IPv6 address; a household or a machine has all the others to itself
SEVERAL = "\0"  # in the place of a name: more than one was tried


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The first wrong passwords in a row cost nothing; each further one makes the next wait twice as long."""

    free: int = 5
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=5)
    forgives_one_in: timedelta = timedelta(minutes=2)
    most: int = 10_000  # origins that are remembered, those that were heard of last

    def wait(self, wrong: int) -> timedelta:
        """Say for how long the next one waits after so many.

        >>> [int(Pace().wait(wrong).total_seconds()) for wrong in (4, 5, 6, 9, 99)]
        [0, 5, 10, 80, 300]
        """
        if wrong < self.free:
            return timedelta()
        return min(self.first_wait * (1 << min(wrong - self.free, 16)), self.longest_wait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """From where somebody signs in. `browser` is a sign that it was given when `name` signed in there before."""

    address: str = ""
    browser: str = ""
    name: str = ""

    def origin(self, name: str) -> str:
        """Name what its tries are counted under: a browser that knows the name counts by itself, not by its network."""
        return f"browser {self.browser}" if self.browser and self.name == name else network_of(self.address)


NOWHERE = Place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Wrong passwords from one origin, for a `name` or SEVERAL; `turned_away` had to wait since the last of them."""

    origin: str
    wrong: int = 0
    name: str
    last: datetime
    until: datetime
    turned_away: int = 0


@dataclass(slots=True)
class Tries:
    """Counts wrong passwords by where they come from, in memory: an attacker cannot end the process to be forgotten."""

    pace: Pace = field(default_factory=Pace)
    _counts: OrderedDict[str, Count] = field(default_factory=OrderedDict)

    def begin(self, origin: str, name: str, now: datetime) -> None:
        """Count a try as wrong before it is checked, so that many at once do not slip past.

        Raises TooManyTriesError, which is `is_first` for the first one since the last wrong password.
        """
        count = self._now(origin, now)
        if count is not None and now < count.until:
            self._keep(replace(count, turned_away=count.turned_away + 1))
            seconds = seconds_until(count.until, now)
            raise TooManyTriesError(sentence(seconds), seconds=seconds, is_first=count.turned_away == 0)
        wrong = (count.wrong if count else 0) + 1
        whose = name if count is None or count.name == name else SEVERAL
        self._keep(Count(origin=origin, wrong=wrong, name=whose, last=now, until=now + self.pace.wait(wrong)))

    def was_right(self, origin: str, name: str, now: datetime) -> None:
        """Forget what was wrong for this name; for others it stays, or one good name would open the way to all."""
        count = self._now(origin, now)
        if count is None:
            return
        wrong = 0 if count.name == name else count.wrong - 1
        if wrong <= 0:
            del self._counts[origin]
            return
        self._keep(replace(count, wrong=wrong, until=min(count.until, count.last + self.pace.wait(wrong))))

    def pardon(self, name: str) -> None:
        """Forget whoever tried this name alone."""
        for origin in [origin for origin, count in self._counts.items() if count.name == name]:
            del self._counts[origin]

    def counts(self, now: datetime) -> Sequence[Count]:
        """List who has to wait, or had to wait lately; the last one first."""
        found = [self._now(origin, now) for origin in reversed(self._counts)]
        return [count for count in found if count is not None and (now < count.until or count.turned_away)]

    def _now(self, origin: str, now: datetime) -> Count | None:
        """Give a count with what time has forgiven."""
        count = self._counts.get(origin)
        if count is None:
            return None
        forgiven = max(0, (now - count.last) // self.pace.forgives_one_in)
        if not forgiven:
            return count
        if forgiven >= count.wrong:
            return None
        return replace(count, wrong=count.wrong - forgiven, last=count.last + forgiven * self.pace.forgives_one_in)

    def _keep(self, count: Count) -> None:
        self._counts[count.origin] = count
        self._counts.move_to_end(count.origin)
        if len(self._counts) > self.pace.most:
            self._counts.popitem(last=False)


def network_of(address: str) -> str:
    """Give what addresses of one origin have in common: all of IPv4, the first half of IPv6.

    >>> [network_of(address) for address in ("192.0.2.7", "2001:db8::1:2", "::ffff:192.0.2.7", "fe80::1%eth0", "a b")]
    ['192.0.2.7', '2001:db8::/64', '192.0.2.7', 'fe80::/64', 'elsewhere']
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "elsewhere"  # all that is no address counts together
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), SITE_BITS), strict=False))


def sentence(seconds: int) -> str:
    """Say to whoever guesses, or sits beside somebody who does, what now."""
    return f"Too many wrong passwords came from your address. Wait {seconds} s, then try again."


def seconds_until(moment: datetime, now: datetime) -> int:
    """Count the seconds that are left, one at least."""
    return max(1, -((now - moment) // timedelta(seconds=1)))
