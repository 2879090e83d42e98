"""Legs that nobody takes."""

from warroom.durable.unqueued import Unqueued
from warroom.model.plan import Leg


async def test_a_process_that_does_not_serve_queues_nothing() -> None:
    legs = Unqueued()
    await legs.start(_never)
    await legs.enqueue(Leg(kind="plan", target="p1"))
    await legs.stop()


async def _never(_: Leg) -> None:
    raise AssertionError("Nothing is delivered.")
