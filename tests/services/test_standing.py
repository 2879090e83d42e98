"""What stands for long: as the response audit knows it."""

from tests.services.approvals.desk import EVE, Desk, a_desk
from warroom.services.standing import Standings

DAY = 24 * 3600


def standings(desk: Desk, days: float = 7.0) -> Standings:
    undone_by = {"isolate": "wipe"}  # any pair will do
    return Standings(store=desk.world.store, clock=desk.world.clock, days=days, undone_by=undone_by)


async def test_what_nobody_has_undone_is_said_after_so_many_days() -> None:
    desk = await a_desk()
    await desk.typed("!isolate endpoint=WIN-7")
    began = desk.world.clock.now()
    desk.world.clock.advance(7 * DAY)
    assert await standings(desk).long(EVE) == []
    desk.world.clock.advance(60)
    (found,) = await standings(desk).long(EVE)
    assert (found.target, found.since, found.incident) == ("win-7", began, desk.world.incident.id)
    assert found.said.startswith("isolate on win-7 stands since 2026-")
    assert "`!wipe` undoes it" in found.said


async def test_what_was_undone_is_not_said_and_what_was_done_again_is() -> None:
    desk = await a_desk()
    for text in ("!isolate endpoint=A,B", "!wipe endpoint=a", "!isolate endpoint=C", "!wipe endpoint=C"):
        await desk.typed(text)
        desk.world.clock.advance(60)
    await desk.typed("!isolate endpoint=C")
    desk.world.clock.advance(8 * DAY)
    assert sorted(found.target for found in await standings(desk).long(EVE)) == ["b", "c"]


async def test_what_failed_does_not_stand_and_no_days_say_nothing() -> None:
    desk = await a_desk(isolate=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "no"}])
    await desk.typed("!isolate endpoint=A")
    desk.world.clock.advance(30 * DAY)
    assert await standings(desk).long(EVE) == []
    good = await a_desk()
    await good.typed("!isolate endpoint=A")
    good.world.clock.advance(30 * DAY)
    assert await standings(good, days=0).long(EVE) == []
    assert len(await standings(good).long(EVE)) == 1
