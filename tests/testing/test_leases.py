from warroom.model.ids import PlanId, WorkerId
from warroom.model.plan import PlanState
from warroom.testing.leases import MemoryLeases
from warroom.testing.samples import a_plan

ADA = WorkerId("ada")


async def test_plans_of_workers_that_have_ended_are_abandoned() -> None:
    plans = {
        PlanId("p1"): a_plan("p1", worker=ADA),
        PlanId("p2"): a_plan("p2"),
        PlanId("p3"): a_plan("p3", state=PlanState.WAITING),
    }
    leases = MemoryLeases(plans)
    await leases.renew(ADA)
    assert await leases.living() == {ADA}
    assert await leases.abandoned() == []
    await leases.end(ADA)
    assert await leases.living() == frozenset()
    assert await leases.abandoned() == ["p1"]
