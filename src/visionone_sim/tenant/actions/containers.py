"""Actions on containers; the twin accepts any cluster and workload and keeps no state of them."""

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.actions.rule import Plan, Rule, no_effect
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import ContainerDemand, ContainerTarget


def _plan(_estate: Estate, demand: ContainerDemand) -> Plan:
    if not demand.cluster_id or not demand.workload_id:
        raise BadRequestError("A cluster and a pod or task in it are required.", target="kubernetesPodId")
    return Plan(target=ContainerTarget(demand.cluster_id, demand.workload_id))


ISOLATE = Rule(ContainerDemand, _plan, no_effect)
RESTORE = Rule(ContainerDemand, _plan, no_effect)
TERMINATE = Rule(ContainerDemand, _plan, no_effect)
