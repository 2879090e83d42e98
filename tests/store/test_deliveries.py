"""What is remembered of messages, on every store."""

from dataclasses import replace
from datetime import timedelta

from warroom.services.ports.notices import Delivery, Sent
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ONE = Delivery(id="a", to="mailto:soc@example.com", title="T", state=Sent.BEGUN, tries=1, at=START)


async def test_a_message_is_remembered_as_it_stands_last(store: MemoryStore | SqlStore) -> None:
    later = START + timedelta(seconds=10)
    await store.deliveries.save(ONE)
    await store.deliveries.save(replace(ONE, state=Sent.WAITING, at=later, error="It is full."))
    await store.deliveries.save(replace(ONE, id="b"))
    assert [(one.id, one.state, one.error) for one in await store.deliveries.all()] == [
        ("b", Sent.BEGUN, ""),
        ("a", Sent.WAITING, "It is full."),
    ]


async def test_what_ended_long_ago_is_forgotten_and_what_is_tried_again_is_not(store: MemoryStore | SqlStore) -> None:
    for name, state in (("a", Sent.SENT), ("b", Sent.WAITING), ("c", Sent.REFUSED)):
        await store.deliveries.save(replace(ONE, id=name, state=state))
    await store.deliveries.save(replace(ONE, id="d", state=Sent.SENT, at=START + timedelta(days=2)))
    await store.deliveries.forget(START + timedelta(days=1))
    assert [one.id for one in await store.deliveries.all()] == ["b", "d"]
