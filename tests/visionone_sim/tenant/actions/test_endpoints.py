from dataclasses import replace

import pytest

from visionone_sim.errors import BadRequestError, NotSupportedError
from visionone_sim.tenant.actions.endpoints import PROCESS_NOT_FOUND, TERMINATE_PROCESS
from visionone_sim.tenant.endpoints import Endpoint, Process
from visionone_sim.tenant.targets import EndpointDemand
from visionone_sim.tenant.tenant import Tenant

PROCESS = Process(pid=7, name="bad.exe", path=r"C:\bad.exe", sha1="a" * 40)


def demand(**fields: object) -> EndpointDemand:
    return EndpointDemand(endpoint_name="FIN-LT-042", **fields)  # type: ignore[arg-type]


def test_a_process_that_starts_before_the_agent_looks_is_found(tenant: Tenant) -> None:
    tenant.response.connect("g1", connected=False)
    task = tenant.response.start("terminateProcess", demand(file_sha1="a" * 40), account="a")
    tenant.start_process("g1", PROCESS)
    tenant.response.connect("g1", connected=True)
    tenant.clock.advance(5)
    assert tenant.tasks[task.id].status(tenant.clock.now()) == "succeeded"
    assert tenant.endpoints["g1"].processes == ()


def test_an_obstacle_is_seen_in_the_plan(tenant: Tenant) -> None:
    assert TERMINATE_PROCESS.plan(tenant, demand(process_id=9)).obstacle is PROCESS_NOT_FOUND


def test_only_windows_and_only_named_processes(tenant: Tenant, endpoint: Endpoint) -> None:
    with pytest.raises(BadRequestError, match="fileSha1"):
        TERMINATE_PROCESS.plan(tenant, demand())
    tenant.join(replace(endpoint, os_name="Linux"))
    with pytest.raises(NotSupportedError):
        TERMINATE_PROCESS.plan(tenant, demand(process_id=7))
