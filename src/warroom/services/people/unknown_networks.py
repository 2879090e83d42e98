"""Rate limiting of distributed guessing: networks of one site wait together, and unknown networks are slowed down.

A network is known when a user signed in from it or has a session there. Nothing of this is stored: after a restart
it is counted again from the stored counts of the networks.
"""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.model.errors import TooManyTriesError
from warroom.services.people.tries import Backoff, Tries
from warroom.services.ports.tries import EVERYWHERE, SEVERAL, Count

SITE_BITS = 48  # of an IPv6 address: what one customer has, with 65,536 networks
SITE_PACE = Backoff(free=50, forgives_one_in=timedelta(seconds=20))
MOST_KNOWN = 10_000  # networks, the most recent ones
FREE = 400  # wrong passwords from unknown networks that do not slow down others yet
FORGIVEN_EACH = timedelta(seconds=1)
EACH_SLOWS = timedelta(milliseconds=10)
SLOWEST = timedelta(seconds=5)


@dataclass(slots=True)
class UnknownNetworks:
    """Counts wrong passwords from unknown networks."""

    sites: Tries = field(default_factory=lambda: Tries(SITE_PACE))
    _known: OrderedDict[str, None] = field(default_factory=OrderedDict)
    _wrong: float = 0.0
    _last: datetime | None = None

    def recall(self, kept: Iterable[Count]) -> None:
        """Count again from the stored counts, the least recent first."""
        for count in kept:
            if count.origin == EVERYWHERE:
                continue
            for _ in range(count.wrong):
                with suppress(TooManyTriesError):
                    self.start(count.origin, count.last)

    def start(self, origin: str, now: datetime) -> None:
        """Count a try before it is checked; raises TooManyTriesError when its site has to wait."""
        if self._is_stranger(origin):
            if site := site_of(origin):
                self.sites.start(site, SEVERAL, now)
            self._add(1, now)

    def was_right(self, origin: str, now: datetime) -> None:
        """Take the try back; from now on this network is known."""
        if self._is_stranger(origin):
            if site := site_of(origin):
                self.sites.was_right(site, "", now)
            self._add(-1, now)
        self.welcome(origin)

    def welcome(self, origin: str) -> None:
        """Mark a network as known: a user signed in from it, or has a session there."""
        if is_network(origin):
            self._known[origin] = None
            self._known.move_to_end(origin)
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)

    def pardon(self) -> None:
        """Forget what was wrong."""
        self.sites, self._wrong = Tries(SITE_PACE), 0.0

    def delay(self, origin: str, now: datetime) -> timedelta:
        """Say for how long a try from there is held before it is checked, right or wrong; it is never refused."""
        if not self._is_stranger(origin):
            return timedelta()
        return min(max(0.0, self._left(now) - FREE) * EACH_SLOWS, SLOWEST)

    def _is_stranger(self, origin: str) -> bool:
        return not origin.startswith("browser ") and origin not in self._known

    def _add(self, wrong: int, now: datetime) -> None:
        self._wrong = max(0.0, self._left(now) + wrong)
        self._last = now

    def _left(self, now: datetime) -> float:
        if self._last is None or now <= self._last:
            return self._wrong
        return max(0.0, self._wrong - (now - self._last) / FORGIVEN_EACH)


def is_network(origin: str) -> bool:
    """Whether an origin of tries is a network, and not a browser or unknown."""
    try:
        ipaddress.ip_network(origin)
    except ValueError:
        return False
    return True


def site_of(origin: str) -> str:
    """Name the site of an IPv6 network; empty for anything else.

    >>> site_of("2001:db8:1:2::/64"), site_of("192.0.2.7"), site_of("browser b1")
    ('2001:db8:1::/48', '', '')
    """
    if not is_network(origin):
        return ""
    network = ipaddress.ip_network(origin)
    return "" if network.version == 4 else str(network.supernet(new_prefix=SITE_BITS))
