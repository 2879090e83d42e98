"""What stands for long: as the response audit knows it."""

import pytest

from tests.services.approvals.approval_world import EVE, ApprovalWorld, approval_world
from tests.services.world import note
from warroom.services.audit.standing import Standings
from warroom.testing.samples import an_incident, some_changes

DAY = 24 * 3600


def standings(approvals: ApprovalWorld, days: float = 7.0) -> Standings:
    undone_by = {"isolate": "wipe", "block": "unblock"}  # any pairs will do
    world = approvals.world
    return Standings(
        store=world.store,
        journal=world.journal,
        library=world.library,
        clock=world.clock,
        days=days,
        undone_by=undone_by,
    )


async def test_what_nobody_has_undone_is_said_after_so_many_days() -> None:
    approvals = await approval_world()
    await approvals.typed("!isolate endpoint=WIN-7")
    started = approvals.world.clock.now()
    approvals.world.clock.advance(7 * DAY)
    assert await standings(approvals).long(EVE) == []
    approvals.world.clock.advance(60)
    (found,) = await standings(approvals).long(EVE)
    assert (found.target, found.since, found.incident) == ("win-7", started, approvals.world.incident.id)
    assert found.said.startswith("isolate on win-7 stands since 2026-")
    assert "`!wipe` undoes it" in found.said


async def test_what_was_undone_is_not_said_and_what_was_done_again_is() -> None:
    approvals = await approval_world()
    for text in ("!isolate endpoint=A,B", "!wipe endpoint=a", "!isolate endpoint=C", "!wipe endpoint=C"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    await approvals.typed("!isolate endpoint=C")
    approvals.world.clock.advance(8 * DAY)
    assert sorted(found.target for found in await standings(approvals).long(EVE)) == ["b", "c"]


async def test_what_failed_does_not_stand_and_no_days_say_nothing() -> None:
    approvals = await approval_world(isolate=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "no"}])
    await approvals.typed("!isolate endpoint=A")
    approvals.world.clock.advance(30 * DAY)
    assert await standings(approvals).long(EVE) == []
    good = await approval_world()
    await good.typed("!isolate endpoint=A")
    good.world.clock.advance(30 * DAY)
    assert await standings(good, days=0).long(EVE) == []
    assert len(await standings(good).long(EVE)) == 1


GUID = "5f1c8a90-0000-4000-8000-00000000f1a1"
FIN = {"agentGuid": GUID, "endpointName": {"value": "FIN-LT-9"}, "ip": {"value": ["10.1.2.3"]}}


async def approval_world_that_knows(*hosts: object) -> ApprovalWorld:
    """Let a read bring what a product says of these hosts into the incident."""
    return await approval_world(read=lambda _: [note("read", Hosts=list(hosts))])


@pytest.mark.parametrize(
    ("done", "undone"),
    [
        (f"endpoint={GUID}", "endpoint=fin-lt-9"),
        ("endpoint=FIN-LT-9", f"endpoint={GUID.upper()}"),
        (f"endpoint={GUID}", "endpoint=10.1.2.3"),
    ],
)
async def test_a_host_that_was_restored_under_another_of_its_names_does_not_stand(done: str, undone: str) -> None:
    approvals = await approval_world_that_knows(FIN)
    for text in ("!read", f"!isolate {done}", "!isolate endpoint=OTHER-2", f"!wipe {undone}"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(approvals).long(EVE)] == ["other-2"]


async def test_one_that_was_restored_before_and_isolated_again_stands_under_both_names() -> None:
    approvals = await approval_world_that_knows(FIN)
    for text in ("!read", "!isolate endpoint=FIN-LT-9", f"!wipe endpoint={GUID}", f"!isolate endpoint={GUID}"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    again = approvals.world.clock.now()
    approvals.world.clock.advance(8 * DAY)
    (found,) = await standings(approvals).long(EVE)
    assert (found.target, found.named, again > found.since) == (GUID, f"FIN-LT-9 ({GUID})", True)
    assert f"isolate on FIN-LT-9 ({GUID}) stands" in found.said


async def test_an_address_that_two_hosts_share_undoes_neither() -> None:
    twin = {"agentGuid": "5f1c8a90-0000-4000-8000-00000000beef", "endpointName": "FIN-LT-8", "ip": ["10.1.2.3"]}
    approvals = await approval_world_that_knows(FIN, twin)
    for text in ("!read", "!isolate endpoint=FIN-LT-9", "!wipe endpoint=10.1.2.3"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(approvals).long(EVE)] == ["fin-lt-9"]


async def test_what_the_answer_of_the_restore_says_of_its_host_counts() -> None:
    approvals = await approval_world(
        wipe=lambda _: [note("done", Restored={"agentGuid": GUID, "endpointName": "FIN-LT-9"})]
    )
    await approvals.typed(f"!isolate endpoint={GUID}")
    approvals.world.clock.advance(8 * DAY)
    looking = standings(approvals)
    assert len(await looking.long(EVE)) == 1
    await approvals.typed("!wipe endpoint=FIN-LT-9")
    assert await looking.long(EVE) == []


FULL = {"agentGuid": GUID, "endpointName": {"value": "srv1.a.example"}}
NAMESAKE = {"agentGuid": "5f1c8a90-0000-4000-8000-00000000beef", "endpointName": {"value": "srv1.b.example"}}


@pytest.mark.parametrize(("done", "undone"), [("srv1", "SRV1.a.example"), ("srv1.a.example.", "Srv1"), (GUID, "srv1")])
async def test_a_short_name_is_the_one_host_that_has_it_in_a_domain(done: str, undone: str) -> None:
    approvals = await approval_world_that_knows(FULL)
    for text in ("!read", f"!isolate endpoint={done}", f"!wipe endpoint={undone}"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    assert await standings(approvals).long(EVE) == []


@pytest.mark.parametrize(
    ("done", "undone"),
    [
        ("srv1.a.example", "srv1.b.example"),
        ("srv1.a.example", "srv1"),
        ("srv1", "srv1.b.example"),
        ("srv1", "srv1.c.example"),
    ],
)
async def test_a_short_name_that_two_hosts_have_undoes_neither(done: str, undone: str) -> None:
    approvals = await approval_world_that_knows(FULL, NAMESAKE)
    for text in ("!read", f"!isolate endpoint={done}", f"!wipe endpoint={undone}"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(approvals).long(EVE)] == [done]


@pytest.mark.parametrize(("done", "undone"), [("srv1", "srv1.a.example"), ("srv", "srv1.a.example")])
async def test_no_unknown_host_is_taken_for_another_by_a_part_of_its_name(done: str, undone: str) -> None:
    approvals = await approval_world_that_knows(FIN)
    for text in ("!read", f"!isolate endpoint={done}", f"!wipe endpoint={undone}"):
        await approvals.typed(text)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    assert [one.target for one in await standings(approvals).long(EVE)] == [done]


REBUILT = {"agentGuid": "5f1c8a90-0000-4000-8000-00000000cafe", "endpointName": {"value": "10.9.9.9"}, "ip": "10.9.9.9"}


async def in_two_incidents(here: object, there: object, *typed: tuple[int, str]) -> list[tuple[str, str]]:
    """Let two incidents know a host each, do in them what is typed, and return what stands, with its incident."""
    hosts = [here, there]
    approvals = await approval_world(read=lambda _: [note("read", Hosts=[hosts.pop(0)])])
    incidents = [approvals.world.incident, an_incident(2)]
    await approvals.world.journal.commit(some_changes(incidents=incidents[1:]))
    for number, text in ((0, "!read"), (1, "!read"), *typed):
        await approvals.typed(text, incident=incidents[number].id)
        approvals.world.clock.advance(60)
    approvals.world.clock.advance(8 * DAY)
    return [(one.target, one.incident) for one in await standings(approvals).long(EVE)]


@pytest.mark.parametrize(
    ("done", "undone"), [("srv1", "SRV1"), ("srv1", "srv1.b.example"), ("srv1.a.example", "srv1"), (GUID, "srv1")]
)
async def test_a_short_name_that_two_incidents_know_as_two_hosts_undoes_neither(done: str, undone: str) -> None:
    typed = ((0, f"!isolate endpoint={done}"), (1, f"!wipe endpoint={undone}"))
    assert await in_two_incidents(FULL, NAMESAKE, *typed) == [(done, "1")]


@pytest.mark.parametrize("undone", ["srv1", "srv1.a.example", GUID])
async def test_a_host_that_both_incidents_know_is_one_under_each_of_its_names(undone: str) -> None:
    typed = ((0, "!isolate endpoint=srv1"), (1, f"!wipe endpoint={undone}"))
    assert await in_two_incidents(FULL, FULL, *typed) == []


@pytest.mark.parametrize("one", [0, 1])
@pytest.mark.parametrize(("done", "undone"), [("srv1", "srv1"), ("srv1", GUID), ("SRV1.a.example", "srv1")])
async def test_a_name_of_which_one_incident_says_nothing_is_what_the_other_knows_by_it(
    one: int, done: str, undone: str
) -> None:
    here, there = (FIN, FULL) if one else (FULL, FIN)
    typed = ((0, f"!isolate endpoint={done}"), (1, f"!wipe endpoint={undone}"))
    assert await in_two_incidents(here, there, *typed) == []


async def test_two_hosts_of_one_short_name_stand_both_and_the_end_of_one_leaves_the_other() -> None:
    both = ((0, "!isolate endpoint=srv1"), (1, "!isolate endpoint=srv1"))
    assert await in_two_incidents(FULL, NAMESAKE, *both) == [("srv1", "1"), ("srv1", "2")]
    assert await in_two_incidents(FULL, NAMESAKE, *both, (0, "!wipe endpoint=srv1")) == [("srv1", "2")]


async def test_an_address_that_another_host_had_in_another_incident_undoes_nothing() -> None:
    leased = {"agentGuid": GUID, "endpointName": {"value": "LAP-3"}, "ip": ["10.9.9.9"]}
    typed = ((0, "!isolate endpoint=::ffff:10.9.9.9"), (1, "!wipe endpoint=10.9.9.9"))
    assert await in_two_incidents(leased, REBUILT, *typed) == [("10.9.9.9", "1")]
    assert await in_two_incidents(leased, leased, *typed) == []


async def test_what_is_no_host_is_undone_by_its_own_name_whatever_host_has_it() -> None:
    typed = ((0, "!block object=10.9.9.9,LAP-3 kind=ip"), (1, "!unblock object=10.9.9.9 kind=ip"))
    leased = {"agentGuid": GUID, "endpointName": {"value": "LAP-3"}, "ip": ["10.9.9.9"]}
    assert await in_two_incidents(leased, REBUILT, *typed) == [("lap-3", "1")]
