from visionone_sim.tenant.actions.objects import NOT_BLOCKED, RELEASE
from visionone_sim.tenant.objects import ListedObject
from visionone_sim.tenant.targets import ObjectDemand
from visionone_sim.tenant.tenant import Tenant

BAD = ListedObject("domain", "bad.example")


def test_a_block_remembers_its_task_and_when_it_began(tenant: Tenant) -> None:
    task = tenant.response.start("block", ObjectDemand(item=BAD), account="a")
    tenant.clock.advance(3600)
    tenant.settle()
    (entry,) = tenant.objects.blocked()
    assert entry.task_id == task.id
    assert (entry.since - task.created).total_seconds() == 5


def test_releasing_needs_a_block(tenant: Tenant) -> None:
    assert RELEASE.plan(tenant, ObjectDemand(item=BAD)).obstacle is NOT_BLOCKED
    tenant.objects.block(BAD, now=tenant.clock.now(), task_id="1")
    assert RELEASE.plan(tenant, ObjectDemand(item=BAD)).obstacle is None
