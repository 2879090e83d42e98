"""Halts, on every store: they outlive the process, and tell the log who paused what and why."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from tests.store.conftest import Bench
from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, InstanceId, PlanId
from warroom.model.plan import PlanState, TaskState, Wait, WaitKind
from warroom.services.ports.halts import HaltChange, HaltQuery
from warroom.store.store import SqlStore
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_incident, some_changes
from warroom.testing.store import MemoryStore

ALL = Halt(actor="ana", since=START, reason="Drill")
ACME = Halt(instance="acme", instance_id=InstanceId("i1"), actor="bob", since=START + timedelta(seconds=1))
PAUSED = Wait(kind=WaitKind.PAUSED, since=START)
ASKED = Wait(kind=WaitKind.PERSON, since=START, data={"question": "Was it paused?"})


async def test_what_is_paused_is_kept_until_it_is_resumed(store: MemoryStore | SqlStore) -> None:
    assert list(await store.halts.all()) == []
    assert [await store.halts.start(halt) for halt in (ACME, ALL)] == [True, True]
    assert list(await store.halts.all()) == [ALL, ACME]
    assert await store.halts.end(ALL, "Over.", "eve", START)
    assert list(await store.halts.all()) == [ACME]


async def test_what_is_paused_already_stays_as_it_is_and_what_is_not_cannot_be_resumed(
    store: MemoryStore | SqlStore,
) -> None:
    await store.halts.start(ALL)
    assert not await store.halts.start(replace(ALL, actor="eve", reason="Another."))
    assert list(await store.halts.all()) == [ALL]
    assert not await store.halts.end(ACME, "", "eve", START)
    assert [event.actor for event in await store.events()] == ["ana"]


async def test_the_event_log_tells_who_paused_and_resumed_and_why(store: MemoryStore | SqlStore) -> None:
    await store.halts.start(ACME)
    await store.halts.end(ACME, "The window is over.", "eve", START)
    told = [(event.kind, event.actor, event.payload) for event in await store.events()]
    assert told == [
        ("halt", "bob", {"instance": "acme", "change": "paused", "reason": ""}),
        ("halt", "eve", {"instance": "acme", "change": "resumed", "reason": "The window is over."}),
    ]


async def test_what_was_paused_and_resumed_is_found_by_who_and_when(store: MemoryStore | SqlStore) -> None:
    later = START + timedelta(hours=1)
    await store.halts.start(ALL)
    await store.halts.start(ACME)
    await store.halts.end(ACME, "The window is over.", "eve", later)
    await store.commit(some_changes(incidents=[an_incident()]))
    found = await store.halts.past(HaltQuery())
    assert [(one.change, one.of, one.reason, one.actor, one.at) for one in found] == [
        ("resumed", "acme", "The window is over.", "eve", later),
        ("paused", "acme", "", "bob", ACME.since),
        ("paused", "every instance", "Drill", "ana", START),
    ]
    assert [one.actor for one in await store.halts.past(HaltQuery(until=later))] == ["bob", "ana"]
    assert [one.actor for one in await store.halts.past(HaltQuery(since=ACME.since))] == ["eve", "bob"]
    assert [one.change for one in await store.halts.past(HaltQuery(actor="eve"))] == ["resumed"]
    assert [one.actor for one in await store.halts.past(HaltQuery(limit=1))] == ["eve"]


async def test_a_halt_outlives_the_process(open_sqlite: Callable[[], SqlStore]) -> None:
    first = open_sqlite()
    await first.halts.start(ACME)
    first.close()
    second = open_sqlite()
    assert list(await second.halts.all()) == [ACME]
    second.close()


async def test_the_plans_that_wait_for_the_end_of_a_halt_are_found_and_no_others(bench: Bench) -> None:
    store = bench.store
    assert isinstance(store, MemoryStore | SqlStore)
    waiting = [a_plan(name, state=PlanState.WAITING) for name in ("held", "asking")]
    over = a_plan("over", state=PlanState.CANCELLED)
    tasks = [
        a_task("1", plan=PlanId("held"), state=TaskState.WAITING, wait=PAUSED),
        a_task("2", plan=PlanId("held"), state=TaskState.WAITING, wait=PAUSED),
        a_task("1", plan=PlanId("asking"), state=TaskState.WAITING, wait=ASKED),
        a_task("1", plan=PlanId("over"), state=TaskState.WAITING, wait=PAUSED),
    ]
    await store.commit(some_changes(incidents=[an_incident()], plans=[*waiting, over], tasks=tasks))
    assert list(await store.halts.held()) == ["held"]


async def test_plans_that_were_cancelled_are_told_among_the_pauses(store: MemoryStore | SqlStore) -> None:
    await store.commit(some_changes(incidents=[an_incident(1)]))
    await store.halts.start(ALL)
    one = HaltChange(
        change="cancelled", plan=PlanId("p1"), playbook="Contain", incident=IncidentId("1"), actor="bob", at=START
    )
    both = HaltChange(change="cancelled", count=2, reason="Storm.", actor="bob", at=START)
    await store.halts.tell([one, both])
    assert list(await store.halts.past(HaltQuery(actor="bob"))) == [both, one]
    assert [event.incident for event in await store.events() if event.actor == "bob"] == [IncidentId("1"), None]
