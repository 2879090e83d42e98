"""One round: in which order, how far it gets, and where the next one begins."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.mirroring.reflection import ONE, Reflection
from tests.services.sources import SOURCE
from warroom.model.ids import IncidentId, InstanceId
from warroom.services.mirroring.mirroring import MIRROR_SECONDS
from warroom.services.ports.runner import Ran
from warroom.testing.clock import START
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_actor

UPDATE, DATA, MODIFIED = "update-remote-system", "get-remote-data", "get-modified-remote-data"


def asked_for(reflection: Reflection, command: str) -> list[str]:
    """The cases that a command was run for, in order."""
    return [str(args.get("id") or args.get("remoteId")) for name, args in reflection.other.asked if name == command]


async def test_what_goes_out_goes_before_anything_comes_in() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    await reflection.good_round()
    assert [name for name, _ in reflection.other.asked] == [UPDATE, MODIFIED, DATA]


async def test_each_round_asks_for_what_has_changed_since_the_one_before() -> None:
    reflection = Reflection()
    await reflection.begin()
    for _ in range(3):
        await reflection.good_round()
    minutes = [START + timedelta(seconds=number * MIRROR_SECONDS) for number in range(3)]
    asked = [args["lastUpdate"] for name, args in reflection.other.asked if name == MODIFIED]
    assert asked == [minute.isoformat() for minute in minutes]
    assert (await reflection.world.store.mirror_run(SOURCE)).value == {"turn": 3}


async def test_a_record_is_asked_for_since_it_was_last_read() -> None:
    reflection = Reflection()
    await reflection.begin()
    for _ in range(2):
        reflection.other.change("WB-1", impact=1)
        await reflection.good_round()
    since = [args["lastUpdate"] for name, args in reflection.other.asked if name == DATA]
    assert since == [START.isoformat(), (START + timedelta(seconds=MIRROR_SECONDS)).isoformat()]


async def test_only_what_has_changed_is_asked_for() -> None:
    reflection = Reflection(alerts=3)
    await reflection.begin()
    reflection.other.change("WB-2", impact=1)
    reflection.other.changed["somebody else's"] = reflection.world.clock.now()
    await reflection.good_round()
    assert asked_for(reflection, DATA) == ["WB-2"]


async def test_an_integration_that_cannot_tell_is_asked_for_each_open_incident() -> None:
    reflection = Reflection(alerts=3)
    await reflection.begin()

    def cannot(_: FakeCode) -> Ran:
        raise NotImplementedError(MODIFIED)

    reflection.world.runner.table[MODIFIED] = cannot
    await reflection.incidents.close(IncidentId("2"), "Other", "", an_actor())
    await reflection.good_round()
    assert asked_for(reflection, DATA) == ["WB-1", "WB-3"]


async def test_when_nobody_can_say_what_changed_nothing_moves() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.good_round()
    reflection.other.fails[MODIFIED] = ["skip update"]
    before = await reflection.world.store.mirror_run(SOURCE)
    reflection.other.change("WB-1", stage="Closed")
    assert (await reflection.round()).error == "get-modified-remote-data: skip update"
    after = await reflection.world.store.mirror_run(SOURCE)
    assert (after.last_update, after.value) == (before.last_update, before.value)
    await reflection.good_round()
    assert await reflection.stage() == "Closed"


async def test_a_rate_limit_ends_the_round_and_the_next_one_goes_on() -> None:
    reflection = Reflection(alerts=4)
    await reflection.begin()
    for number in range(1, 5):
        reflection.other.change(f"WB-{number}", stage="Closed")
    reflection.other.fails[f"{DATA} WB-2"] = ["API rate limit exceeded"]
    assert (await reflection.round()).received == 1
    assert asked_for(reflection, DATA) == ["WB-1", "WB-2"]
    assert (await reflection.good_round()).received == 3


@pytest.mark.parametrize(("command", "field"), [(UPDATE, "sent"), (DATA, "received")])
async def test_after_three_failures_in_a_row_the_rest_waits_and_is_not_held_up_by_them(
    command: str, field: str
) -> None:
    reflection = Reflection(alerts=6)
    await reflection.begin()
    await reflection.good_round()
    for number in range(1, 7):
        if command == UPDATE:
            await reflection.set(IncidentId(str(number)), stage="Closed")
        else:
            reflection.other.change(f"WB-{number}", stage="Closed")
    for number in (1, 2, 3):
        reflection.other.fails[f"{command} WB-{number}"] = ["HTTPError: 404"] * 2
    first = await reflection.round()
    assert (first.error, getattr(first, field)) == (f"Incident 1: {command}: HTTPError: 404 (and 2 more)", 0)
    second = await reflection.round()
    assert (bool(second.error), getattr(second, field)) == (True, 3)
    third = await reflection.good_round()
    assert getattr(third, field) == 3


async def test_changes_of_incidents_that_are_not_mirrored_ask_for_nothing() -> None:
    reflection = Reflection(direction="")
    await reflection.begin()
    await reflection.set(ONE, stage="Closed")
    await reflection.good_round()
    assert reflection.other.asked == []


async def test_an_instance_that_took_the_name_of_a_removed_one_gets_nothing_of_its_incidents() -> None:
    reflection = Reflection()
    await reflection.begin()
    await reflection.set(stage="Closed")
    (removed,) = reflection.world.instances
    newer = replace(removed, id=InstanceId("another-tenant"))
    await reflection.world.journal.remove_instance(removed.id, "test", reflection.world.clock.now())
    await reflection.world.journal.save_instance(newer, "test", reflection.world.clock.now())
    reflection.other.change("WB-2", impact=1)
    reflection.world.clock.advance(MIRROR_SECONDS)
    mirrored = await reflection.mirroring.mirror(newer.id)
    assert (mirrored.sent, mirrored.received, mirrored.error) == (0, 0, "")
    assert asked_for(reflection, UPDATE) == asked_for(reflection, DATA) == []
