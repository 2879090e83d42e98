"""Pausing and resuming, as an admin does it."""

import pytest

from tests.services.approvals.approval_world import EVE, approval_world, isolating
from tests.services.stop import Stop
from warroom.model.errors import ConflictError, NotFoundError


async def test_a_second_pause_changes_nothing_and_says_who_was_first() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    assert (await stop.pause(reason="First.")).is_new
    again = await stop.pause(reason="Second.")
    assert (again.is_new, again.halt.reason) == (False, "First.")


async def test_an_instance_that_is_not_there_is_named_with_those_that_are() -> None:
    approvals = await approval_world(instances=("acme", "beta"))
    with pytest.raises(NotFoundError, match=r"There is no instance 'acne'\. There are: acme, beta\."):
        await Stop.of(approvals).pause("acne")
    assert list(await approvals.world.store.halts.all()) == []


async def test_what_is_not_paused_cannot_be_resumed_and_what_is_is_named() -> None:
    approvals = await approval_world(instances=("acme",))
    stop = Stop.of(approvals)
    with pytest.raises(ConflictError, match=r"^Nothing is paused, so there is nothing to resume\.$"):
        await stop.pausing.resume("", "", EVE)
    await stop.pause("acme")
    said = r"There is no pause of everything: instance 'acme' is paused, `warroom resume --instance acme` ends that\."
    with pytest.raises(ConflictError, match=said):
        await stop.pausing.resume("", "", EVE)
    await stop.pausing.resume("Acme", "Over.", EVE)
    assert list(await stop.pausing.halts(EVE)) == []


async def test_an_instance_that_was_removed_meanwhile_can_still_be_resumed() -> None:
    approvals = await approval_world(instances=("acme",))
    stop = Stop.of(approvals)
    await stop.pause("acme")
    (instance,) = await approvals.world.journal.instances()
    await approvals.world.journal.remove_instance(instance.id, "eve", approvals.world.clock.now())
    await stop.pausing.resume("acme", "", EVE)
    assert list(await stop.pausing.halts(EVE)) == []


async def test_who_paused_and_resumed_and_why_stands_in_the_event_log() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause(reason=" Wrong hosts. ")
    await stop.pausing.resume("", "It was the list.", EVE)
    told = [event for event in await approvals.world.store.events() if event.kind == "halt"]
    assert [(event.actor, event.payload["change"], event.payload["reason"]) for event in told] == [
        ("eve", "paused", "Wrong hosts."),
        ("eve", "resumed", "It was the list."),
    ]


async def test_only_plans_that_were_held_are_queued() -> None:
    approvals = await approval_world(instances=("lab-1",))
    stop = Stop.of(approvals)
    await approvals.started(isolating("before"))
    await stop.pause()
    held = await approvals.started(isolating("held"))
    await stop.pausing.resume("", "", EVE)
    assert [job.target for job in stop.jobs.waiting] == [held.id]
