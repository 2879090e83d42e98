"""Which incidents of a storm have a key in common."""

from dataclasses import replace
from typing import Any

import pytest

from warroom.mapping.storm import StormRule, storm_keys
from warroom.model.json import Json
from warroom.testing.samples import an_incident

RULE = StormRule(minutes=60)
NAMELESS: tuple[dict[str, Json], ...] = (
    {"visiononemodel": ""},
    {"visiononemodel": None},
    {"visiononeendpointguids": [" "]},
)


def keys(rule: StormRule = RULE, source: str = "one", **fields: Json) -> set[str]:
    known: dict[str, Any] = {"visiononemodel": "Dump", "visiononeendpointguids": ["g1"], **fields}
    return set(storm_keys(replace(an_incident(), source_id=source, custom_fields=known), rule))


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"visiononeendpointguids": ["g1", "g2"]},
        {"visiononeendpointguids": "G1"},
        {"visiononeaccounts": ["ana"]},
    ],
)
def test_the_same_model_on_the_same_host_is_one_storm(other: dict[str, Json]) -> None:
    assert keys() & keys(**other)


def test_the_same_user_on_another_host_is_one_storm() -> None:
    first, second = (keys(visiononeaccounts=["LAB\\ana"], visiononeendpointguids=guid) for guid in ("g1", "g2"))
    assert first & second


@pytest.mark.parametrize(
    "other",
    [
        {"visiononemodel": "Other"},
        {"visiononeendpointguids": ["g2"]},
        {"visiononeendpointguids": [], "visiononeaccounts": ["g1"]},
        {"source": "two"},
    ],
)
def test_another_model_host_or_tenant_is_another_storm(other: Any) -> None:
    assert not keys() & keys(**other)


@pytest.mark.parametrize("fields", NAMELESS)
def test_what_names_no_model_or_nobody_belongs_to_no_storm(fields: dict[str, Json]) -> None:
    assert keys(**fields) == set()


def test_what_belongs_together_is_a_rule() -> None:
    rule = StormRule(minutes=1, same=("severity",), shared=("name",))
    assert keys(rule) == keys(rule, visiononemodel="Other", visiononeendpointguids="g2")
