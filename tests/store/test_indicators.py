"""Indicators on every store."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Indicator, Relationship, SourceScore, Verdict
from warroom.services.ports.indicators import Exclusion, IndicatorQuery, IndicatorSort, mark_of
from warroom.services.ports.store import Store
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator

WHOLE = an_indicator(
    "Evil.example.com",
    score=Verdict.BAD,
    scores=(SourceScore(source="VT", score=Verdict.BAD, reliability="A", at=START, brand="VirusTotal"),),
    custom_fields={"tags": ["c2"], "asn": "AS1"},
    relationships=(Relationship(name="resolves-to", reverse="resolved-from", value="1.2.3.4", type="IP"),),
    incidents=(IncidentId("3"), IncidentId("12")),
    expires=START + timedelta(days=1),
    source="VT",
)


SECOND = timedelta(seconds=1)


async def put(store: Store, *indicators: Indicator) -> None:
    await store.indicators.change([one.id for one in indicators], lambda _: indicators, "ana", START)


async def values(store: Store, **query: object) -> list[str]:
    found = await store.indicators.indicators(IndicatorQuery(**query))  # type: ignore[arg-type]  # as the test names them
    return [one.value for one in found]


async def test_an_indicator_is_kept_whole(store: Store) -> None:
    await put(store, WHOLE)
    assert list(await store.indicators.indicators(IndicatorQuery())) == [WHOLE]


async def test_it_is_found_by_each_filter(store: Store) -> None:
    other = an_indicator("10.0.0.1", "IP", incidents=(IncidentId("12"),))
    await put(store, WHOLE, other)
    assert await values(store, value="evil.EXAMPLE.com ") == ["Evil.example.com"]
    assert await values(store, text="EXAMPLE") == ["Evil.example.com"]
    assert await values(store, text="%") == []
    assert await values(store, type="IP") == ["10.0.0.1"]
    assert await values(store, score=Verdict.BAD) == ["Evil.example.com"]
    assert await values(store, incident=IncidentId("3")) == ["Evil.example.com"]
    assert await values(store, id=other.id) == ["10.0.0.1"]
    assert await store.indicators.count(IndicatorQuery(incident=IncidentId("12"))) == 2
    assert await store.indicators.count(IndicatorQuery(type="URL")) == 0


@pytest.mark.parametrize("sort", list(IndicatorSort))
async def test_pages_hold_each_one_once(store: Store, sort: IndicatorSort) -> None:
    many = [
        an_indicator(f"h{n}.example.com", created=START + n // 3 * SECOND, last_seen=START - n // 2 * SECOND)
        for n in range(25)
    ]
    await put(store, *many)
    found: list[Indicator] = []
    page = await store.indicators.indicators(IndicatorQuery(sort=sort, limit=10))
    while page:
        found += page
        page = await store.indicators.indicators(IndicatorQuery(sort=sort, limit=10, after=mark_of(page[-1], sort)))
    marks = [(mark_of(one, sort).at, one.id) for one in found]
    assert (len(set(marks)), marks) == (25, sorted(marks, reverse=True))


async def test_of_many_changes_at_once_each_counts(store: Store) -> None:
    await put(store, an_indicator())

    def one_more(known: Mapping[IndicatorId, Indicator]) -> list[Indicator]:
        (held,) = known.values()
        return [replace(held, custom_fields={"count": int(held.custom_fields.get("count", 0)) + 1})]

    await asyncio.gather(*(store.indicators.change([an_indicator().id], one_more, "ana", START) for _ in range(30)))
    (held,) = await store.indicators.indicators(IndicatorQuery())
    assert held.custom_fields == {"count": 30}


async def test_a_change_that_is_refused_changes_nothing(store: Store) -> None:
    def refuse(known: Mapping[IndicatorId, Indicator]) -> list[Indicator]:
        raise InvalidInputError(f"There are {len(known)}.")

    with pytest.raises(InvalidInputError, match=r"There are 0\."):
        await store.indicators.change([WHOLE.id], refuse, "ana", START)
    assert (await values(store), await store.events()) == ([], [])


async def test_incidents_are_added_and_taken_away(store: Store) -> None:
    await put(store, WHOLE)
    await put(store, replace(WHOLE, incidents=(IncidentId("3"), IncidentId("40"))))
    (held,) = await store.indicators.indicators(IndicatorQuery())
    assert held.incidents == ("3", "40")
    assert await values(store, incident=IncidentId("12")) == []


async def test_what_is_removed_is_gone_with_its_incidents(store: Store) -> None:
    await put(store, WHOLE, an_indicator("10.0.0.1", "IP"))
    assert await store.indicators.remove([WHOLE.id, IndicatorId("nowhere")], "ana", START) == 1
    assert await values(store) == ["10.0.0.1"]
    await put(store, replace(WHOLE, incidents=()))
    assert await values(store, incident=IncidentId("3")) == []


async def test_the_event_log_tells_of_each_change(store: Store) -> None:
    await put(store, WHOLE)
    await put(store, WHOLE)
    await store.indicators.remove([WHOLE.id], "bob", START)
    events = await store.events()
    assert [(one.kind, one.actor, one.payload["change"], one.payload["value"]) for one in events] == [
        ("indicator", "ana", "created", "Evil.example.com"),
        ("indicator", "ana", "updated", "Evil.example.com"),
        ("indicator", "bob", "removed", "Evil.example.com"),
    ]


async def test_excluded_values_are_kept_by_value_and_type(store: Store) -> None:
    one = Exclusion(value="Example.com", type="Domain", reason="ours", actor="ana", at=START)
    every = replace(one, value="10.0.0.1", type="")
    await store.indicators.exclude([one, every])
    await store.indicators.exclude([replace(one, value="example.COM", reason="still ours")])
    assert list(await store.indicators.exclusions()) == [every, replace(one, value="example.COM", reason="still ours")]
    assert [event.payload["change"] for event in await store.events()] == ["excluded"] * 3


async def test_hostile_values_are_kept_to_the_letter(store: Store) -> None:
    strange = an_indicator("a\0b\ud800'; DROP TABLE indicator;--", "URL", custom_fields={"x": "\0"})
    await put(store, strange)
    (held,) = await store.indicators.indicators(IndicatorQuery(value=strange.value))
    assert (held.value, held.custom_fields) == (strange.value, {"x": "\0"})
