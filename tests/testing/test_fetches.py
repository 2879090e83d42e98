"""What the store keeps of fetches is tested in tests/store, on memory, SQLite and PostgreSQL."""

from warroom.model.ids import InstanceId
from warroom.services.ports.fetches import FetchState, FetchStep
from warroom.testing.clock import START
from warroom.testing.fetches import MemoryFetches
from warroom.testing.samples import some_changes


async def test_a_commit_that_is_not_of_a_fetch_changes_nothing() -> None:
    fetches = MemoryFetches()
    fetches.take_fetch(some_changes())
    assert await fetches.fetch_states() == {}
    state = FetchState(instance=InstanceId("one"), since=START)
    fetches.take_fetch(some_changes(fetch=FetchStep(state=state)))
    assert await fetches.fetch_states() == {state.instance: state}
