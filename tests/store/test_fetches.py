from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.instance import IntegrationInstance
from warroom.services.ports.fetches import (
    DroppedMark,
    DroppedQuery,
    FetchState,
    FetchStep,
    Linked,
    SetAside,
    StormKey,
    Untaken,
)
from warroom.services.ports.store import Changes, Store
from warroom.testing.clock import START

LAB = InstanceId("id-lab")
ASIDE = SetAside(
    id="0123456789ab", instance=LAB, instance_name="lab", what="WB-1", why="It is too large.", at=START, size=41_943_040
)
STATE = FetchState(
    instance=LAB,
    since=START,
    brought=START + timedelta(microseconds=1),
    failing_since=START + timedelta(hours=1),
    failures=3,
    error="429",
)


async def keep(store: Store, step: FetchStep) -> None:
    await store.commit(Changes(actor="fetch", at=START, fetch=step))


async def test_a_record_that_is_set_aside_is_kept_with_its_text_until_it_is_settled(store: Store) -> None:
    record = '{"id": "WB-1", "odd": "\0\ud800"}' + "x" * 100_000
    later = replace(ASIDE, id="1", at=START + timedelta(seconds=1), what="one with half a pair \ud800")
    await keep(store, FetchStep(untaken=[Untaken(aside=later, record=""), Untaken(aside=ASIDE, record=record)]))
    assert [aside.id for aside in await store.set_aside()] == [ASIDE.id, "1"]
    assert await store.untaken(ASIDE.id) == Untaken(aside=ASIDE, record=record)
    await keep(store, FetchStep(settled=[ASIDE]))
    assert [aside.id for aside in await store.set_aside()] == ["1"]
    with pytest.raises(NotFoundError, match="No record 0123456789ab is set aside"):
        await store.untaken(ASIDE.id)


async def test_a_record_is_settled_once_and_the_second_commit_changes_nothing(store: Store) -> None:
    await keep(store, FetchStep(untaken=[Untaken(aside=ASIDE, record="{}")]))
    await keep(store, FetchStep(settled=[ASIDE]))
    with pytest.raises(ConflictError, match="Record 0123456789ab was taken or dropped meanwhile"):
        await keep(store, FetchStep(settled=[ASIDE], state=STATE))
    assert await store.fetch_states() == {}
    await keep(store, FetchStep(untaken=[Untaken(aside=ASIDE, record="{}")]))  # it came again
    await keep(store, FetchStep(settled=[ASIDE]))
    assert await store.set_aside() == []


async def test_a_record_that_is_set_aside_twice_is_kept_once(store: Store) -> None:
    for why in ("once", "twice"):
        await keep(store, FetchStep(untaken=[Untaken(aside=replace(ASIDE, why=why), record="{}")]))
    (aside,) = await store.set_aside()
    assert aside.why == "twice"


async def test_how_an_instance_fetches_is_kept_and_goes_with_the_instance(store: Store) -> None:
    await store.save_instance(IntegrationInstance(id=LAB, name="lab", integration="Lab"), "ana", START)
    assert await store.fetch_states() == {}
    await keep(store, FetchStep(state=FetchState(instance=LAB, since=START)))
    assert await store.fetch_states() == {LAB: FetchState(instance=LAB, since=START)}
    await keep(store, FetchStep(state=STATE))
    assert await store.fetch_states() == {LAB: STATE}
    await store.remove_instance(LAB, "ana", START)
    assert await store.fetch_states() == {}


async def test_the_event_log_tells_what_was_set_aside_and_when_fetching_began_to_fail(store: Store) -> None:
    await keep(store, FetchStep(untaken=[Untaken(aside=ASIDE, record="{}")]))
    await keep(store, FetchStep(state=replace(STATE, failures=1)))
    await keep(store, FetchStep(state=STATE))
    await keep(store, FetchStep(settled=[ASIDE]))
    told = [(event.kind, event.payload) for event in await store.events()]
    assert told == [
        ("set aside", {"id": ASIDE.id, "instance": LAB, "change": "set aside", "what": "WB-1"}),
        ("fetch state", {"instance": LAB, "error": "429"}),
        ("set aside", {"id": ASIDE.id, "instance": LAB, "change": "settled", "what": "WB-1"}),
    ]


async def test_linked_records_and_what_leads_to_an_incident_are_kept(store: Store) -> None:
    one, two = IncidentId("1"), IncidentId("2")
    odd = "WB-\0\ud800"
    linked = [Linked(source=LAB, remote=remote, incident=one, at=START) for remote in ("WB-1", odd)]
    keys = [StormKey(key="a", incident=one, at=START), StormKey(key="b", incident=two, at=START + timedelta(hours=1))]
    await keep(store, FetchStep(linked=linked, storm_keys=keys))
    assert await store.linked_records(LAB, ["WB-1", odd, "WB-9"]) == {"WB-1": one, odd: one}
    assert await store.linked_records(InstanceId("other"), ["WB-1"]) == {}
    assert await store.storm_leaders(["a", "b", "c"], START) == {"a": one, "b": two}
    assert await store.storm_leaders(["a", "b"], START + timedelta(seconds=1)) == {"b": two}
    await keep(store, FetchStep(storm_keys=[StormKey(key="a", incident=two, at=START)]))
    assert await store.storm_leaders(["a"], START) == {"a": two}
    await keep(store, FetchStep(forget_before=START + timedelta(seconds=1)))
    assert await store.storm_leaders(["a", "b"], START) == {"b": two}, "What was forgotten is gone for good."


async def test_a_record_that_a_rule_dropped_is_kept_apart_counted_and_forgotten_in_time(store: Store) -> None:
    odd = "WB-\0\ud800"
    dropped = [
        replace(ASIDE, id=str(number), rule="Quiet", remote=remote, at=START + timedelta(days=number))
        for number, remote in enumerate(("WB-1", "WB-2", odd, ""))
    ]
    other = replace(ASIDE, id="9", instance=InstanceId("other"), rule="Loud", remote="WB-1")
    untaken = [Untaken(aside=aside, record=f"{aside.id} \0\ud800") for aside in (*dropped, other, ASIDE)]
    await keep(store, FetchStep(untaken=untaken))
    assert [aside.id for aside in await store.set_aside()] == [ASIDE.id]
    assert [aside.id for aside in await store.dropped(DroppedQuery(limit=3))] == ["3", "2", "1"]
    assert await store.dropped_counts() == {(LAB, "Quiet"): 4, ("other", "Loud"): 1}
    assert await store.dropped_records(LAB, ["WB-1", odd, "WB-9"]) == {"WB-1": "Quiet", odd: "Quiet"}
    assert (await store.untaken("2")).record == "2 \0\ud800"
    await keep(store, FetchStep(forget_dropped=START + timedelta(days=2)))
    assert [aside.id for aside in await store.dropped(DroppedQuery(limit=9))] == ["3", "2"]
    assert [aside.id for aside in await store.set_aside()] == [ASIDE.id], "What could not be taken stays."


async def test_the_event_log_tells_which_rule_dropped_a_record_and_that_it_was_taken(store: Store) -> None:
    dropped = replace(ASIDE, rule="Quiet", remote="WB-1")
    await keep(store, FetchStep(untaken=[Untaken(aside=dropped, record="{}")]))
    await keep(store, FetchStep(settled=[dropped]))
    told = [(event.payload["change"], event.payload["rule"]) for event in await store.events()]
    assert told == [("dropped", "Quiet"), ("settled", "Quiet")]


async def test_dropped_records_are_paged_by_time_and_id_and_of_one_instance(store: Store) -> None:
    odd = "lab \0\ud800"
    times = [START + timedelta(hours=number // 3) for number in range(8)]  # three at a time
    asides = [
        replace(ASIDE, id=f"{number:012}", at=at, rule="Quiet", instance_name=odd if number % 2 else "lab")
        for number, at in enumerate(times)
    ]
    await keep(store, FetchStep(untaken=[Untaken(aside=aside, record=aside.id) for aside in (*asides, ASIDE)]))
    found: list[SetAside] = []
    query = DroppedQuery(limit=3)
    while page := await store.dropped(query):
        found += page
        query = replace(query, before=DroppedMark(at=page[-1].at, id=page[-1].id))
    assert [aside.id for aside in found] == [aside.id for aside in reversed(asides)]
    of_odd = await store.dropped(DroppedQuery(instance_name=odd, before=DroppedMark(at=asides[7].at, id=asides[7].id)))
    assert [aside.id for aside in of_odd] == [asides[number].id for number in (5, 3, 1)]
    assert await store.dropped(DroppedQuery(instance_name="none")) == []
