from datetime import timedelta
from pathlib import Path

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.indicator_type import IndicatorType
from warroom.content.pack import Pack
from warroom.model.errors import InvalidInputError
from warroom.services.indicators.known_types import KnownTypes, known_types


def with_types(*types: IndicatorType) -> KnownTypes:
    pack = Pack(id="p", name="p", version="1", path=Path("p"), indicator_types={one.id: one for one in types})
    return KnownTypes(Catalogue([pack]))


BADGE = IndicatorType(id="badgeRep", name="Badge", regex=r"\bB-[0-9]+\b", command="badge", expires_after=60)


def test_types_of_packs_are_found_in_text_and_have_their_own_time() -> None:
    types = with_types(BADGE)
    assert types.extract("B-7 and B-7 and 1.2.3.4") == {"IP": ["1.2.3.4"], "Badge": ["B-7"]}
    assert types.named("badgerep").lasts == timedelta(hours=1)
    assert types.named("Badge").reputation == ("badge",)


def test_a_system_type_keeps_its_pattern_and_takes_the_rest_from_the_pack() -> None:
    types = with_types(IndicatorType(id="ipRep", name="IP", regex="x+", scripts=("IPReputation",), expires_after=0))
    assert types.extract("xx 1.2.3.4") == {"IP": ["1.2.3.4"]}
    assert (types.named("IP").lasts, types.named("IP").reputation) == (None, ("ip", "IPReputation"))
    assert KnownTypes(Catalogue([])).named("IP").lasts == timedelta(days=7)


def test_a_type_that_is_off_is_not_looked_for_but_an_old_name_of_one_does_not_switch_it_off() -> None:
    off = with_types(IndicatorType(id="cveRep", name="CVE", disabled=True))
    assert off.extract("CVE-2021-44228") == {}
    old = with_types(
        IndicatorType(id="unifiedFileRep", name="File"), IndicatorType(id="hashRep", name="File MD5", disabled=True)
    )
    assert old.extract("d41d8cd98f00b204e9800998ecf8427e")["File"]


def test_an_unusable_regex_finds_nothing() -> None:
    assert with_types(IndicatorType(id="x", name="X", regex="(")).extract("(") == {}


@pytest.mark.parametrize(
    ("written", "name"),
    [("ip", "IP"), ("File SHA-256", "File"), ("hostname", "Host"), ("Domain ", "Domain"), ("cveRep", "CVE")],
)
def test_types_have_several_names(written: str, name: str) -> None:
    assert known_types(Catalogue([])).named(written).name == name


def test_an_unknown_type_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(InvalidInputError, match=r"There is no indicator type 'Ip adress'. Use one of IP, CIDR"):
        with_types().named("Ip adress")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("1.2.3.4", "IP"),
        ("10.0.0.0/8", "CIDR"),
        ("http://a.example.com/b", "URL"),
        ("ana@example.com", "Email"),
        ("cve-2020-1234", "CVE"),
        ("GetIndicator-Test.com", "Domain"),
        ("B-7", "Badge"),
        ("something", None),
        ("see 1.2.3.4", None),
    ],
)
def test_the_type_of_a_value_is_seen(value: str, name: str | None) -> None:
    found = with_types(BADGE).of_value(value)
    assert (found and found.name) == name


def test_the_types_of_a_catalogue_are_put_together_once() -> None:
    catalogue = Catalogue([])
    assert known_types(catalogue) is known_types(catalogue)
