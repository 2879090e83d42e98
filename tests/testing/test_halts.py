from warroom.model.halt import Halt
from warroom.testing.clock import START
from warroom.testing.store import MemoryStore


async def test_halts_in_memory_are_those_of_the_store_that_holds_the_log() -> None:
    store = MemoryStore()
    await store.halts.start(Halt(actor="ana", since=START))
    assert [event.kind for event in await store.events()] == ["halt"]
