"""What the store in memory promises about seals is asked of every store in tests/store/test_seals.py."""

from warroom.model.event import Event
from warroom.testing.clock import START
from warroom.testing.seals import MemorySeals, row_of

EVENT = Event(sequence=1, at=START, incident=None, kind="fetch", actor="DBot", payload={"incidents": 2})


async def test_it_looks_at_the_events_of_its_store() -> None:
    seals = MemorySeals(lambda: [EVENT])
    assert await seals.rows(0, 10) == [row_of(EVENT)]
    assert (row_of(EVENT).body, row_of(EVENT).incident) == ('[1, {"payload": {"incidents": 2}}]', None)
    assert await seals.remove_events(1, 1) == 1
    assert await seals.rows(0, 10) == []
    assert await seals.counted() == 1
