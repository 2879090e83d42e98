"""What results say of indicators, when they are written."""

import pytest

from tests.services.execution.built_in import CATALOGUE, INCIDENT, a_call
from warroom.model.json import Json, JsonObject
from warroom.services.commands.library import Library
from warroom.services.execution.results import error_entry, normalise
from warroom.services.execution.scoring import note_scores
from warroom.services.indicators.indicators import Indicators
from warroom.services.ports.indicators import IndicatorQuery
from warroom.testing.clock import START, ManualClock
from warroom.testing.store import MemoryStore

KEY = "DBotScore(val.Indicator && val.Indicator == obj.Indicator && val.Vendor == obj.Vendor && val.Type == obj.Type)"


def score(value: str, kind: str, number: Json, vendor: str = "VT", **more: Json) -> JsonObject:
    return {"Indicator": value, "Type": kind, "Vendor": vendor, "Score": number, **more}


async def noted(context: JsonObject, **entry: Json) -> dict[str, tuple[str, int, list[str]]]:
    store = MemoryStore()
    indicators = Indicators(store, ManualClock(START), Library(CATALOGUE, store))
    raws = normalise([{"Type": 1, "ContentsFormat": "json", "Contents": {}, "EntryContext": context, **entry}])
    await note_scores(indicators, a_call("ip"), raws)
    await note_scores(indicators, a_call("ip"), raws)
    held = await store.indicators.indicators(IndicatorQuery())
    assert all(one.incidents == (INCIDENT.id,) for one in held)
    return {one.value: (one.type, int(one.score), [said.source for said in one.scores]) for one in held}


@pytest.mark.parametrize("key", ["DBotScore", KEY])
async def test_a_score_is_stored_as_its_vendors(key: str) -> None:
    assert await noted({key: score("1.2.3.4", "ip", 3)}) == {"1.2.3.4": ("IP", 3, ["VT"])}
    both = [score("a.example.com", "domain", 2, "A"), score("a.example.com", "domain", 1, "B")]
    assert await noted({key: both}) == {"a.example.com": ("Domain", 2, ["A", "B"])}


async def test_the_most_reliable_vendor_decides() -> None:
    said = [
        score("a.example.com", "domain", 3, "A", Reliability="C - Fairly reliable"),
        score("a.example.com", "domain", 1, "B", Reliability="A - Completely reliable"),
    ]
    assert await noted({KEY: said}) == {"a.example.com": ("Domain", 1, ["A", "B"])}


async def test_an_address_of_version_6_and_a_custom_type_are_seen_by_their_values() -> None:
    said = [score("2001:db8::1", "ip", 1), score("ana@example.com", "custom", 2), score("thing", "custom", 2)]
    assert await noted({KEY: said}) == {"2001:db8::1": ("IPv6", 1, ["VT"]), "ana@example.com": ("Email", 2, ["VT"])}


@pytest.mark.parametrize(
    "said", ["x", None, [1], {}, score("", "ip", 1), score("1.2.3.4", "ip", "?"), score("1.2.3.4", "ip", 9)]
)
async def test_what_is_no_score_is_left_out(said: Json) -> None:
    assert await noted({KEY: said, "Other": score("1.2.3.4", "ip", 3)}) == {}


async def test_relationships_of_an_entry_are_stored() -> None:
    related = {"name": "resolves-to", "entityA": "a.example.com", "entityAType": "Domain", "entityB": "1.2.3.4"}
    assert await noted({}, Relationships=[related, {"name": "x"}, "x"]) == {"a.example.com": ("Domain", 0, [])}


async def test_an_error_says_nothing_of_indicators() -> None:
    store = MemoryStore()
    await note_scores(
        Indicators(store, ManualClock(START), Library(CATALOGUE, store)), a_call("ip"), [error_entry("no")]
    )
    assert await store.indicators.count(IndicatorQuery()) == 0
