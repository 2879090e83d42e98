from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import Lab, is_gone
from warroom.host.settings import HostSettings
from warroom.host.watch import limit_passed
from warroom.model.errors import HostError

BREEDS = """
import subprocess, time
children = [subprocess.Popen(['sleep', '60']) for _ in range(6)]
demisto.dt(children[0].pid, '')
time.sleep(60)
"""
WRITES = """
import time
for number in range(4):
    open(f'part{number}', 'wb').write(b'x' * (1 << 20))
time.sleep(60)
"""


async def test_a_run_with_too_many_processes_is_stopped_with_all_of_them(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(processes=5)
    lab.server.table["dt"] = lambda *_: None
    with pytest.raises(HostError, match=r"Script Probe was stopped: it had 6 processes at once, and 5 is the limit"):
        await lab.ran(BREEDS)
    assert await is_gone(lab.server.calls[0][1]["obj"])


async def test_a_run_that_fills_its_folder_is_stopped(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(scratch_size=2 << 20)
    with pytest.raises(HostError, match=r"it had written 4 MB, and 2 is the limit; raise worker_disk_mb"):
        await lab.ran(WRITES)


async def test_a_file_over_the_limit_and_too_much_memory_end_the_run_with_a_sentence(
    make_lab: Callable[..., Lab],
) -> None:
    lab = make_lab(file_size=1 << 20, address_space=700 << 20)
    large = await lab.ran("open('dump', 'wb').write(b'x' * (2 << 20))")
    assert large.error.endswith("A run may write no larger file; ask it for less, or raise worker_file_mb.")
    hungry = await lab.ran("x = bytearray(800 << 20)")
    assert "The run reached the limit of a worker's memory" in hungry.error
    assert await lab.results("demisto.results('alive')") == ["alive"]


def test_what_is_within_its_limits_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    assert limit_passed(1 << 30, tmp_path, HostSettings()) == ""
