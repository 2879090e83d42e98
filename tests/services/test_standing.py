"""What stands for long: as the response audit knows it."""

import pytest

from tests.services.approvals.desk import EVE, Desk, a_desk
from tests.services.world import note
from warroom.services.standing import Standings

DAY = 24 * 3600


def standings(desk: Desk, days: float = 7.0) -> Standings:
    undone_by = {"isolate": "wipe"}  # any pair will do
    world = desk.world
    return Standings(store=world.store, journal=world.journal, clock=world.clock, days=days, undone_by=undone_by)


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


GUID = "5f1c8a90-0000-4000-8000-00000000f1a1"
FIN = {"agentGuid": GUID, "endpointName": {"value": "FIN-LT-9"}, "ip": {"value": ["10.1.2.3"]}}


async def a_desk_that_knows(*hosts: object) -> Desk:
    """Let a read bring what a product says of these hosts into the incident."""
    return await a_desk(read=lambda _: [note("read", Hosts=list(hosts))])


@pytest.mark.parametrize(
    ("done", "undone"),
    [
        (f"endpoint={GUID}", "endpoint=fin-lt-9"),
        ("endpoint=FIN-LT-9", f"endpoint={GUID.upper()}"),
        (f"endpoint={GUID}", "endpoint=10.1.2.3"),
    ],
)
async def test_a_host_that_was_restored_under_another_of_its_names_does_not_stand(done: str, undone: str) -> None:
    desk = await a_desk_that_knows(FIN)
    for text in ("!read", f"!isolate {done}", "!isolate endpoint=OTHER-2", f"!wipe {undone}"):
        await desk.typed(text)
        desk.world.clock.advance(60)
    desk.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(desk).long(EVE)] == ["other-2"]


async def test_one_that_was_restored_before_and_isolated_again_stands_under_both_names() -> None:
    desk = await a_desk_that_knows(FIN)
    for text in ("!read", "!isolate endpoint=FIN-LT-9", f"!wipe endpoint={GUID}", f"!isolate endpoint={GUID}"):
        await desk.typed(text)
        desk.world.clock.advance(60)
    again = desk.world.clock.now()
    desk.world.clock.advance(8 * DAY)
    (found,) = await standings(desk).long(EVE)
    assert (found.target, found.named, again > found.since) == (GUID, f"FIN-LT-9 ({GUID})", True)
    assert f"isolate on FIN-LT-9 ({GUID}) stands" in found.said


async def test_an_address_that_two_hosts_share_undoes_neither() -> None:
    twin = {"agentGuid": "5f1c8a90-0000-4000-8000-00000000beef", "endpointName": "FIN-LT-8", "ip": ["10.1.2.3"]}
    desk = await a_desk_that_knows(FIN, twin)
    for text in ("!read", "!isolate endpoint=FIN-LT-9", "!wipe endpoint=10.1.2.3"):
        await desk.typed(text)
        desk.world.clock.advance(60)
    desk.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(desk).long(EVE)] == ["fin-lt-9"]


async def test_what_the_answer_of_the_restore_says_of_its_host_counts() -> None:
    desk = await a_desk(wipe=lambda _: [note("done", Restored={"agentGuid": GUID, "endpointName": "FIN-LT-9"})])
    await desk.typed(f"!isolate endpoint={GUID}")
    desk.world.clock.advance(8 * DAY)
    looking = standings(desk)
    assert len(await looking.long(EVE)) == 1
    await desk.typed("!wipe endpoint=FIN-LT-9")
    assert await looking.long(EVE) == []
