from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from warroom.model.ids import IncidentId, InstanceId, PlanId, WorkerId
from warroom.services.ports.outage import OutageError
from warroom.testing.clock import START
from warroom.testing.outages import UnsteadyStore
from warroom.testing.samples import a_plan, an_entry, an_incident, some_changes

PLAN = PlanId("p1")


async def fates(store: UnsteadyStore, commits: int) -> Counter[str]:
    """Commit one entry each, and count what became of them."""
    counted: Counter[str] = Counter()
    for number in range(1, commits + 1):
        try:
            await store.commit(some_changes(entries=[an_entry(number)]))
        except OutageError as outage:
            counted["unwritten" if outage.unwritten else "unknown"] += 1
        else:
            counted["written"] += 1
    return counted


async def test_some_commits_fail_and_of_some_nobody_knows() -> None:
    store = UnsteadyStore(7, rate=0.5)
    counted = await fates(store, 400)
    assert min(counted["written"], counted["unwritten"], counted["unknown"]) > 50
    there = len(await store.entries(IncidentId("1")))
    assert counted["written"] < there < counted["written"] + counted["unknown"]


async def test_a_calm_one_takes_everything() -> None:
    assert await fates(UnsteadyStore(7), 50) == {"written": 50}


STEPS: dict[str, Callable[[UnsteadyStore], Awaitable[object]]] = {
    "claim": lambda store: store.claim(PLAN, WorkerId("w"), START),
    "reserve entries": lambda store: store.reserve_entries(IncidentId("1"), 1),
    "save memory": lambda store: store.save_integration_context(InstanceId("one"), {"a": 1}, None),
    "read a plan": lambda store: store.plan(PLAN),
}


@pytest.mark.parametrize("step", STEPS)
async def test_a_small_step_is_done_or_fails(step: str) -> None:
    store = UnsteadyStore(7)
    await store.commit(some_changes(incidents=[an_incident()], plans=[a_plan(PLAN)]))
    assert await STEPS[step](store) is not None
    store.rate = 1.0
    with pytest.raises(OutageError):
        await STEPS[step](store)
    assert store.outages == 1
