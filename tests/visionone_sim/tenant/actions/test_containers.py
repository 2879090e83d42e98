import pytest

from visionone_sim.errors import BadRequestError
from visionone_sim.tenant.actions.containers import ISOLATE
from visionone_sim.tenant.targets import ContainerDemand, ContainerTarget
from visionone_sim.tenant.tenant import Tenant


def test_cluster_and_workload_are_both_needed(tenant: Tenant) -> None:
    plan = ISOLATE.plan(tenant, ContainerDemand(cluster_id="c", workload_id="p"))
    assert plan.target == ContainerTarget("c", "p")
    with pytest.raises(BadRequestError):
        ISOLATE.plan(tenant, ContainerDemand(cluster_id="c", workload_id=""))
