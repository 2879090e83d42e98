"""Which addresses among settings lie on this machine: content reads nothing there unless an admin allows it."""

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias
from urllib.parse import SplitResult, urlsplit

from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json

PORTS: Mapping[str, int] = {"http": 80, "https": 443}
PATIENCE = 2.0  # seconds for the name of a host; one that is not known by then is none of this machine

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address


async def local_origins(params: Mapping[str, Json]) -> tuple[str, ...]:
    """Give the origins among settings that lead to this machine or its link, each once."""
    origins = dict.fromkeys(origin for value in params.values() if (origin := origin_of(value)))
    return tuple([origin for origin in origins if await _leads_here(origin)])


def origin_of(url: Json) -> str:
    """Give scheme, host and port of an address of the web; nothing for any other value.

    >>> origin_of("https://[::1]/v3.0")
    'https://[::1]:443'
    """
    if not isinstance(url, str) or (parts := _split(url)) is None or parts.scheme not in PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{_port(parts)}"


def allowed_origins(settings: Sequence[str], instances: Iterable[IntegrationInstance]) -> list[str]:
    """Give the local origins that content may read: those of the server's settings and of the instances that are on."""
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
        async with asyncio.timeout(PATIENCE):
            found = await loop.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # TimeoutError is an OSError
        return False
    return any(_is_here(ipaddress.ip_address(str(place[4][0]).partition("%")[0])) for place in found)


def _is_here(address: Address) -> bool:
    ip = getattr(address, "ipv4_mapped", None) or address
    return bool(ip.is_loopback or ip.is_link_local or ip.is_unspecified)
