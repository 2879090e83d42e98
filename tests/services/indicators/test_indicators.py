from datetime import timedelta
from pathlib import Path

import pytest

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField
from warroom.content.pack import Pack
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId, IndicatorId
from warroom.model.indicator import Verdict
from warroom.model.user import Role
from warroom.services.commands.library import Library
from warroom.services.indicators.indicators import Indicators, IndicatorSearch
from warroom.services.indicators.sighting import Sighting
from warroom.testing.clock import START, ManualClock
from warroom.testing.samples import an_actor
from warroom.testing.store import MemoryStore

ANA = an_actor()
READER = an_actor(role=Role.READER)
FIELDS = {
    f"indicator_{kind}": IncidentField(
        id=f"indicator_{kind}", name=kind.title(), cli_name=f"{kind.lower()}field", type=kind
    )
    for kind in ("multiSelect", "boolean", "number", "shortText")
}
PACK = Pack(id="p", name="p", version="1", path=Path("p"), indicator_fields=FIELDS)


def some() -> Indicators:
    return Indicators(store := MemoryStore(), ManualClock(START), Library(Catalogue([PACK]), store))


async def filled(count: int) -> Indicators:
    indicators = some()
    for number in range(count):
        await indicators.record([Sighting(type="Domain", value=f"h{number}.example.com")], "ana")
        assert isinstance(indicators.clock, ManualClock)
        indicators.clock.advance(60)
    return indicators


async def test_pages_follow_each_other_to_the_end_and_each_knows_how_many_there_are() -> None:
    indicators = await filled(5)
    search, found = IndicatorSearch(query="type:Domain", size=2), []
    while True:
        page = await indicators.search(search, ANA)
        found += [one.value for one in page.indicators]
        assert page.total == 5
        if page.next is None:
            break
        search = IndicatorSearch(query="type:Domain", size=2, after=page.next, total=page.total)
    assert found == [f"h{number}.example.com" for number in (4, 3, 2, 1, 0)]


async def test_a_page_has_a_number_too() -> None:
    indicators = await filled(5)
    pages = [await indicators.search(IndicatorSearch(size=2, page=number), ANA) for number in range(4)]
    assert [len(page.indicators) for page in pages] == [2, 2, 1, 0]
    assert [page.next is None for page in pages] == [False, False, True, True]


async def test_a_search_is_by_query_value_and_time() -> None:
    indicators = await filled(3)
    assert (await indicators.search(IndicatorSearch(query="h1*"), ANA)).total == 1
    assert (await indicators.search(IndicatorSearch(value="H2.example.com"), ANA)).total == 1
    assert (await indicators.search(IndicatorSearch(since=START + timedelta(minutes=1)), ANA)).total == 2
    assert (await indicators.search(IndicatorSearch(until=START), ANA)).total == 1
    assert (await indicators.search(IndicatorSearch(incident=IncidentId("1")), ANA)).total == 0


async def test_one_is_shown_by_its_id_and_found_by_its_value() -> None:
    indicators = await filled(1)
    (one,) = await indicators.of_value("H0.example.com", READER)
    assert await indicators.show(one.id, READER) == one
    with pytest.raises(NotFoundError, match="There is no indicator nowhere"):
        await indicators.show(IndicatorId("nowhere"), READER)


async def test_one_that_is_created_again_is_the_same_one() -> None:
    indicators = some()
    first = await indicators.create(Sighting(type="", value="1.2.3.4", fields={"tags": "a,b"}), ANA)
    second = await indicators.create(Sighting(type="ip", value="1.2.3.4", score=Verdict.BAD, is_manual=True), ANA)
    assert (first.type, first.custom_fields, second.id) == ("IP", {"tags": ["a", "b"]}, first.id)
    assert (second.score, second.set_by, second.custom_fields) == (Verdict.BAD, "ana", {"tags": ["a", "b"]})
    assert second.expires == START + timedelta(days=7)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [("", "something", "No type of indicators looks like 'something'"), ("IP", " ", "needs a value"), ("X", "a", "X")],
)
async def test_what_cannot_be_created_is_said(kind: str, value: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        await some().create(Sighting(type=kind, value=value), ANA)


def test_fields_have_values_as_their_types_have_them() -> None:
    given = {"Multiselect": "a, b", "booleanfield": "true", "numberfield": "5", "shorttextfield": "x", "other": "y"}
    assert some().fields_of(given) == {
        "multiselectfield": ["a", "b"], "booleanfield": True, "numberfield": 5, "shorttextfield": "x", "other": "y",
    }  # fmt: skip
    assert some().fields_of({"numberfield": "many"}) == {"numberfield": "many"}


async def test_only_what_is_new_is_recorded_when_that_is_asked_for() -> None:
    indicators = await filled(1)
    seen = [Sighting(type="Domain", value=f"h{n}.example.com", fields={"asn": "1"}) for n in range(2)]
    assert [one.value for one in await indicators.record(seen, "feed", only_new=True)] == ["h1.example.com"]
    (held,) = await indicators.of_value("h0.example.com", ANA)
    assert held.custom_fields == {}


async def test_of_one_value_twice_in_a_batch_both_count() -> None:
    indicators = some()
    seen = [Sighting(type="IP", value="1.2.3.4", fields={name: "1"}) for name in ("a", "b")]
    (one,) = await indicators.record(seen, "feed")
    assert one.custom_fields == {"a": "1", "b": "1"}


async def test_a_verdict_by_hand_has_its_author_and_a_comment() -> None:
    indicators = await filled(1)
    (one,) = await indicators.of_value("h0.example.com", ANA)
    (after,) = await indicators.set_verdict([one.id], Verdict.BAD, ANA, "in the report")
    assert (after.score, after.set_by, after.comments[0].text) == (Verdict.BAD, "ana", "in the report")


async def test_it_expires_and_counts_again() -> None:
    indicators = await filled(1)
    (one,) = await indicators.of_value("h0.example.com", ANA)
    now = indicators.clock.now()
    (gone,) = await indicators.expire([one.id], ANA)
    assert (gone.is_expired(now), gone.expiry_set) == (True, True)
    (back,) = await indicators.unexpire([one.id], ANA)
    assert (back.is_expired(now), back.expires) == (False, now + timedelta(days=14))


async def test_what_is_excluded_is_not_made_again() -> None:
    indicators = await filled(2)
    held = await indicators.of_value("h0.example.com", ANA)
    assert await indicators.remove(held, ANA, reason="ours", excludes=True) == 1
    assert await indicators.extract("h0.example.com h1.example.com") == {"Domain": ["h1.example.com"]}
    assert await indicators.record([Sighting(type="Domain", value="H0.example.com")], "feed") == []
    with pytest.raises(InvalidInputError, match=r"h0.example.com is on the exclusion list"):
        await indicators.create(Sighting(type="Domain", value="h0.example.com"), ANA)
    is_excluded = await indicators.exclusion_test()
    assert (is_excluded("Domain", "h0.example.com"), is_excluded("DomainGlob", "h0.example.com")) == (True, False)


async def test_a_reader_sees_and_changes_nothing() -> None:
    indicators = await filled(1)
    assert (await indicators.search(IndicatorSearch(), READER)).total == 1
    (one,) = await indicators.of_value("h0.example.com", READER)
    for change in (
        indicators.create(Sighting(type="IP", value="1.2.3.4"), READER),
        indicators.set_verdict([one.id], Verdict.BAD, READER),
        indicators.expire([one.id], READER),
        indicators.unexpire([one.id], READER),
        indicators.remove([one], READER),
        indicators.exclude([("a", "")], "", READER),
    ):
        with pytest.raises(ForbiddenError):
            await change
    assert await indicators.show(one.id, READER) == one
