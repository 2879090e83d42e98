"""The block action: what is blocked, is stopped everywhere; only what was blocked can be released."""

from visionone_sim.tenant.actions.rule import Plan, Rule
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import ObjectDemand, ObjectTarget
from visionone_sim.tenant.tasks import ResponseTask, TaskError

NOT_BLOCKED = TaskError(code="ObjectNotFound", message="The object is not in the block list.", number="4009406")


def _block(_estate: Estate, demand: ObjectDemand) -> Plan:
    return Plan(target=ObjectTarget(demand.item))


def _release(estate: Estate, demand: ObjectDemand) -> Plan:
    obstacle = None if estate.objects.is_blocked(demand.item) else NOT_BLOCKED
    return Plan(target=ObjectTarget(demand.item), obstacle=obstacle)


def _blocked(estate: Estate, task: ResponseTask) -> None:
    assert isinstance(task.target, ObjectTarget)
    estate.objects.block(task.target.item, now=task.last_action(estate.clock.now()), task_id=task.id)


def _released(estate: Estate, task: ResponseTask) -> None:
    assert isinstance(task.target, ObjectTarget)
    estate.objects.unblock(task.target.item)


BLOCK = Rule(ObjectDemand, _block, _blocked)
RELEASE = Rule(ObjectDemand, _release, _released)
