"""What is remembered of messages, on every store."""

from dataclasses import replace
from datetime import timedelta

from warroom.services.ports.notices import Delivery, Sent
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ONE = Delivery(id="a", to="mailto:soc@example.com", title="T", state=Sent.STARTED, tries=1, at=START)


async def test_a_message_is_remembered_as_it_stands_last(store: MemoryStore | SqlStore) -> None:
    later = START + timedelta(seconds=10)
    await store.deliveries.save([ONE])
    await store.deliveries.save([replace(ONE, state=Sent.WAITING, at=later, error="It is full.")])
    await store.deliveries.save([replace(ONE, id="b")])
    assert [(one.id, one.state, one.error) for one in await store.deliveries.all()] == [
        ("b", Sent.STARTED, ""),
        ("a", Sent.WAITING, "It is full."),
    ]


async def test_what_went_in_one_message_is_known_by_it(store: MemoryStore | SqlStore) -> None:
    together = [replace(ONE, id=str(number), message="m", address="soc") for number in range(300)]
    await store.deliveries.save([*together, replace(ONE, id="alone")])
    found = {one.id: (one.message, one.address) for one in await store.deliveries.all()}
    assert len(found) == 301
    assert (found["299"], found["alone"]) == (("m", "soc"), ("alone", ""))


async def test_what_is_forgotten_is_gone_and_the_rest_is_not(store: MemoryStore | SqlStore) -> None:
    await store.deliveries.save([replace(ONE, id=name) for name in ("a", "b", "c", "d")])
    await store.deliveries.forget(["a", "c", "nowhere"])
    assert [one.id for one in await store.deliveries.all()] == ["b", "d"]
