"""A dump of 300 MB goes from the twin to the War Room without any process growing with it."""

import time
from pathlib import Path

import pytest

from tests.acceptance.evidence import check_evidence
from tests.acceptance.folder import Folder, Server, options_for
from tests.acceptance.proc import peak_bytes
from tests.acceptance.twin import TwinProcess, started_twin
from tests.acceptance.waiting import until

pytestmark = pytest.mark.acceptance

DUMP = 300_000_000
MOST_MEMORY = 150_000_000
MOST_GROWTH = 30_000_000  # of the server, which the dump of ten times that goes through
ALERTS = 12


def test_a_large_dump_is_saved_with_flat_memory_everywhere(folder: Folder, tmp_path: Path) -> None:
    began = time.monotonic()
    # Links live for a minute of the test's time: the point is memory, not haste.
    twin_options = ("--scenario", "large-dump", "--speed", "20", "--setting", "link_lifetime_seconds=1200")
    with started_twin(tmp_path, *twin_options, anew=True) as twin:
        folder.add_instance(twin.url)
        with folder.served(*options_for(twin.url), anew=True) as server:
            server.ready()
            peaks: dict[str, int] = {}
            idle = peak_bytes(server.process.pid)
            ended = folder.all_ended(ALERTS)
            until(lambda: _measure(server, twin, peaks) and ended(), "the large dump is saved", seconds=90)
            seconds = time.monotonic() - began
            entry = check_evidence(folder, twin)
            _measure(server, twin, peaks)
    print(f"{entry['file']['size']:,} bytes in {seconds:.1f} s; peaks in MB: {_in_megabytes(peaks)}")  # noqa: T201
    assert entry["file"]["size"] >= DUMP
    assert peaks["runtime"] - idle < MOST_GROWTH
    assert {name: peak for name, peak in peaks.items() if peak > MOST_MEMORY} == {}


def _measure(server: Server, twin: TwinProcess, peaks: dict[str, int]) -> bool:
    """Note the peaks of all processes; workers come and go, so one look at the end would miss some."""
    named = {"twin": twin.process.pid, "runtime": server.process.pid}
    named |= {f"worker {pid}": pid for pid in server.workers()}
    for name, pid in named.items():
        peaks[name] = max(peaks.get(name, 0), peak_bytes(pid))
    return True


def _in_megabytes(peaks: dict[str, int]) -> str:
    return ", ".join(f"{name} {peak / 1e6:.0f}" for name, peak in sorted(peaks.items()))
