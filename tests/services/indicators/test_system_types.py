import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.catalogue import Catalogue
from warroom.services.indicators.known_types import KnownTypes
from warroom.services.indicators.system_types import SYSTEM_TYPES, refanged

TYPES = KnownTypes(Catalogue([]))


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("from 1.2.3.4 and 1[.]2[.]3[.]5.", "IP", ["1.2.3.4", "1.2.3.5"]),
        ("http://5.6.7.8:8080/20/x", "IP", ["5.6.7.8"]),
        ("999.1.1.1 v1.2.3.4.5 10.0.0.0/8 01.2.3.4", "IP", []),
        ("10.0.0.0/8, 10.0.0.0/33", "CIDR", ["10.0.0.0/8"]),
        ("2001:0db8:85a3::7334 at 12:30:45, 3:00:00:00.0", "IPv6", ["2001:0db8:85a3::7334"]),
        ("2001:db8::/32", "IPv6CIDR", ["2001:db8::/32"]),
        ("see hxxps[:]//evil[.]example[.]com/a(1)?b=c).", "URL", ["https://evil.example.com/a(1)?b=c"]),
        ("<a href='http://a.example.com/x'>", "URL", ["http://a.example.com/x"]),
        ("http://nodots/x", "URL", []),
        ("invalid@dbot.zip, ana.lima+x@example.co.uk.", "Email", ["ana.lima+x@example.co.uk"]),
        ("ana@example.com, evil.example.com. invoice.pdf", "Domain", ["example.com", "evil.example.com"]),
        (f"{'c' * 32} {'a' * 40} {'b' * 41}", "File", ["c" * 32, "a" * 40]),
        ("cve-2021-44228 and CVE-21-1", "CVE", ["CVE-2021-44228"]),
        (r"HKLM\Software\Run\x, HKEY_USERS", "Registry Key", [r"HKLM\Software\Run\x"]),
    ],
)  # fmt: skip
def test_values_are_found_in_text(text: str, kind: str, values: list[str]) -> None:
    assert TYPES.extract(text).get(kind, []) == values


def test_addresses_that_were_made_harmless_are_read() -> None:
    assert refanged("hXXp://a[.]example(.)com[/]x ana[at]b[dot]org") == "http://a.example.com/x ana@b.org"
    assert refanged("the hxxp of it") == "the hxxp of it"


@pytest.mark.parametrize(
    "text", ["a." * 9000, "a" * 20_000, "1." * 9000, "a:" * 9000, "@" * 20_000, "a@" * 9000, "x-" * 9000, "a%" * 9000]
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    TYPES.extract(text)
    assert time.process_time() - started < 2


@given(st.text(alphabet="abc.1:/@-[] \n\\", max_size=200))
def test_any_text_can_be_looked_in(text: str) -> None:
    for values in TYPES.extract(text).values():
        assert all(values)


def test_no_name_means_two_types() -> None:
    names = [name.casefold() for system in SYSTEM_TYPES for name in (system.name, *system.also)]
    assert sorted(set(names)) == sorted(names)
