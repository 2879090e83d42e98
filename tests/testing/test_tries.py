from warroom.services.ports.tries import Count
from warroom.testing.clock import START
from warroom.testing.tries import MemoryTries


async def test_what_is_kept_replaces_what_was_there() -> None:
    tries = MemoryTries()
    for wrong in (1, 2):
        await tries.keep([Count(origin="a", wrong=wrong, since=START, last=START, until=START)], ["b"])
    assert [count.wrong for count in await tries.all()] == [2]
