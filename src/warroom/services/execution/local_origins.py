"""Finds settings with addresses on this machine: content reads nothing there unless an admin allows it."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json

PORTS: Mapping[str, int] = {"http": 80, "https": 443}
TIMEOUT = 2.0  # seconds to resolve a host name; one that takes longer counts as not local

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


async def local_origins(params: Mapping[str, Json]) -> tuple[str, ...]:
    """Return the origins among settings that lead to this machine or its link, each once."""
    origins = dict.fromkeys(origin for value in params.values() if (origin := origin_of(value)))
    return tuple([origin for origin in origins if await _leads_here(origin)])


def origin_of(url: Json) -> str:
    """Return scheme, host and port of a web address; empty for any other value.

    >>> origin_of("https://[::1]/v3.0")
    'https://[::1]:443'
    """
    if not isinstance(url, str) or (parts := _split(url)) is None or parts.scheme not in PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{_port(parts)}"


def allowed_origins(settings: Sequence[str], instances: Iterable[IntegrationInstance]) -> list[str]:
    """Return the local origins that content may read: of the server's settings and of the enabled instances."""
    of_instances = [
        origin
        for instance in instances
        if instance.enabled
        for origin, is_allowed in instance.local_origins.items()
        if is_allowed
    ]
    return list(dict.fromkeys([*settings, *of_instances]))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url.strip())
        _port(parts)
    except ValueError:  # a port that is no number, a bracket that does not close
        return None
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS.get(parts.scheme, 0)


async def _leads_here(origin: str) -> bool:
    parts = urlsplit(origin)
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(TIMEOUT):
            found = await loop.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # TimeoutError is an OSError
        return False
    return any(is_here(ipaddress.ip_address(str(place[4][0]).partition("%")[0])) for place in found)


def is_here(address: Address) -> bool:
    """Whether an address is this machine's or its link's: its own services, a cloud's metadata."""
    ip = getattr(address, "ipv4_mapped", None) or address
    return bool(ip.is_loopback or ip.is_link_local or ip.is_unspecified)
