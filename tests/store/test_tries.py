"""Counts of wrong passwords, on every store."""

from dataclasses import replace
from datetime import timedelta

from warroom.services.ports.tries import SEVERAL, Count
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore

ONE = Count(origin="192.0.2.7", wrong=5, name="ana", since=START, last=START, until=START + timedelta(seconds=5))
LATER = START + timedelta(seconds=10)


async def test_a_count_is_kept_as_it_stands_last(store: MemoryStore | SqlStore) -> None:
    other = replace(ONE, origin="2001:db8::/64", name=SEVERAL, last=LATER)
    now = replace(ONE, wrong=6, turned_away=3)
    await store.tries.keep([other, ONE], [])
    await store.tries.keep([now], [])
    assert await store.tries.all() == [now, other]


async def test_what_is_gone_is_forgotten(store: MemoryStore | SqlStore) -> None:
    await store.tries.keep([ONE, replace(ONE, origin="b")], [])
    await store.tries.keep([], [ONE.origin, "never there"])
    assert [count.origin for count in await store.tries.all()] == ["b"]
