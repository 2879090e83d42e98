"""One reader of observables: lists are parted without cutting, types are told, special addresses known."""

import doctest
import ipaddress
import json
from collections.abc import Callable
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.packs.visionone.live_pack import OBSERVABLES, load

READER = load(OBSERVABLES)


def test_the_examples_are_true(observables: ModuleType) -> None:
    assert doctest.testmod(observables).failed == 0


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        (" , ,\n,", []),
        ("a.example", ["a.example"]),
        ("a.example,b.example", ["a.example", "b.example"]),
        (" a.example , b.example,", ["a.example", "b.example"]),
        ("a.example\nb.example\r\nc.example", ["a.example", "b.example", "c.example"]),
        ("a.example,a.example", ["a.example"]),
        ("https://a.example/x,y", ["https://a.example/x,y"]),
        ("https://a.example/x?q=1,2,3#4,5", ["https://a.example/x?q=1,2,3#4,5"]),
        ("https://a.example/r,https://b.example/", ["https://a.example/r,https://b.example/"]),
        ("https://a.example/x, https://b.example/y,z", ["https://a.example/x", "https://b.example/y,z"]),
        ("https://a.example/x,\thttps://b.example/y", ["https://a.example/x", "https://b.example/y"]),
        ("https://a.example/x,y\nhttps://b.example/", ["https://a.example/x,y", "https://b.example/"]),
        ("a.example,https://b.example/x,y", ["a.example", "https://b.example/x,y"]),
        ("<a,b@mail.example>,<c@mail.example>", ["<a,b@mail.example>", "<c@mail.example>"]),
        ("<a,b", ["<a", "b"]),
        ('["https://a.example/x, y","b.example"]', ["https://a.example/x, y", "b.example"]),
        ('"https://a.example/x, https://b.example/"', ["https://a.example/x, https://b.example/"]),
        ("[not, json", ["[not", "json"]),
        ("[" * 5000, ["[" * 5000]),
        ('[1, null, "", "x"]', ["1", "x"]),
        (["a, b", " c ", None, ""], ["a, b", "c"]),
        (None, []),
        (4711, ["4711"]),
    ],
)
def test_a_list_is_parted_where_no_value_can_go_on(observables: ModuleType, text: object, values: list[str]) -> None:
    assert observables.listed_values(text) == values


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("192.0.2.66", "IPv4"),
        ("2001:db8::66", "IPv6"),
        ("::ffff:192.0.2.66", "IPv6"),
        ("192.0.2.0/24", "network"),
        ("2001:db8::/32", "network"),
        ("bad.example", "domain"),
        ("*.bad.example", "domain"),
        ("192.168.evil.example", "domain"),
        ("10.1.2.3.evil.example", "domain"),
        ("127.0.0.1.nip.example", "domain"),
        ("_dmarc.bad.example", "domain"),
        ("-bad-.example", "domain"),
        ("2606:4700::5efe:10.1.2.3", "IPv6"),
        ("https://bad.example/\u202ex", "URL"),
        ("https://bad.example/hxxp/[.](.)", "URL"),
        ("xn--e1afmkfd.xn--p1ai", "domain"),
        ("https://bad.example/x?y=1", "URL"),
        ("https://пример.рф/путь", "URL"),
        ("http://[2001:db8::1]:8080/", "URL"),
        ("ftp://bad.example/x", "URL"),
        ("https://*.bad.example/*", "URL"),
        ("boss@bad.example", "mail address"),
        ("boss+x'y@пример.рф", "mail address"),
        ("a" * 40, "SHA-1"),
        ("AB" * 32, "SHA-256"),
    ],
)
def test_the_type_is_told_from_the_form(observables: ModuleType, value: str, kind: str) -> None:
    assert observables.observable_of(f" {value}\n") == observables.Observable(value=value, type=kind)


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("Пример。РФ.", "xn--e1afmkfd.xn--p1ai"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("हिन्दी.भारत", "xn--j2bd4cyah0f.xn--h2brj9c"),
        ("*.пример.рф", "*.xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_a_domain_in_any_script_is_known_by_its_name_in_the_network(
    observables: ModuleType, name: str, wire: str
) -> None:
    assert observables.observable_of(name) == observables.Observable(value=wire, type="domain")


@pytest.mark.parametrize(
    "value",
    [
        "", "x", "what is this", "localhost", "a" * 32, "g" * 40, "1.2.3.4.5", "300.1.1.1", "010.8.8.8", "2130706433",
        "10.0.0.0/99", "bad.example/path", "bad.example:8080", "a..example", "a.e",
        f"{'a' * 64}.example", f"{'a.' * 130}example", "a.123", "a.0x7f", "https://", "https:///",
        "http://a b.example/", "@bad.example", "a b@bad.example", "boss@", "boss@10.1.2.3",
        "hxxp://bad.example/", "http://bad[.]example/",
        "bad[.]example", "boss[at]bad.example", "2001:db8::1%eth0", "[::1]", "a.example,b.example", "a\u2100b.example",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_name_and_the_rest_is_read(observables: ModuleType, value: str) -> None:
    found, refused = observables.observables_of(["a.example", value, "192.0.2.1"])

    assert [one.value for one in found] == ["a.example", "192.0.2.1"]
    assert len(refused) == bool(value)
    assert all(observables.told(value) in sentence and sentence.endswith(".") for sentence in refused)


@pytest.mark.parametrize(
    ("value", "special"),
    [
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.7.7", "private"),
        ("127.9.9.9", "loopback"),
        ("169.254.1.1", "link-local"),
        ("100.64.0.1", "shared"),
        ("0.0.0.0", "unspecified"),
        ("224.0.0.1", "multicast"),
        ("255.255.255.255", "reserved"),
        ("198.18.0.1", "reserved"),
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("fe80::66", "link-local"),
        ("fe80::66%eth0", "link-local"),
        ("fd00::1", "private"),
        ("fec0::1", "private"),
        ("ff02::1", "multicast"),
        ("::ffff:10.1.2.3", "private"),
        ("::10.1.2.3", "private"),
        ("64:ff9b::10.1.2.3", "private"),
        ("2002:a01:203::1", "private"),
        ("fe80::5efe:10.1.2.3", "link-local"),
        ("2001:0:a01:203::1", "reserved"),
        ("\uff12\uff10\uff10\uff0e1.2.3", ""),
        ("\uff11\uff10\u3002\uff11\uff612\uff0e3", "private"),
        ("10.1.2.3.", "private"),
        ("127.1", "loopback"),
        ("0x7f.1", "loopback"),
        ("0x7f.0.0.0x1", "loopback"),
        ("10.1.515", "private"),
        ("10.0.0.0/8", "private"),
        ("0.0.0.0/0", "loopback"),
        ("192.0.0.0/2", "private"),
        ("fe80::/64", "link-local"),
        ("http://10.1.2.3/x", "private"),
        ("http://[::1]/x", "loopback"),
        ("http://[fe80::1%25eth0]/", "link-local"),
        ("http://[::ffff:192.168.1.1]:80/", "private"),
        ("http://user:pw@192.168.1.1:8080/", "private"),
        ("http://good.example@10.1.2.3/", "private"),
        ("http:////10.1.2.3/", "private"),
        ("http:\\\\10.1.2.3/", None),
        ("http://\\10.1.2.3/", "private"),
        ("http://2130706433/", "loopback"),
        ("http://0x7f000001/", "loopback"),
        ("http://0177.0.0.1/", "loopback"),
        ("http://012.1.2.3/", "private"),
        ("http://010.1.2.3/", "private"),
        ("http://%31%30.1.2.3/", "private"),
        ("http://\uff11\uff10.1.2.3/", "private"),
        ("http://10.1.2.3./", "private"),
        ("http://10.1.2.3?x", "private"),
        ("http://10.1.2.3#x", "private"),
        ("HTTP://LOCALHOST/", "loopback"),
        ("http://db.localhost:5432/", "loopback"),
        ("ws://127.0.0.1/", "loopback"),
    ],
)
def test_what_does_not_lie_in_the_internet_is_known_in_every_spelling(
    observables: ModuleType, value: str, special: str | None
) -> None:
    found, refused = observables.observables_of([value])

    assert [one.special for one in found] == ([] if special is None else [special])
    assert bool(refused) == (special is None)


@pytest.mark.parametrize(
    "value",
    [
        "172.15.0.1", "172.32.0.1", "9.255.255.255", "11.0.0.0", "192.169.0.1", "8.8.8.8", "0x08.8.8.8", "203.0.113.7",
        "2606:4700::1111", "2002:808:808::1", "64:ff9b::8.8.8.8", "8.8.8.0/24", "192.168.evil.example",
        "127.0.0.1.evil.example", "fe80.evil.example", "http://10.evil.example/", "http://10.1.2.3.evil.example/",
        "http://evil.example/10.1.2.3", "http://evil.example\\@10.1.2.3/", "http://10.1.2.3@evil.example/",
        "http://evil.example?@10.1.2.3/", "http://evil.example#@10.1.2.3/", "http://localhost.evil.example/",
        "http://fe80.evil.example/", "http://8.8.8.8/",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_is_not_special(observables: ModuleType, value: str) -> None:
    [found], refused = observables.observables_of([value])

    assert (found.special, refused) == ("", [])


# Properties.

LABELS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12).filter(
    lambda label: label[0] != "-" != label[-1]
)
DOMAINS = st.lists(LABELS, min_size=1, max_size=4).map(lambda labels: ".".join([*labels, "example"]))
IPV4 = st.ip_addresses(v=4)
IPV6 = st.ip_addresses(v=6)
PATHS = st.text("abc,/?=&;:@!$'()*+~._-#%20", max_size=20)
URLS = st.builds(lambda host, path: f"https://{host}/{path}", DOMAINS, PATHS)
HASHES = st.sampled_from([40, 64]).flatmap(lambda size: st.text("0123456789abcdef", min_size=size, max_size=size))
MAILS = st.builds(lambda local, domain: f"{local}@{domain}", LABELS, DOMAINS)
VALUES = st.one_of(DOMAINS, URLS, HASHES, MAILS, IPV4.map(str), IPV6.map(str))
LISTS = st.lists(VALUES, max_size=6, unique=True)
# A comma that a line end follows parts, so one that ends a URL is written as JSON.
PASTED = st.lists(VALUES.filter(lambda value: not value.endswith(",")), max_size=6, unique=True)
WRITERS: tuple[Callable[[list[str]], object], ...] = (
    list, json.dumps, lambda values: json.dumps(values, indent=2),
)  # fmt: skip
INSIDE = st.one_of(
    *(
        st.ip_addresses(network=network)
        for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
    )
)

INSIDE_6 = st.one_of(
    *(st.ip_addresses(network=network) for network in ("fe80::/10", "fec0::/10", "fc00::/7", "::1/128"))
)


@given(LISTS, st.sampled_from(WRITERS))
def test_a_list_that_was_written_is_read_as_it_was(values: list[str], writer: Callable[[list[str]], object]) -> None:
    assert READER.listed_values(writer(values)) == values


@given(PASTED, st.sampled_from(["\n", "\r\n", ", ", ",\n", " ,\r\n  ", ",\t"]))
def test_a_list_that_was_pasted_is_read_as_it_was(values: list[str], glue: str) -> None:
    assert READER.listed_values(glue.join(values)) == values


@given(st.lists(st.one_of(DOMAINS, HASHES, MAILS, IPV4.map(str)), unique=True))
def test_commas_alone_part_what_holds_none(values: list[str]) -> None:
    assert READER.listed_values(",".join(values)) == values


@pytest.mark.parametrize("glue", [",", ", ", "\n"])
def test_a_long_list_takes_no_longer_for_each_of_its_values(observables: ModuleType, glue: str) -> None:
    names = [f"host-{number}.example" for number in range(50_000)]

    assert observables.listed_values(glue.join(names)) == names


@given(st.text())
def test_no_text_is_too_strange_to_be_read_or_refused(text: str) -> None:
    found, refused = READER.observables_of(text)

    assert len(found) + len(refused) <= len(READER.listed_values(text))
    assert all(READER.observable_of(one.value).value == one.value for one in found)


def spellings(address: ipaddress.IPv4Address) -> list[str]:
    a, b, c, d = address.packed
    number = int(address)
    wide = str(address).translate({ord("0") + digit: chr(0xFF10 + digit) for digit in range(10)})
    return [
        str(address), f"{address}.", wide, str(address).replace(".", "。"), f"{a}.{b}.{(c << 8) + d}",
        f"{a}.{number & 0xFFFFFF}", f"{a:#x}.{b}.{c}.{d:#x}", f"0{a:o}.{b}.{c}.{d}", f"0{a}.{b}.{c}.{d}", str(number),
        hex(number), f"::ffff:{address}", f"::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}", f"64:ff9b::{address}",
        f"2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1", f"fe80::5efe:{address}",
    ]  # fmt: skip


@given(INSIDE, st.booleans(), st.integers(0, 15))
def test_an_internal_address_passes_as_a_public_one_in_no_spelling(
    address: ipaddress.IPv4Address, in_url: bool, number: int
) -> None:
    text = spellings(address)[number]
    host = f"[{text}]" if ":" in text else text

    found, refused = READER.observables_of([f"http://{host}/x" if in_url else text])

    assert refused or all(one.special for one in found)


@given(INSIDE_6)
def test_an_internal_address_of_version_6_is_known(address: ipaddress.IPv6Address) -> None:
    for text in (address.compressed, address.exploded, address.exploded.upper(), f"http://[{address}]/"):
        [found], _ = READER.observables_of([text])
        assert found.special


@given(
    st.one_of(
        IPV4.map(str), st.lists(st.integers(0, 300), min_size=1, max_size=6).map(lambda n: ".".join(map(str, n)))
    ),
    DOMAINS,
)
def test_a_domain_that_begins_like_an_address_is_never_dropped(start: str, domain: str) -> None:
    name = f"{start}.{domain}"
    [found], refused = READER.observables_of([name])
    [url], _ = READER.observables_of([f"https://{name}/x,y"])

    assert (found.value, found.type, found.special, refused) == (name, "domain", "", [])
    assert (url.value, url.special) == (f"https://{name}/x,y", "")


@given(IPV4)
def test_an_address_is_special_where_python_says_so_but_for_those_of_examples(
    address: ipaddress.IPv4Address,
) -> None:
    example = any(address in network for network in READER.DOCUMENTATION if network.version == 4)
    internal = not address.is_global or address.is_multicast

    special = bool(READER.special_of(address))
    assert special >= (internal and not example)
    assert special <= (internal or address in ipaddress.ip_network("192.0.0.0/24"))  # where Pythons differ
