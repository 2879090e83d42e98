"""However a run of the tests ends, what it has started ends with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.proc import is_alive
from tests.acceptance.waiting import until

CONFTEST = """
from tests.leftovers import NothingLeft

def pytest_configure(config):
    config.pluginmanager.register(NothingLeft())
"""
# Two processes that hear of nothing: one of the test's own, one that was left to nobody as a database is.
HANGING = """
import os, subprocess, sys
from pathlib import Path

SLEEP = "import threading; threading.Event().wait(600)"
START = f"subprocess.Popen([sys.executable, '-c', {SLEEP!r}], stdout=-3, stderr=-3)"
FORGOTTEN = f"import subprocess, sys; print({START}.pid)"

def test_hangs():
    own = subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True)
    left = subprocess.run([sys.executable, "-c", FORGOTTEN], capture_output=True, text=True).stdout
    Path("pids.part").write_text(f"{os.getpid()} {own.pid} {left}")
    Path("pids.part").rename("pids")
    own.wait()
"""
# One that a fork server has made, and the fork server.
FORKING = """
import os, sys
from pathlib import Path
from tests.forked import FORK_SERVER, Forked

def test_hangs():
    twin = Forked(str(Path(sys.executable).with_name("visionone-sim")), "--json", stdout=-1, start_new_session=True)
    twin.stdout.readline()
    Path("pids.part").write_text(f"{os.getpid()} {twin.pid} {FORK_SERVER._process.pid}")
    Path("pids.part").rename("pids")
    twin.wait()
"""
# A process that a shell started in the background ignores Ctrl-C, and so would all that it starts.
RUN = "import pytest, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); sys.exit(pytest.main())"
PLUGINS = "-p no:cacheprovider -p no:schemathesis -p no:hypothesispytest -p no:randomly -p no:asyncio"
ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.acceptance


@contextmanager
def hanging(folder: Path, *options: str, test: str = HANGING) -> Iterator[tuple[subprocess.Popen[bytes], list[int]]]:
    """Run pytest on a test that hangs; gives the run, and the processes of the test: its own, and what it started."""
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_hanging.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-c", RUN, *PLUGINS.split(), *options, "--rootdir", str(folder), "test_hanging.py"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""}  # what ours was asked is not for it
    run = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    try:
        until((folder / "pids").exists, "the test starts its processes", seconds=60)
        yield run, [int(pid) for pid in (folder / "pids").read_text(encoding="utf-8").split()]
    finally:
        run.kill()
        run.wait()


def none_lives(pids: list[int]) -> bool:
    return not any(map(is_alive, pids))


@pytest.mark.parametrize("options", [("-n0",), ("-n1",)], ids=["alone", "xdist"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_process(
    tmp_path: Path, number: signal.Signals, options: tuple[str, ...]
) -> None:
    with hanging(tmp_path, *options) as (run, pids):
        assert all(map(is_alive, pids))
        run.send_signal(number)
        until(lambda: none_lives(pids), "what the run started ends", seconds=60)
        run.wait(60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_what_a_fork_server_made_ends_too(tmp_path: Path, number: signal.Signals) -> None:
    with hanging(tmp_path, "-n0", test=FORKING) as (run, pids):
        assert all(map(is_alive, pids))
        run.send_signal(number)
        until(lambda: none_lives(pids), "the fork server and what it made end", seconds=60)


def test_a_worker_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    with hanging(tmp_path, "-n1", "--maxfail=1") as (_, [worker, *started]):
        os.kill(worker, signal.SIGKILL)
        until(lambda: none_lives(started), "what the worker started ends", seconds=60)
