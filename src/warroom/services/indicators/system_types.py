"""XSOAR's system types of indicators: what their values look like, and how long they last; the patterns are ours.

Texts are searched as `refanged` returns them. Each pattern finds candidates in one pass, and `check` returns the value
as it is kept, or an empty text for what is none after all.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, NetmaskValueError
from urllib.parse import urlsplit

from warroom.services.indicators.top_level_domains import is_domain

Check = Callable[[str], str]

_DEFANGED = re.compile(
    r"\[\.\]|\(\.\)|\{\.\}|\[dot\]|\[:\]|\[://\]|\[/\]|\[@\]|\[at\]|(?<!\w)(?:hxxp|fxp)(?=s?(?:\[:\]|:))", re.IGNORECASE
)
_FANGS = {"[:]": ":", "[://]": "://", "[/]": "/", "[@]": "@", "[at]": "@", "hxxp": "http", "fxp": "ftp"}


def refanged(text: str) -> str:
    """Undo what is done to links and addresses so that nobody follows them.

    >>> refanged("hxxps[:]//evil[.]example[.]com and ana[@]example(.)com")
    'https://evil.example.com and ana@example.com'
    """
    return _DEFANGED.sub(lambda found: _FANGS.get(found[0].lower(), "."), text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemType:
    """A system type; without a pattern, its values are not recognized in text."""

    name: str
    also: tuple[str, ...] = ()  # other names of it: ids, names of earlier versions, types of DBotScore
    pattern: re.Pattern[str] | None = None
    check: Check = str
    lasts: timedelta | None = None  # without being seen; None: for ever
    command: str = ""  # the reputation command


def _ip(found: str) -> str:
    try:
        return str(IPv4Address(found))
    except AddressValueError:
        return ""


def _network(found: str) -> str:
    try:
        IPv4Network(found, strict=False)
    except (AddressValueError, NetmaskValueError):
        return ""
    return found


def _ipv6(found: str) -> str:
    try:
        IPv6Address(found)
    except AddressValueError:
        return ""
    return found if any(mark != ":" for mark in found) else ""


def _ipv6_network(found: str) -> str:
    try:
        IPv6Network(found, strict=False)
    except (AddressValueError, NetmaskValueError):
        return ""
    return found


def _url(found: str) -> str:
    """Leave out what belongs to the sentence around a URL: marks at its end, and a bracket that it does not open."""
    url = found.rstrip(".,;:!?'\"*")
    while url and url[-1] in _BRACKETS and url.count(url[-1]) > url.count(_BRACKETS[url[-1]]):
        url = url[:-1].rstrip(".,;:!?'\"*")
    try:
        host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    except ValueError:
        return ""
    return url if "." in host or ":" in host or host == "localhost" else ""


_BRACKETS = {")": "(", "]": "["}


def _email(found: str) -> str:
    local, _, domain = found.rpartition("@")
    domain = domain.rstrip(".")
    return f"{local.strip('.')}@{domain}" if is_domain(domain) and local.strip(".") else ""


def _domain(found: str) -> str:
    name = found.strip(".")
    return name if is_domain(name) else ""


_HEX = r"(?<![0-9A-Za-z]){}(?![0-9A-Za-z])"
_HASHES = "|".join(f"[0-9A-Fa-f]{{{length}}}" for length in (128, 64, 40, 32))
_FOUR = r"(?:\d{1,3}\.){3}\d{1,3}"
_SIX = rf"[0-9A-Fa-f]{{0,4}}(?::[0-9A-Fa-f]{{0,4}}){{1,6}}:(?:{_FOUR}|[0-9A-Fa-f]{{0,4}})"
_HIVES = "HKEY_(?:LOCAL_MACHINE|CURRENT_USER|CLASSES_ROOT|CURRENT_CONFIG|USERS)|HK(?:LM|CU|CR|CC|U)"
WEEK = timedelta(days=7)

SYSTEM_TYPES: tuple[SystemType, ...] = (
    SystemType(
        name="IP",
        also=("ipRep", "ipv4"),
        pattern=re.compile(rf"(?<![\w.]){_FOUR}(?!\w|\.\d|/\d{{1,2}}(?![\d/]))", re.ASCII),
        check=_ip,
        lasts=WEEK,
        command="ip",
    ),
    SystemType(
        name="CIDR",
        pattern=re.compile(rf"(?<![\w./]){_FOUR}/\d{{1,2}}(?![\w/]|\.\d)", re.ASCII),
        check=_network,
        lasts=WEEK,
        command="cidr",
    ),
    SystemType(
        name="IPv6",
        pattern=re.compile(rf"(?<![\w:.]){_SIX}(?![\w:/]|\.\d)", re.ASCII),
        check=_ipv6,
        lasts=WEEK,
        command="ipv6",
    ),
    SystemType(
        name="IPv6CIDR",
        pattern=re.compile(rf"(?<![\w:.]){_SIX}/\d{{1,3}}(?![\w/])", re.ASCII),
        check=_ipv6_network,
        lasts=WEEK,
    ),
    SystemType(
        name="URL",
        also=("urlRep",),
        pattern=re.compile(
            r"(?<!\w)(?:(?:https?|ftps?|sftp)://|www\.)[^\s<>\"`{}|\\^\x00-\x1f]{3,2000}", re.IGNORECASE
        ),
        check=_url,
        lasts=timedelta(days=30),
        command="url",
    ),
    SystemType(
        name="Email",
        also=("emailRep", "Email Address"),
        pattern=re.compile(r"(?<![\w.%+'-])[\w.%+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}"),
        check=_email,
        command="email",
    ),
    SystemType(
        name="Domain",
        also=("domainRep", "domainRepUnified", "domainRep2"),
        pattern=re.compile(r"(?<![\w.-])[\w-]++(?:\.[\w-]++)++"),
        check=_domain,
        lasts=timedelta(days=14),
        command="domain",
    ),
    SystemType(
        name="File",
        also=(
            *(
                "unifiedFileRep",
                "hashRep",
                "hashRepMD5",
                "hashRepSHA1",
                "hashRepSHA256",
                "hash",
                "md5",
                "sha1",
                "sha256",
            ),
            *("File MD5", "File SHA1", "File SHA-1", "File SHA256", "File SHA-256"),
        ),
        pattern=re.compile(_HEX.format(f"(?:{_HASHES})"), re.ASCII),
        command="file",
    ),
    SystemType(
        name="CVE",
        also=("cveRep",),
        pattern=re.compile(r"(?<![\w-])CVE-\d{4}-\d{4,7}(?!\w)", re.IGNORECASE | re.ASCII),
        check=str.upper,
        command="cve",
    ),
    SystemType(
        name="Registry Key",
        also=("registryKey",),
        pattern=re.compile(rf"(?<!\w)(?:{_HIVES})(?:\\[^\s\\\"'<>,;]+)+", re.IGNORECASE),
    ),
    SystemType(name="DomainGlob", lasts=timedelta(days=14)),
    SystemType(name="Host", also=("hostRep", "hostname", "endpoint")),
    SystemType(name="Account", also=("accountRep", "username")),
    SystemType(name="ssdeep", also=("ssdeepRep",)),
    SystemType(name="X509 Certificate", also=("certificate",)),
    SystemType(name="Cryptocurrency Address", also=("cryptocurrency",)),
    SystemType(name="Attack Pattern", also=("attackpattern",)),
    *(
        SystemType(name=name)
        for name in (
            *("ASN", "Campaign", "Course of Action", "GitHub User", "Identity", "Infrastructure", "Intrusion Set"),
            *("Location", "Malware", "Mutex", "Onion Address", "Report", "Software", "Threat Actor", "Tool"),
        )
    ),
)
