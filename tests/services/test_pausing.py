"""Pausing and resuming, as an admin does it."""

import pytest

from tests.services.approvals.desk import EVE, a_desk, isolating
from tests.services.stop import Stop
from warroom.model.errors import ConflictError, NotFoundError


async def test_a_second_pause_changes_nothing_and_says_who_was_first() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    assert (await stop.pause(reason="First.")).is_new
    again = await stop.pause(reason="Second.")
    assert (again.is_new, again.halt.reason) == (False, "First.")


async def test_an_instance_that_is_not_there_is_named_with_those_that_are() -> None:
    desk = await a_desk(instances=("acme", "beta"))
    with pytest.raises(NotFoundError, match=r"There is no instance 'acne'\. There are: acme, beta\."):
        await Stop.of(desk).pause("acne")
    assert list(await desk.world.store.halts.all()) == []


async def test_what_is_not_paused_cannot_be_resumed_and_what_is_is_named() -> None:
    desk = await a_desk(instances=("acme",))
    stop = Stop.of(desk)
    with pytest.raises(ConflictError, match=r"^Nothing is paused, so there is nothing to resume\.$"):
        await stop.pausing.resume("", "", EVE)
    await stop.pause("acme")
    said = r"There is no pause of everything: instance 'acme' is paused, `warroom resume --instance acme` ends that\."
    with pytest.raises(ConflictError, match=said):
        await stop.pausing.resume("", "", EVE)
    await stop.pausing.resume("Acme", "Over.", EVE)
    assert list(await stop.pausing.halts(EVE)) == []


async def test_an_instance_that_was_removed_meanwhile_can_still_be_resumed() -> None:
    desk = await a_desk(instances=("acme",))
    stop = Stop.of(desk)
    await stop.pause("acme")
    (instance,) = await desk.world.journal.instances()
    await desk.world.journal.remove_instance(instance.id, "eve", desk.world.clock.now())
    await stop.pausing.resume("acme", "", EVE)
    assert list(await stop.pausing.halts(EVE)) == []


async def test_who_paused_and_resumed_and_why_stands_in_the_event_log() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause(reason=" Wrong hosts. ")
    await stop.pausing.resume("", "It was the list.", EVE)
    told = [event for event in await desk.world.store.events() if event.kind == "halt"]
    assert [(event.actor, event.payload["change"], event.payload["reason"]) for event in told] == [
        ("eve", "paused", "Wrong hosts."),
        ("eve", "resumed", "It was the list."),
    ]


async def test_only_plans_that_were_held_are_queued() -> None:
    desk = await a_desk(instances=("lab-1",))
    stop = Stop.of(desk)
    await desk.started(isolating("before"))
    await stop.pause()
    held = await desk.started(isolating("held"))
    await stop.pausing.resume("", "", EVE)
    assert [leg.target for leg in stop.legs.waiting] == [held.id]
