import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import Lab, is_gone
from warroom.host.settings import HostSettings
from warroom.host.watch import FASTEST, Watch
from warroom.model.errors import HostError

BREEDS = """
import subprocess, time
children = [subprocess.Popen(['sleep', '60']) for _ in range(5)]
demisto.dt(children[0].pid, '')
children.append(subprocess.Popen(['sleep', '60']))
time.sleep(60)
"""
WRITES = """
import os, time
with open('whole', 'wb') as file:
    os.posix_fallocate(file.fileno(), 0, 4 << 20)
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
    assert Watch(1 << 30, tmp_path, HostSettings()).passed() == ""


MULTIPLIES = """
import os, time
read, write = os.pipe()
os.write(write, b'x' * 400)
os.set_blocking(read, False)
while True:
    try:
        os.read(read, 1)  # so that the machine that tests this lives on
    except BlockingIOError:
        time.sleep(60)
    if os.fork() == 0:
        {leave}
"""


@pytest.mark.parametrize("leave", ["pass", "os.setsid()", "os._exit(0) if os.fork() else os.setsid()"])
async def test_code_that_multiplies_is_stopped_and_none_of_it_is_left(make_lab: Callable[..., Lab], leave: str) -> None:
    mark = 64_000_000 + os.getpid()  # stands on the command line of whatever is forked from the worker
    lab = make_lab(processes=20, result_limit=mark)
    with pytest.raises(HostError, match=r"it had \d+ processes at once, and 20 is the limit; raise worker_processes"):
        await lab.ran(MULTIPLIES.format(leave=leave))
    await lab.runner.close()
    assert [pid for pid in marked(mark) if not await is_gone(pid)] == []
    assert marked(mark) == []


def marked(mark: int) -> list[int]:
    """Return the live processes with a number on their command line."""
    found = []
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if folder.name.isdigit() and str(mark).encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def test_the_less_room_is_left_the_sooner_a_folder_is_looked_at_again(tmp_path: Path) -> None:
    now = 0.0
    watch = Watch(1 << 30, tmp_path, HostSettings(scratch_size=1 << 20))
    assert watch.passed(lambda: now) == ""
    (tmp_path / "file").write_bytes(b"x" * (2 << 20))
    assert watch.passed(lambda: now) == "", "It was looked at this very moment."
    now = (1 << 20) / FASTEST
    assert "it had written 2 MB, and 1 is the limit" in watch.passed(lambda: now)
