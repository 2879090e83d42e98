from warroom.testing.locks import MemoryLocks


async def test_a_turn_is_free_unless_another_process_has_it() -> None:
    locks = MemoryLocks()
    async with locks.hold("mirror i1") as is_mine:
        assert is_mine
    locks.elsewhere.add("mirror i1")
    async with locks.hold("mirror i1") as is_mine, locks.hold("mirror i2") as is_mine_too:
        assert (is_mine, is_mine_too) == (False, True)
