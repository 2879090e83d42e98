import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

IPV4, IPV6, NETWORK = "IPv4", "IPv6", "network"
DOMAIN, URL, MAIL_ADDRESS = "domain", "URL", "mail address"
SHA1, SHA256 = "SHA-1", "SHA-256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observable:
    """Something that was seen and can be looked for: its value, what it is, and what is special about its address."""

    value: str
    type: str
    special: str = ""  # such as private or loopback; empty for a public address


class UnreadableObservableError(ValueError):
    """A value that is no observable; the message names it and says why."""


def observables_of(value: Any) -> tuple[list[Observable], list[str]]:
    """Read a list of observables, each once; return them, and a sentence for each value that cannot be read."""
    found: dict[str, Observable] = {}
    refused: list[str] = []
    for one in listed_values(value):
        try:
            observable = observable_of(one)
        except UnreadableObservableError as error:
            refused.append(str(error))
        else:
            found.setdefault(observable.value, observable)
    return list(found.values()), refused


""" LISTS """

URL_START = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
BLANKS, COMMA, COMMA_AND_BLANK = re.compile(r"\s*"), re.compile(","), re.compile(r",(?=\s)")


def listed_values(value: Any) -> list[str]:
    r"""Return the values of a list argument, each whole and once: of a list, of JSON, or of text that is parted.

    Text is parted by line ends, and by a comma where no value can hold one: in a URL only where a blank or a line end
    follows it, in a message ID nowhere.

    >>> listed_values("a.example,https://b.example/x,y, 192.0.2.1\n<c,d@mail.example>,192.0.2.2")
    ['a.example', 'https://b.example/x,y', '192.0.2.1', '<c,d@mail.example>', '192.0.2.2']
    """
    read = from_json(value) if isinstance(value, str) else value
    if isinstance(read, str):
        read = parted_values(read)
    elif not isinstance(read, (list, tuple)):
        read = (read,)
    return list(dict.fromkeys(text for one in read if one is not None and (text := str(one).strip())))


def from_json(text: str) -> Any:
    """Return the list, or the one value, that JSON writes; all else is text as it stands."""
    if text.lstrip()[:1] not in {"[", '"'}:
        return text
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return [read] if isinstance(read, str) else read


def parted_values(text: str) -> Iterator[str]:
    for line in re.split(r",?[\r\n]+", text):
        start = 0
        while start < len(line):
            start = BLANKS.match(line, start).end()
            end = end_of_value(line, start)
            yield line[start:end]
            start = end + 1


def end_of_value(line: str, start: int) -> int:
    """Return where the value ends that begins here."""
    closed = line.find(">", start) if line.startswith("<", start) else start
    comma = (COMMA_AND_BLANK if URL_START.match(line, start) else COMMA).search(line, max(closed, start))
    return comma.start() if comma else len(line)


""" WHAT A VALUE IS """

HASH_TYPES = {40: SHA1, 64: SHA256}
URL_HEAD = re.compile(r"[^:]+://[^/?#\\]*")
DEFANGED = re.compile(r"^hxxp|\[\.\]|\(\.\)|\[at\]|\[:\]", re.IGNORECASE)
# What browsers and networks take for a dot in a name.
DOTS = str.maketrans(dict.fromkeys("\u3002\uff0e\uff61\u2024", "."))
NAME_MAX, LABEL_MAX, TOLD_MAX = 253, 63, 100


def observable_of(value: str) -> Observable:
    """Tell from its form what a value is; raises UnreadableObservableError."""
    text = str(value).strip()
    if DEFANGED.search(URL_HEAD.match(text)[0] if URL_START.match(text) else text):
        raise UnreadableObservableError(f"{told(text)} is defanged; give the value itself, without hxxp or brackets.")
    if len(text) in HASH_TYPES and re.fullmatch("[0-9a-fA-F]+", text):
        return Observable(value=text, type=HASH_TYPES[len(text)])
    if URL_START.match(text):
        return url_of(text)
    if "@" in text:
        return mail_address_of(text)
    if "/" in text:
        return network_of(text)
    return address_of(text) or domain_of(text)


def url_of(text: str) -> Observable:
    host = host_of(text)
    if not host or re.search(r"[\s\x00-\x1f\x7f]", text):
        raise UnreadableObservableError(f"{told(text)} is no URL: it has no host, or a blank in it.")
    special = next(filter(None, map(special_of, addresses_meant(host))), "")
    if host == "localhost" or host.endswith(".localhost"):
        special = "loopback"
    return Observable(value=text, type=URL, special=special)


def host_of(url: str) -> str:
    """Return the host that a browser would go to.

    >>> host_of("http://good.example@10.1.2.3:80/x"), host_of("http://evil.example\\\\@10.1.2.3/")
    ('10.1.2.3', 'evil.example')
    """
    rest = url.partition("://")[2].replace("\\", "/").lstrip("/")
    authority = re.split("[/?#]", rest, maxsplit=1)[0].rpartition("@")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return plain_name(unquote(authority.partition(":")[0])).lower()


def mail_address_of(text: str) -> Observable:
    local, _, domain = text.rpartition("@")
    if not local or re.search(r"[\s,<>@\x00-\x1f]", local) or not is_domain(plain_name(domain)):
        raise UnreadableObservableError(f"{told(text)} is no mail address.")
    return Observable(value=text, type=MAIL_ADDRESS)


def network_of(text: str) -> Observable:
    try:
        network = ipaddress.ip_network(plain_name(text), strict=False)
    except ValueError:
        message = f"{told(text)} is neither a network nor a URL; a URL begins with a scheme, such as https://."
        raise UnreadableObservableError(message) from None
    special = next((name for name, one in each_range() if one.version == network.version and one.overlaps(network)), "")
    return Observable(value=str(network), type=NETWORK, special=special or special_of(network.network_address))


def address_of(text: str) -> Observable | None:
    """Return an address in any spelling, or None for what is none; one with two meanings is refused."""
    plain = plain_name(text)
    meant = addresses_meant(plain)
    if len(meant) == 1 and ("." in plain or ":" in plain):
        [address] = meant
        special = special_of(address)
        if "%" in plain and not special:
            raise UnreadableObservableError(f"{told(text)} names a network interface; give the address alone.")
        value = plain if ":" in plain or re.fullmatch(r"(?:[0-9]+\.){3}[0-9]+", plain) else str(address)
        return Observable(value=value, type=IPV4 if address.version == 4 else IPV6, special=special)
    if meant or ends_in_a_number(plain):
        raise UnreadableObservableError(f"{told(text)} is no address, or one that programs read in several ways.")
    return None


def addresses_meant(text: str) -> list:
    """Return the addresses for which programs take a text: 0x7f.1 is one, too, and 010.0.0.1 may be two.

    >>> addresses_meant("0x7f.1"), addresses_meant("010.0.0.1"), addresses_meant("10.evil.example")
    ([IPv4Address('127.0.0.1')], [IPv4Address('8.0.0.1'), IPv4Address('10.0.0.1')], [])
    """
    try:
        return [ipaddress.ip_address(text)]
    except ValueError:
        parts = text.split(".")
    if len(parts) > 4 or not all(re.fullmatch(r"0x[0-9a-f]{0,8}|[0-9]{1,12}", part, re.IGNORECASE) for part in parts):
        return []
    readings = [[number_of(part, octal=octal) for part in parts] for octal in (True, False)]
    return list(dict.fromkeys(filter(None, map(joined_address, readings))))


def number_of(part: str, *, octal: bool) -> int:
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    is_octal = octal and part.startswith("0") and re.fullmatch("[0-7]+", part)
    return int(part, 8 if is_octal else 10)


def joined_address(numbers: list[int]) -> Any:
    """Return the address of up to four numbers, of which the last fills what the others leave."""
    *first, last = numbers
    if any(number > 255 for number in first) or last >= 256 ** (4 - len(first)):
        return None
    return ipaddress.IPv4Address(sum(number << 8 * (3 - place) for place, number in enumerate(first)) + last)


def ends_in_a_number(name: str) -> bool:
    """Say whether a name ends as only addresses do: no domain's last label is a number."""
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", name.rpartition(".")[2], re.IGNORECASE))


def domain_of(text: str) -> Observable:
    """Return a domain as the network knows it: what is not in Latin letters as an xn-- name."""
    name = plain_name(text)
    if not is_domain(name):
        raise UnreadableObservableError(f"What {told(text)} is cannot be told from its form.")
    return Observable(value=".".join(map(wire_label, name.split("."))), type=DOMAIN)


def is_domain(name: str) -> bool:
    labels = name.removeprefix("*.").split(".")
    ends_well = len(labels[-1]) >= 2 and not ends_in_a_number(name)
    return len(labels) >= 2 and len(name) <= NAME_MAX and ends_well and all(map(is_label, labels))


def is_label(label: str) -> bool:
    """Say whether a text can stand between the dots of a domain, in any script."""
    letters = all(one in "-_\u200c\u200d" or unicodedata.category(one)[0] in "LMN" for one in label)
    return bool(label) and len(wire_label(label)) <= LABEL_MAX and letters


def wire_label(label: str) -> str:
    return label if label.isascii() else f"xn--{label.lower().encode('punycode').decode()}"


def plain_name(text: str) -> str:
    """Return a name as the network takes it: wide letters and dots as plain ones, without the dot at its end."""
    return unicodedata.normalize("NFKC", text.translate(DOTS)).translate(DOTS).removesuffix(".")


def told(text: str) -> str:
    return repr(text if len(text) <= TOLD_MAX else f"{text[:TOLD_MAX]}…")


""" SPECIAL ADDRESSES """


def networks(*texts: str) -> tuple:
    return tuple(map(ipaddress.ip_network, texts))


# The ranges are written out, because Python's own words for them change from version to version.
SPECIAL_RANGES = {
    "loopback": networks("127.0.0.0/8", "::1/128"),
    "private": networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "link-local": networks("169.254.0.0/16", "fe80::/10"),
    "shared": networks("100.64.0.0/10"),
    "unspecified": networks("0.0.0.0/8", "::/128"),
    "multicast": networks("224.0.0.0/4", "ff00::/8"),
    "reserved": networks("192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4", "64:ff9b:1::/48", "100::/64"),
}
# Nobody is there, inside or outside: what is written in examples is to behave like any other address.
DOCUMENTATION = networks(
    "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"
)  # fmt: skip
NAT64, COMPATIBLE = networks("64:ff9b::/96", "::/96")


def each_range() -> Iterator[tuple[str, Any]]:
    return ((name, one) for name, ranges in SPECIAL_RANGES.items() for one in ranges)


def special_of(address: Any) -> str:
    """Return what is special about an address; empty for a public one."""
    if address.version == 6:
        if address.ipv4_mapped:
            return special_of(address.ipv4_mapped)
        if inner := next(filter(None, map(special_of, inner_addresses(address))), ""):
            return inner
    named = next((name for name, one in each_range() if one.version == address.version and address in one), "")
    if named or any(one.version == address.version and address in one for one in DOCUMENTATION):
        return named
    is_public = address.is_global or (
        address.version == 6 and address.sixtofour
    )  # Python 3.13 counts 6to4 as not global
    return "" if is_public else "reserved"


def inner_addresses(address: Any) -> Iterator[Any]:
    """Yield the IPv4 addresses that an IPv6 address stands for.

    Its prefix must say so: the rest of an address is free, so that an attacker could write an inner one into his own.
    """
    if address.sixtofour:
        yield address.sixtofour
    if any(address in one for one in (NAT64, COMPATIBLE)) and int(address) > 1:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
