from warroom.testing.turns import MemoryTurns


async def test_a_turn_is_free_unless_another_process_has_it() -> None:
    turns = MemoryTurns()
    async with turns.turn("mirror i1") as is_mine:
        assert is_mine
    turns.elsewhere.add("mirror i1")
    async with turns.turn("mirror i1") as is_mine, turns.turn("mirror i2") as is_mine_too:
        assert (is_mine, is_mine_too) == (False, True)
