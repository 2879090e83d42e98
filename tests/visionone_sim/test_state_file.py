import asyncio
import stat
from pathlib import Path

from visionone_sim import state_file
from visionone_sim.clock import ManualClock
from visionone_sim.scenarios.catalog import begin
from visionone_sim.scenarios.play import Wish
from visionone_sim.state_file import kept_in, load_state, save_state
from visionone_sim.tenant.tenant import Tenant


def tenant(scenario: str = "empty") -> Tenant:
    made = begin(scenario, Wish(seed=1), clock=ManualClock(), api_key="k").tenant
    made.close()
    return made


def left_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_saved_tenant_can_be_read_again_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "state"
    fresh = tenant()
    assert load_state(fresh, file) is False
    save_state(tenant("credential-dumping"), file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_state(fresh, file) is True
    assert len(fresh.alerts) == 12
    fresh.close()


async def test_the_state_is_saved_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "state"
    async with kept_in(tenant(), file):
        await asyncio.sleep(0)
        assert not file.exists()
    assert left_in(tmp_path) == ["state"]


async def test_without_a_file_nothing_is_saved(tmp_path: Path) -> None:
    async with kept_in(tenant(), None):
        pass
    assert left_in(tmp_path) == []
    assert state_file.SAVED_EVERY_SECONDS < 5
