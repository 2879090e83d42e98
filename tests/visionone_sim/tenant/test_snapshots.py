import pickle

import pytest

from visionone_sim.tenant.objects import ListedObject
from visionone_sim.tenant.snapshots import SnapshotError, restore_snapshot, take_snapshot
from visionone_sim.tenant.targets import EndpointDemand
from visionone_sim.tenant.tenant import Tenant

DUMP = r"C:\Temp\lsass.DMP"


def start(tenant: Tenant, action: str, **fields: str) -> str:
    demand = EndpointDemand(endpoint_name="FIN-LT-042", **fields)  # type: ignore[arg-type]
    return tenant.response.start(action, demand, account="a").id  # type: ignore[arg-type]


def test_a_tenant_goes_back_to_what_it_was_its_time_included(tenant: Tenant) -> None:
    before = tenant.clock.now()
    task = start(tenant, "isolate")
    snapshot = take_snapshot(tenant)
    tenant.clock.advance(5)
    assert tenant.endpoints["g1"].isolated
    tenant.objects.make_exception(ListedObject("ip", "::1"), None, before)
    restore_snapshot(tenant, snapshot)
    assert (tenant.clock.now(), tenant.endpoints["g1"].isolated, tenant.objects.excepted()) == (before, False, [])
    tenant.clock.advance(5)
    assert tenant.tasks[task].status(tenant.clock.now()) == "succeeded"
    assert tenant.endpoints["g1"].isolated


def test_what_comes_after_is_drawn_the_same_again(tenant: Tenant) -> None:
    snapshot = take_snapshot(tenant)
    first = tenant.rng.random()
    restore_snapshot(tenant, snapshot)
    assert tenant.rng.random() == first


def test_collected_files_can_still_be_fetched(tenant: Tenant) -> None:
    task = start(tenant, "collectFile", file_path=DUMP)
    tenant.clock.advance(5)
    first = tenant.response.archive(tenant.tasks[task])
    restore_snapshot(tenant, take_snapshot(tenant))
    again = tenant.response.archive(tenant.tasks[task])
    assert first is not None
    assert again is not None
    assert first.original == again.original


def test_time_does_not_go_back_when_a_restart_reads_the_state(tenant: Tenant) -> None:
    snapshot = take_snapshot(tenant)
    tenant.clock.advance(60)
    now = tenant.clock.now()
    restore_snapshot(tenant, snapshot, rewind=False)
    assert tenant.clock.now() == now


@pytest.mark.parametrize(
    "snapshot",
    [
        b"",
        b"rubbish",
        pickle.dumps((0, None, {})),
        pickle.dumps((1, None, {})),
        pickle.dumps(pytest.raises),
        b"cos\nsystem\n(S'true'\ntR.",
        b"cvisionone_sim.tenant.ids\ndraw_uuid\n.",
    ],
)
def test_what_is_no_snapshot_is_refused_and_runs_nothing(tenant: Tenant, snapshot: bytes) -> None:
    with pytest.raises(SnapshotError):
        restore_snapshot(tenant, snapshot)
    assert len(tenant.endpoints) == 1
