"""Hosts by every name that they have: which of them are protected, and what a GUID is called."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from warroom.model.border import parsed
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.services.approvals.pieces import DEEPEST, single_words_of

OF_HOST = r"(agent|endpoint|host|computer|device|machine)"
AGENT_GUID_KEY = re.compile(r"(endpoint[_-]?)?agent[_-]?(guid|uuid)", re.IGNORECASE)
HOST_GUID_KEY = re.compile(rf"{OF_HOST}[_-]?(guid|uuid)", re.IGNORECASE)
GUID_KEY = re.compile(r"guid", re.IGNORECASE)
UUID_KEY = re.compile(r"uuid", re.IGNORECASE)
ID_KEY = re.compile(rf"({OF_HOST}[_-]?)?id", re.IGNORECASE)  # of a record that names a host, as XSOAR's `Endpoint` does
GUID_KEYS = (AGENT_GUID_KEY, HOST_GUID_KEY, GUID_KEY, UUID_KEY)  # the best first
HOST_NAME_KEY = re.compile(rf"({OF_HOST}[_-]?)?({OF_HOST}[_-]?name|fqdn)", re.IGNORECASE)
NAME_KEY = re.compile(r"(display[_-]?)?name", re.IGNORECASE)
ADDRESS_KEY = re.compile(
    rf"((last[_-]?used|{OF_HOST})[_-]?)?(ips?|ip[_-]?address(es)?|mac[_-]?address(es)?)", re.IGNORECASE
)
PATH = re.compile(r"[\\/]")
A_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_HOSTS = re.compile(rf"{OF_HOST}|agent", re.IGNORECASE)  # in the name of an argument that says which hosts are meant
ANYTHING = re.compile(r"\[[^\]]*\]")
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
        seen = (context, dict(incident.custom_fields), _alert(incident))
        found: dict[str, list[Host]] = {}
        for host in dict.fromkeys(host for value in seen for host in _hosts_in(value, 0)):
            for name in {form(name) for name in host.every_name for form in (folded, typed)}:
                found.setdefault(name, []).append(host)
        return cls({name: tuple(hosts) for name, hosts in found.items()})

    def also(self, name: str) -> list[str]:
        """Return every name of the hosts that go by this one."""
        hosts = self.by_name.get(folded(name)) or self.by_name.get(_address(folded(name)), ())
        return list(dict.fromkeys([name, *(other for host in hosts for other in host.every_name)]))

    def guids(self, name: str) -> frozenset[str]:
        """Return the GUIDs of the hosts that have this name.

        A name without a domain is that of the one host whose full name begins with it; of two such hosts, of both.
        """
        found = folded(name)
        hosts = self.by_name.get(found) or self.by_name.get(_address(found)) or self._with_domain(found)
        return frozenset(folded(host.guid) for host in hosts)

    def aliases(self, name: str) -> set[str]:
        """Return all names by which the incident means one host, that of this name; none where it is not one."""
        guids = self.guids(name)
        if len(guids) != 1:
            return set()
        hosts = (host for guid in guids for host in self.by_name[guid])
        names = {typed(other) for host in hosts for other in host.every_name}
        names |= {full.partition(".")[0] for full in names if not _address(full)}
        return {other for other in names if self.guids(other) == guids}

    def _with_domain(self, short: str) -> tuple[Host, ...]:
        """Return the hosts that have this name in a domain."""
        names = [name for name in self.by_name if name.startswith(f"{short}.") and not _address(name)]
        return tuple(host for name in names if "." not in short for host in self.by_name[name])

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
        """Return the first of the values that names a protected host, and the entry that protects it."""
        if not self.entries:
            return None
        looked_at: set[str] = set()
        for value in values:
            for name in known.also(value):
                if name not in looked_at and (entry := self._protecting(name)):
                    return value, entry
                looked_at.add(name)
        return None

    def nameless_among(self, values: Iterable[str], known: KnownHosts) -> str:
        """Return the first GUID or address of an unknown host; empty where no host is protected."""
        if not self.entries:
            return ""
        return next((value for value in values if _needs_a_name(folded(value)) and len(known.also(value)) == 1), "")

    def _protecting(self, name: str) -> str:
        forms = list(dict.fromkeys(_forms(name)))
        meant = (entry for form, typed in forms for entry in self.entries if _is_meant(entry, form, as_typed=typed))
        return next(meant, "")


def folded(name: str) -> str:
    """Normalize a name for comparison: case, width and Unicode composition.

    >>> folded(" DC-01.corp.local. ")
    'dc-01.corp.local'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold().rstrip(".")


def typed(name: str) -> str:
    """Normalize a typed host name or address.

    >>> typed("DC-01."), typed("::ffff:10.1.2.3")
    ('dc-01', '10.1.2.3')
    """
    return _address(folded(name)) or folded(name)


def _forms(value: str) -> Iterator[tuple[str, bool]]:
    """Yield a value and the names in it (of a share, a URL, without a domain), each with whether it was typed so."""
    whole = folded(value)
    yield whole, True
    if len(whole.split()) != 1 and not PATH.search(whole):
        return  # prose names no target
    for inner in INNER_NAME.findall(whole):
        yield inner.strip("."), True
        head, _, port = inner.rpartition(":")
        if head and port.isdecimal():
            yield head, True
        if not _address(inner):
            yield inner.partition(".")[0], False


def _needs_a_name(value: str) -> bool:
    return bool(A_GUID.fullmatch(value) or _address(value))


def _is_meant(entry: str, form: str, *, as_typed: bool) -> bool:
    pattern = folded(entry)
    core = _without_domain(pattern)
    if fnmatchcase(form, pattern) or (_says_something(core) and fnmatchcase(form, core)):
        return True
    address = _address(form)
    if address:
        return _is_in(address, pattern)
    short, dot, _ = core.partition(".")  # who types the host's short name means the host
    is_name = as_typed and "." not in form and dot and not _address(core)
    return bool(is_name and _says_something(short) and fnmatchcase(form, short))


def _without_domain(name: str) -> str:
    r"""Return `dc-01` of `corp\dc-01`, and of the share `\\dc-01\c$`."""
    if name.startswith("\\\\"):
        return name.lstrip("\\").partition("\\")[0]
    return name.rpartition("\\")[2]


def _says_something(pattern: str) -> bool:
    """Whether a pattern holds a letter: neither `*` nor the 10 of `10.0.0.0/8` is a host's name."""
    return any(character.isalpha() for character in ANYTHING.sub("", pattern))


def _is_in(address: str, network: str) -> bool:
    try:
        wanted = ip_network(network, strict=False)
    except ValueError:  # the entry is a name
        return False
    found = ip_address(address)
    if isinstance(found, IPv4Address) and wanted.version != found.version:
        found = IPv6Address(f"::ffff:{found}")
    return found in wanted


def _address(text: str) -> str:
    """Normalize an address: an IPv4 address within IPv6 becomes the IPv4 address."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


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
    host_names, addresses = _texts_under(found, HOST_NAME_KEY), _texts_under(found, ADDRESS_KEY)
    names = [*host_names, *_texts_under(found, NAME_KEY)]
    by_key = (_texts_under(found, key) for key in GUID_KEYS)
    best, *others = [list(dict.fromkeys(guids)) for guids in by_key if guids] or [
        _texts_under(found, ID_KEY) if host_names else []
    ]
    if len(best) != 1 or not (names or addresses):
        return None
    also = [other for guids in others for other in guids if other != best[0]]
    return Host(guid=best[0], names=tuple(names), addresses=(*addresses, *also))


def _texts_under(found: JsonObject, key: re.Pattern[str]) -> list[str]:
    return [text for name, value in found.items() if key.fullmatch(str(name)) for text in _texts(value)]


def _texts(value: Json) -> Iterator[str]:
    """Yield the texts of a value; Vision One puts a time beside some: `{"value": …, "updatedDateTime": …}`."""
    if isinstance(value, dict):
        value = value.get("value")
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str) and item.strip():
            yield item
