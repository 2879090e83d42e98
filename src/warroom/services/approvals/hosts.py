"""Hosts by every name that they have: which of them are protected, and what a GUID is called."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_address, ip_network

from warroom.model.border import parsed
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.services.approvals.pieces import DEEPEST, single_words_of

GUID_KEY = re.compile(r"(agent|endpoint|host)?[_-]?(guid|uuid)", re.IGNORECASE)
NAME_KEY = re.compile(r"(endpoint|host|computer|display)?[_-]?name", re.IGNORECASE)
ADDRESS_KEY = re.compile(r"(last[_-]?used[_-]?)?(ips?|ip[_-]?address(es)?|mac[_-]?address(es)?)", re.IGNORECASE)
INNER_NAME = re.compile(r"[\w.:-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A host as something in an incident describes it."""

    guid: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def every_name(self) -> Iterator[str]:
        yield from (self.guid, *self.names, *self.addresses)


@dataclass(frozen=True, slots=True)
class KnownHosts:
    """The hosts that an incident describes, by each of their names."""

    by_name: Mapping[str, tuple[Host, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, context: JsonObject, incident: Incident) -> "KnownHosts":
        """Find what has a GUID and a name or an address: in the context, in fields, and in what the alert said."""
        found: dict[str, list[Host]] = {}
        seen = (context, dict(incident.custom_fields), _alert(incident))
        for host in (host for value in seen for host in _hosts_in(value, 0)):
            for name in host.every_name:
                if host not in (held := found.setdefault(folded(name), [])):
                    held.append(host)
        return cls({name: tuple(hosts) for name, hosts in found.items()})

    def also(self, name: str) -> list[str]:
        """Give every name of the hosts that go by this one."""
        hosts = self.by_name.get(folded(name), ())
        return [name, *(other for host in hosts for other in host.every_name)]

    def said(self, value: str) -> str:
        """Name a host for a person: its name beside its GUID, where just one is known."""
        hosts = self.by_name.get(folded(value), ())
        names = {name for host in hosts for name in host.names if folded(host.guid) == folded(value)}
        return f"{names.pop()} ({value})" if len(names) == 1 else value


@dataclass(frozen=True, slots=True)
class Protected:
    """The list of protected hosts: names, GUIDs, addresses, networks, and patterns such as `dc-*`."""

    entries: tuple[str, ...] = ()

    @classmethod
    def read(cls, text: str) -> "Protected":
        """Read a list as an admin wrote it.

        >>> Protected.read("dc-*, 10.0.0.0/8").entries
        ('dc-*', '10.0.0.0/8')
        """
        return cls(tuple(single_words_of(text)))

    def first_among(self, values: Iterable[str], known: KnownHosts) -> tuple[str, str] | None:
        """Give the first of the values that names a protected host, and the entry that protects it."""
        if not self.entries:
            return None
        for value in values:
            for name in known.also(value):
                for form in _forms(name):
                    if entry := next((entry for entry in self.entries if _is_meant(entry, form)), ""):
                        return value, entry
        return None


def folded(name: str) -> str:
    """Give a name as it is compared: in whatever case, width or composition it is written.

    >>> folded(" DC-01.corp.local. ")
    'dc-01.corp.local'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold().rstrip(".")


def _forms(value: str) -> Iterator[str]:
    """Give a value and the names in it: that of a share, of a URL, and a name without its domain."""
    whole = folded(value)
    yield whole
    if len(whole.split()) != 1:
        return  # prose names no target
    for inner in INNER_NAME.findall(whole):
        yield inner.strip(".")
        head, _, port = inner.rpartition(":")
        if head and port.isdecimal():
            yield head
        if not _address(inner):
            yield inner.partition(".")[0]


def _is_meant(entry: str, name: str) -> bool:
    pattern = folded(entry)
    if fnmatchcase(name, pattern):
        return True
    address = _address(name)
    try:
        return bool(address) and ip_address(address) in ip_network(pattern, strict=False)
    except ValueError:  # the entry is a name
        return False


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return ""


def _alert(incident: Incident) -> Json:
    try:
        return parsed(incident.raw_json) if incident.raw_json else None
    except ValueError:
        return None


def _hosts_in(value: Json, depth: int) -> Iterator[Host]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        if host := _host(value):
            yield host
        for item in value.values():
            yield from _hosts_in(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _hosts_in(item, depth + 1)


def _host(found: JsonObject) -> Host | None:
    guids = _texts_under(found, GUID_KEY)
    names, addresses = _texts_under(found, NAME_KEY), _texts_under(found, ADDRESS_KEY)
    if len(guids) != 1 or not (names or addresses):
        return None
    return Host(guid=guids[0], names=tuple(names), addresses=tuple(addresses))


def _texts_under(found: JsonObject, key: re.Pattern[str]) -> list[str]:
    return [text for name, value in found.items() if key.fullmatch(str(name)) for text in _texts(value)]


def _texts(value: Json) -> Iterator[str]:
    """Give the texts of a value; Vision One puts a time beside some: `{"value": …, "updatedDateTime": …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item
