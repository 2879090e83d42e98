"""The names that the console answers to, the proxies that it trusts, and its time limits for requests."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias
from urllib.parse import urlsplit

from warroom.model.errors import InvalidInputError

IpAddress: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]{1,253})(?::\d{1,5})?")
NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
HERE = "localhost"
LEAST_RATE = 1_000.0  # a slow mobile connection; 64 KiB, the limit without sign-in, take a minute
CONNECTIONS_PER_ADDRESS = 1_000  # a hundred people behind one address, with ten pages each


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTimeouts:
    """Time limits for a request to arrive. A body has a minimum rate, but no time limit."""

    head_seconds: float = 15.0
    idle_seconds: float = 20.0  # between two pieces of a body
    grace_seconds: float = 30.0  # before a body has to arrive at the minimum rate
    least_rate: float = LEAST_RATE  # bytes a second


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """How requests reach the console: `hosts` are its names besides those of this machine and of `public_url`."""

    hosts: frozenset[str] = frozenset()
    public_url: str = ""
    proxies: tuple[str, ...] = ()
    connections_per_address: int = CONNECTIONS_PER_ADDRESS
    connections_in_all: int = 8_000
    timeouts: RequestTimeouts = field(default_factory=RequestTimeouts)

    def listening_on(self, host: str) -> "Entrance":
        """Return the entrance of a console that listens on a host; the host is one of its names."""
        ip = _ip(host)
        return self if ip is not None and ip.is_unspecified else replace(self, hosts=self.hosts | {host.lower()})

    def is_ours(self, host: str, address: str) -> bool:
        """Whether a Host header names this console, on a connection to this address of the machine.

        >>> [Entrance().is_ours(host, "192.0.2.7") for host in ("localhost:8765", "[::1]", "192.0.2.7", "evil.example")]
        [True, True, True, False]
        """
        name = host_name(host)
        if name is None:
            return False
        if name in {HERE, address} or name in self._names:
            return True
        ip, here = _ip(name), _ip(address)
        return ip is not None and (ip.is_loopback or ip == here)

    def is_own_site(self, origin: str, host: str) -> bool:
        """Whether this origin is our own site, for a request with this Host header."""
        try:
            site = urlsplit(origin).netloc.lower()
        except ValueError:  # it is no Host header
            return False
        return bool(host) and site in {host.lower(), self._public} - {""}

    def is_public_https(self, host: str) -> bool:
        """Whether a request with this Host header was sent over TLS to a trusted proxy."""
        return self.public_url.lower().startswith("https://") and host.lower() == self._public

    def is_proxy(self, address: str) -> bool:
        """Whether a connection from this address is from a trusted proxy."""
        ip = _ip(address)
        return ip is not None and any(ip in network for network in self._networks)

    @cached_property
    def _networks(self) -> list[IpNetwork]:
        return [ipaddress.ip_network(proxy) for proxy in self.proxies]

    @cached_property
    def _names(self) -> frozenset[str]:
        return self.hosts | {host_name(self._public) or ""}

    @cached_property
    def _public(self) -> str:
        return urlsplit(self.public_url).netloc.lower()


USUAL = Entrance()


def host_name(header: str) -> str | None:
    """Return the name in a Host header; None when it is not valid.

    >>> [host_name(header) for header in ("Console:80", "[::1]:8765", "a b", "evil@localhost", "console.")]
    ['console', '::1', None, None, 'console']
    """
    found = HOST.fullmatch(header.strip().lower())
    return found[1].strip("[]").removesuffix(".") if found else None


def read_entrance(
    hosts: Iterable[str],
    public_url: str,
    proxies: Iterable[str],
    connections_per_address: int = CONNECTIONS_PER_ADDRESS,
    body_bytes_per_second: float = LEAST_RATE,
) -> Entrance:
    """Read the settings of an entrance; one that is wrong is named in one sentence."""
    return Entrance(
        hosts=frozenset(map(_read_host, hosts)),
        public_url=_read_url(public_url.strip()),
        proxies=tuple(form for proxy in proxies for form in _read_proxy(proxy.strip())),
        connections_per_address=connections_per_address,
        timeouts=RequestTimeouts(least_rate=body_bytes_per_second),
    )


def _read_host(host: str) -> str:
    plain = host.strip().lower().removesuffix(".")
    address = _ip(plain.strip("[]"))
    if address is not None:
        return str(address)
    if not NAME.fullmatch(plain):
        raise InvalidInputError(
            f"The setting allowed_hosts is wrong: {host!r} is no name of a host. Write it as browsers ask by it,"
            " without scheme and port, such as console.example."
        )
    return plain


def _read_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in {"http", "https"} and bool(host_name(parts.netloc)) and not parts.query
    except ValueError:
        is_plain = False
    if url and not (is_plain and parts.path in {"", "/"} and not parts.fragment):
        raise InvalidInputError(
            f"The setting public_url is wrong: {url!r} is no address of a console. Write it like"
            " https://console.example, without a path."
        )
    return url.rstrip("/")


def _read_proxy(proxy: str) -> tuple[str, ...]:
    """Return a proxy's address or network, and how it looks to a socket that takes both kinds of addresses."""
    try:
        network = ipaddress.ip_network(proxy)
    except ValueError:
        raise InvalidInputError(
            f"The setting trusted_proxies is wrong: {proxy!r} is no address or network. Write it like 127.0.0.1 or"
            " 10.0.0.0/24."
        ) from None
    if network.prefixlen == 0:
        raise InvalidInputError(
            f"The setting trusted_proxies is wrong: {proxy!r} is everybody, who could then pretend to come from any"
            " address. Name the proxies alone."
        )
    if network.version == 4:
        return (str(network), f"::ffff:{network.network_address}/{96 + network.prefixlen}")
    return (str(network),)


def _ip(text: str) -> IpAddress | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
