import ipaddress
import re
from types import ModuleType
from typing import Any

import pytest

from tests.packs.base.demisto_object import Demisto

SCORE = "DBotScore(val.Indicator && val.Indicator == obj.Indicator && val.Vendor == obj.Vendor && val.Type == obj.Type)"


def test_an_indicator_comes_with_its_score_and_who_calls_it_malicious(csp: ModuleType) -> None:
    score = csp.Common.DBotScore(
        "192.0.2.1", "ip", score=3, malicious_description="botnet", reliability="B - Usually reliable"
    )
    context = csp.Common.IP("192.0.2.1", score, asn="64500", geo_latitude=1, geo_longitude=2).to_context()
    assert context == {
        "IP(val.Address && val.Address == obj.Address)": {
            "Address": "192.0.2.1",
            "ASN": "64500",
            "Geo": {"Location": "1:2"},
            "Malicious": {"Vendor": "Brand", "Description": "botnet"},
        },
        SCORE: {
            "Indicator": "192.0.2.1",
            "Type": "ip",
            "Vendor": "Brand",
            "Score": 3,
            "Reliability": "B - Usually reliable",
        },
    }
    assert score.to_readable() == "Bad"


@pytest.mark.parametrize(
    ("kind", "given", "path", "expected"),
    [
        ("URL", {"url": "https://a"}, "URL(val.Data && val.Data == obj.Data)", {"Data": "https://a"}),
        (
            "EMAIL",
            {"address": "a@b.example"},
            "Email(val.Address && val.Address == obj.Address)",
            {"Address": "a@b.example"},
        ),
        (
            "Account",
            {"id": 1, "email_address": "a"},
            "Account(val.ID && val.ID == obj.ID)",
            {"ID": 1, "Email": {"Address": "a"}},
        ),
        (
            "Endpoint",
            {"id": "g1", "hostname": "x", "is_isolated": "No", "vendor": "V"},
            "Endpoint(val.ID && val.ID == obj.ID && val.Vendor == obj.Vendor)",
            {"ID": "g1", "Hostname": "x", "IsIsolated": "No", "Vendor": "V"},
        ),
        (
            "Cryptocurrency",
            {"address": "a", "address_type": "b"},
            "Cryptocurrency(val.Address && val.Address == obj.Address)",
            {"Address": "a", "AddressType": "b"},
        ),
    ],
)
def test_each_kind_has_its_path_and_keys(
    csp: ModuleType, kind: str, given: dict[str, Any], path: str, expected: dict[str, Any]
) -> None:
    extra = {} if kind == "Endpoint" else {"dbot_score": csp.Common.DBotScore("x", "custom", score=0)}
    assert getattr(csp.Common, kind)(**given, **extra).to_context()[path] == expected


def test_a_file_is_the_same_by_any_of_its_hashes(csp: ModuleType) -> None:
    score = csp.Common.DBotScore("h", "file", score=1)
    notes = [csp.Common.CommunityNotes(note="n", timestamp="t")]
    file = csp.Common.File(score, name="a.exe", sha256="h", digital_signature__publisher="P", community_notes=notes)
    path, context = next(iter(file.to_context().items()))
    assert "val.MD5 && val.MD5 == obj.MD5 || val.SHA1 && val.SHA1 == obj.SHA1" in path
    assert context == {
        "Name": "a.exe",
        "SHA256": "h",
        "DigitalSignature": {"Publisher": "P"},
        "CommunityNotes": [{"note": "n", "timestamp": "t"}],
    }


def test_a_domain_repeats_its_registration_as_whois(csp: ModuleType) -> None:
    domain = csp.Common.Domain("a.example", None, registrar_name="R", creation_date="2024", admin_email="x")
    context = domain.to_context()["Domain(val.Name && val.Name == obj.Name)"]
    assert context["WHOIS"] == {"Registrar": {"Name": "R"}, "CreationDate": "2024", "Admin": {"Email": "x"}}


def test_a_vulnerability_always_has_a_score(csp: ModuleType) -> None:
    context = csp.Common.CVE("CVE-2024-1", "9.8", "2024", "2024", "bad").to_context()
    assert context["CVE(val.ID && val.ID == obj.ID)"]["CVSS"] == {"Score": "9.8"}
    assert context[SCORE]["Score"] == 0


def test_a_custom_indicator_is_put_under_its_own_prefix(csp: ModuleType) -> None:
    score = csp.Common.DBotScore("m", "custom", score=2)
    custom = csp.Common.CustomIndicator("Mutex", "m", score, {"os": "windows"}, "Mutex")
    assert custom.to_context()["Mutex(val.value && val.value == obj.value)"] == {"value": "m", "os": "windows"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"indicator_type": "planet", "score": 1}, "'planet' is not an indicator type"),
        ({"indicator_type": "ip", "score": 7}, "7 is not a score"),
        ({"indicator_type": "ip", "score": 1, "reliability": "Z"}, "'Z' is not a reliability"),
    ],
)
def test_a_score_that_cannot_be_is_refused(csp: ModuleType, given: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        csp.Common.DBotScore("x", **given)


def test_wrong_arguments_of_an_indicator_are_named(csp: ModuleType) -> None:
    with pytest.raises(TypeError, match="IP needs dbot_score"):
        csp.Common.IP("192.0.2.1")
    with pytest.raises(TypeError, match="unknown or repeated argument 'colour'"):
        csp.Common.IP("192.0.2.1", None, colour="red")
    with pytest.raises(ValueError, match="'maybe' is not"):
        csp.Common.Endpoint("g1", is_isolated="maybe")


def test_indicators_of_results_are_gathered_by_path(csp: ModuleType) -> None:
    urls = [csp.Common.URL(f"https://{name}", csp.Common.DBotScore(name, "url", score=0)) for name in "ab"]
    context = csp.CommandResults(indicators=urls).to_context()["EntryContext"]
    assert [item["Data"] for item in context["URL(val.Data && val.Data == obj.Data)"]] == ["https://a", "https://b"]
    assert len(context[SCORE]) == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("192.0.2.1", "IP"),
        ("192.0.2.0/24", "CIDR"),
        ("2001:db8::1", "IPv6"),
        ("2001:db8::/32", "IPv6CIDR"),
        ("a" * 32, "File"),
        ("0" * 64, "File"),
        ("user@a.example", "Email"),
        ("https://a.example/x?y=1", "URL"),
        ("a.example", "Domain"),
        ("*.a.example", "DomainGlob"),
        ("CVE-2024-12345", "CVE"),
        ("no indicator", None),
    ],
)
def test_an_indicator_is_known_by_its_looks(csp: ModuleType, value: str, expected: str | None) -> None:
    assert csp.auto_detect_indicator_type(value) == expected


def test_hashes_addresses_and_macs_are_told_apart(csp: ModuleType) -> None:
    assert [csp.get_hash_type("a" * length) for length in (32, 40, 64, 128, 5)] == [
        "md5",
        "sha1",
        "sha256",
        "sha512",
        "Unknown",
    ]
    assert csp.is_ip_valid("192.0.2.1")
    assert not csp.is_ip_valid("2001:db8::1")
    assert csp.is_ip_valid("2001:db8::1", accept_v6_ips=True)
    assert not csp.is_ip_valid("300.0.2.1", accept_v6_ips=True)
    assert csp.is_mac_address("00:1a:2B:3c:4d:5e")
    assert not csp.is_mac_address("00:1a")


def test_a_reliability_is_known_by_its_letter(csp: ModuleType) -> None:
    from_letter = csp.DBotScoreReliability.get_dbot_score_reliability_from_str
    assert from_letter("A+") == csp.DBotScoreReliability.A_PLUS
    assert from_letter("C - Fairly reliable") == csp.DBotScoreReliability.C
    with pytest.raises(csp.DemistoException, match="'Z' is not a source reliability"):
        from_letter("Z")


def test_a_relationship_has_a_reverse(csp: ModuleType) -> None:
    names = csp.EntityRelationship.Relationships
    assert names.get_reverse(names.RESOLVES_TO) == "resolved-from"
    assert names.get_reverse(names.RELATED_TO) == "related-to"
    assert names.get_reverse("uses") == "used-by"
    assert names.get_reverse("used-by") == "uses"
    with pytest.raises(ValueError, match="'marries' is not a relationship"):
        csp.EntityRelationship("marries", "a", "Domain", "b", "IP")


def test_an_unknown_indicator_has_a_result_of_its_own(csp: ModuleType) -> None:
    results = csp.create_indicator_result_with_dbotscore_unknown("a" * 64, "file", "C - Fairly reliable")
    entry = results.to_context()
    assert "Not found" in entry["HumanReadable"]
    assert entry["EntryContext"][SCORE][0] == {
        "Indicator": "a" * 64,
        "Type": "file",
        "Vendor": "Brand",
        "Score": 0,
        "Reliability": "C - Fairly reliable",
        "Message": "No results found.",
    }


def test_indicators_are_searched_page_by_page(csp: ModuleType, demisto: Demisto) -> None:
    demisto.indicators = [{"id": number} for number in range(7)]
    pages = [[item["id"] for item in page["iocs"]] for page in csp.IndicatorsSearcher(size=3)]
    assert pages == [[0, 1, 2], [3, 4, 5], [6]]
    limited = [len(page["iocs"]) for page in csp.IndicatorsSearcher(size=3, limit=5)]
    assert limited == [3, 2]


@pytest.mark.parametrize(("name", "length"), [("md5", 32), ("sha1", 40), ("sha256", 64), ("sha512", 128)])
def test_patterns_of_hashes_find_their_own_length_alone(csp: ModuleType, name: str, length: int) -> None:
    own, pattern = "0aF9" * (length // 4), getattr(csp, f"{name}Regex")
    assert pattern.findall(f"<{own}> {own}0") == [own]
    assert re.match(pattern, own)
    assert not pattern.match(own[1:])
    assert re.fullmatch(csp.hashRegex, own)
    assert not re.search(csp.hashRegex, own[1:])


@pytest.mark.parametrize(
    "address",
    [
        *(
            "2001:db8::1",
            "::1",
            "::",
            "1::",
            "1:2:3:4:5:6:7:8",
            "fe80::1:2:3",
            "1::8",
            "1:2:3:4:5:6::8",
            "::2:3:4:5:6:7:8",
        ),
        *("1:2:3:4:5:6:7::", "2001:DB8:0:0::abcd"),
    ],
)
def test_the_pattern_of_ipv6_takes_whole_addresses(csp: ModuleType, address: str) -> None:
    ipaddress.IPv6Address(address)
    assert re.fullmatch(csp.ipv6Regex, address)
    for said in (f"[{address}] is up", f"Ask {address}."):
        assert [hit[0] for hit in re.finditer(csp.ipv6Regex, said)] == [address]
    assert re.fullmatch(csp.ipv6cidrRegex, f"{address}/64")
    assert not re.match(csp.ipv6cidrRegex, address)


@pytest.mark.parametrize(
    "text",
    ["1:2:3", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::1", "g::1", "192.0.2.1", ":1", "10:30:59", "aa:bb:cc:dd:ee:ff"],
)
def test_the_pattern_of_ipv6_takes_nothing_else(csp: ModuleType, text: str) -> None:
    assert not re.search(csp.ipv6Regex, text)
    assert not re.search(csp.ipv6cidrRegex, f"{text}/64")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("in 10.0.0.0/8, or so", "10.0.0.0/8"),
        ("10.0.0.1/33", None),
        ("10.0.0.1", None),
        ("2001:db8::/129", None),
        ("2001:db8::/128", "2001:db8::/128"),
    ],
)
def test_patterns_of_networks_want_a_length_that_there_is(csp: ModuleType, text: str, found: str | None) -> None:
    hit = re.search(csp.ipv4cidrRegex, text) or re.search(csp.ipv6cidrRegex, text)
    assert (hit and hit[0]) == found
