from difflib import get_close_matches

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.content.likeness import COMPARED, close_names

NAMES = [f"vendor{number}-{verb}-{noun}" for number in range(40) for verb in ("get", "block") for noun in ("ip", "url")]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("vendor7-blok-ip", "vendor7-block-ip"),
        ("vendor39-get-utl", "vendor39-get-url"),
        ("Vendor1-get-ip", "vendor1-get-ip"),
    ],
)
def test_the_likest_name_comes_first_however_many_there_are(name: str, first: str) -> None:
    assert close_names(name, NAMES)[0] == first


@pytest.mark.parametrize("name", ["", "x", "quite another thing"])
def test_nothing_looks_like_what_is_not_alike(name: str) -> None:
    assert close_names(name, NAMES) == []


@given(st.text("abc-", max_size=6), st.sets(st.text("abc-", min_size=1, max_size=6), max_size=COMPARED))
def test_among_few_names_it_finds_what_difflib_finds(name: str, names: set[str]) -> None:
    assert set(close_names(name, sorted(names))) <= set(get_close_matches(name, sorted(names), n=50, cutoff=0.7))
    assert bool(close_names(name, sorted(names))) == bool(get_close_matches(name, sorted(names), n=1, cutoff=0.7))
