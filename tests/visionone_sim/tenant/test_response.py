from dataclasses import replace

import pytest

from visionone_sim.errors import BadRequestError, NotSupportedError, TaskDuplicationError
from visionone_sim.settings import Settings
from visionone_sim.tenant.endpoints import Endpoint
from visionone_sim.tenant.targets import EndpointDemand
from visionone_sim.tenant.tasks import Action, ResponseTask
from visionone_sim.tenant.tenant import Tenant

DUMP = r"C:\Temp\lsass.DMP"


def start(tenant: Tenant, action: Action, *, path: str | None = None) -> ResponseTask:
    demand = EndpointDemand(endpoint_name="FIN-LT-042", file_path=path, description="IR-88")
    return tenant.response.start(action, demand, account="soc-bot")


def statuses(tenant: Tenant, task: ResponseTask, *steps: float) -> list[str]:
    seen: list[str] = []
    for seconds in steps:
        tenant.clock.advance(seconds)
        seen.append(tenant.tasks[task.id].status(tenant.clock.now()))
    return seen


def isolated(tenant: Tenant) -> bool:
    return tenant.endpoints["g1"].isolated


def test_the_effect_happens_when_the_task_succeeds(tenant: Tenant) -> None:
    task = start(tenant, "isolate")
    assert not isolated(tenant)
    assert statuses(tenant, task, 4.9) == ["running"]
    assert not isolated(tenant)
    assert statuses(tenant, task, 0.1) == ["succeeded"]
    assert isolated(tenant)
    start(tenant, "restoreIsolate")
    tenant.clock.advance(5)
    assert not isolated(tenant)


def test_a_task_that_fails_has_no_effect(tenant: Tenant) -> None:
    task = start(tenant, "isolate")
    tenant.response.replan(task.id, ((0, "failed"),))
    tenant.clock.advance(60)
    assert not isolated(tenant)


def test_the_same_task_twice_is_refused_while_the_first_is_under_way(tenant: Tenant) -> None:
    first = start(tenant, "collectFile", path=DUMP)
    with pytest.raises(TaskDuplicationError) as caught:
        start(tenant, "collectFile", path=DUMP)
    assert caught.value.running_task_id == first.id
    start(tenant, "collectFile", path=r"C:\Temp\other")
    tenant.clock.advance(5)
    assert start(tenant, "collectFile", path=DUMP).id == "00000003"


def test_a_tenant_may_allow_duplicates(tenant: Tenant) -> None:
    lax = Tenant(clock=tenant.clock, rng=tenant.rng, keys=(), settings=Settings(refuse_duplicates=False))
    lax.join(tenant.endpoints["g1"])
    assert {start(lax, "isolate").id, start(lax, "isolate").id} == {"00000001", "00000002"}
    lax.close()


def test_a_file_that_is_not_there_fails_when_the_agent_looks(tenant: Tenant) -> None:
    task = start(tenant, "collectFile", path=r"C:\nothing")
    assert statuses(tenant, task, 0, 2, 3) == ["queued", "running", "failed"]
    assert task.error is not None
    assert task.error.code == "FileNotFound"


def test_an_agent_that_cannot_collect_says_so_but_can_be_isolated(tenant: Tenant, endpoint: Endpoint) -> None:
    tenant.join(replace(endpoint, product_code="sds"))
    with pytest.raises(NotSupportedError):
        start(tenant, "collectFile", path=DUMP)
    start(tenant, "isolate")


def test_a_file_needs_a_path(tenant: Tenant) -> None:
    with pytest.raises(BadRequestError, match="filePath"):
        start(tenant, "collectFile")


def test_an_offline_agent_starts_when_it_comes_back(tenant: Tenant) -> None:
    tenant.response.connect("g1", connected=False)
    task = start(tenant, "isolate")
    assert statuses(tenant, task, 0, 3600) == ["queued", "queued"]
    tenant.response.connect("g1", connected=True)
    assert statuses(tenant, task, 0, 2, 3) == ["queued", "running", "succeeded"]


def test_an_offline_agent_is_given_up_after_a_day(tenant: Tenant) -> None:
    tenant.response.connect("g1", connected=False)
    task = start(tenant, "isolate")
    assert statuses(tenant, task, 86_399, 1) == ["queued", "failed"]
    assert task.error is not None
    assert task.error.code == "Timeout"


@pytest.mark.parametrize(("path", "end"), [(DUMP, "succeeded"), (r"C:\nothing", "failed")])
def test_a_task_that_needs_approval_waits_for_it(tenant: Tenant, path: str, end: str) -> None:
    strict = Tenant(clock=tenant.clock, rng=tenant.rng, keys=(), settings=Settings(approval_required=True))
    strict.join(tenant.endpoints["g1"])
    task = start(strict, "collectFile", path=path)
    assert statuses(strict, task, 0, 100_000) == ["pendingApproval", "pendingApproval"]
    strict.response.approve(task.id)
    assert statuses(strict, task, 2, 3) == ["running", end]
    strict.close()


def test_a_collected_file_is_what_was_there_when_it_was_asked_for(tenant: Tenant) -> None:
    task = start(tenant, "collectFile", path=DUMP.lower())
    tenant.remove_file("g1", DUMP)
    archive = tenant.response.archive(task)
    assert archive is not None
    assert archive.original.size == 4
    assert len(tenant.response.passwords[task.id]) == 12
    tenant.clock.advance(5)
    assert tenant.response.archive(start(tenant, "collectFile", path=DUMP)) is None
