"""The words tell a kill for want of memory from one by hand; the kernel's own count decides."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.host.lab import Lab
from warroom.host.ends import COUNTS, how, oom_kills
from warroom.model.errors import WorkerDiedError


def counts(path: Path, kills: int) -> Path:
    path.write_text(f"pgfault 1\noom_kill {kills}\nzone_reclaim_failed 0\n")
    return path


def test_the_count_is_read_as_the_kernel_writes_it(tmp_path: Path) -> None:
    assert oom_kills(counts(tmp_path / "vmstat", 12)) == 12
    assert oom_kills(tmp_path / "gone") is None
    (tmp_path / "old").write_text("pgfault 1\n")
    assert oom_kills(tmp_path / "old") is None


@pytest.mark.skipif(not COUNTS.exists(), reason="the system has no such file")
def test_this_system_tells_its_count() -> None:
    assert oom_kills() is not None


@pytest.mark.parametrize(
    ("code", "before", "after", "says"),
    [
        (-signal.SIGKILL, 2, 3, "by the system, because the memory of the machine or of a container ran out"),
        (-signal.SIGKILL, 2, 2, "from outside, and not for want of memory"),
        (-signal.SIGKILL, None, None, "from outside or by the system for want of memory"),
        (-signal.SIGTERM, 2, 3, "was killed by signal 15 (SIGTERM), from outside"),
        (-signal.SIGABRT, 2, 3, "was killed by signal 6 (SIGABRT): its code, or a library of it, crashed"),
        (-99, 2, 2, "was killed by signal 99"),
        (0, 2, 3, "ended with exit code 0"),
    ],
)
def test_each_end_has_its_words(code: int, before: int | None, after: int | None, says: str) -> None:
    assert says in how(code, before, after)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"signal 11 \(SIGSEGV\): its code, or a library"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "from outside, and not for want of memory"),
    ],
)
async def test_a_real_worker_that_dies_is_told_in_these_words(lab: Lab, text: str, says: str) -> None:
    with pytest.raises(WorkerDiedError, match=says):
        await lab.ran(text)


async def test_a_real_kill_for_want_of_memory_is_told_as_one(make_lab: Callable[..., Lab], memory_group: Path) -> None:
    lab = make_lab(address_space=None)
    lab.server.table["dt"] = lambda args, _: (memory_group / "cgroup.procs").write_text(str(args["obj"])) and None
    hungry = "import os; demisto.dt(os.getpid(), ''); x = bytearray(b'x') * (256 << 20)"
    with pytest.raises(WorkerDiedError, match="by the system, because the memory"):
        await lab.ran(hungry)


@pytest.fixture
def memory_group() -> Iterator[Path]:
    """Make a group of processes that may have 64 MB, where this system lets us."""
    for root, limit in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = Path(root, f"warroom-test-{os.getpid()}")
        try:
            group.mkdir()
            (group / limit).write_text(str(64 << 20))
        except OSError:
            continue
        yield group
        group.rmdir()  # the worker was waited for
        return
    pytest.skip("only root may limit the memory of a group of processes, and not everywhere")
