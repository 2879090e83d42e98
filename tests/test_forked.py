"""A process that the fork server makes is a process of its own, and a child of the tests."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.proc import adopting_orphans, children, is_alive
from tests.acceptance.waiting import until
from tests.end_leftovers import MARK
from tests.forked import Forked, ForkServer, own_environment, run, start

BIN = Path(sys.executable).parent
WARROOM = str(BIN / "warroom")
TWIN = str(BIN / "visionone-sim")

pytestmark = pytest.mark.acceptance


@pytest.fixture
def twin() -> Iterator[Forked]:
    with Forked(TWIN, "--json", stdout=subprocess.PIPE, start_new_session=True) as process:
        yield process
        process.kill()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def stat(pid: int) -> list[str]:
    """State, parent, group, session and so on, as proc(5) counts them from the third."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


@pytest.mark.parametrize("words", [(WARROOM, "--version"), (WARROOM, "nope"), (WARROOM, "incident", "--help")])
def test_a_forked_command_says_what_one_that_is_started_anew_says(words: tuple[str, ...]) -> None:
    forked, anew = (run(*words, timeout=60, anew=anew) for anew in (False, True))
    assert (forked.returncode, forked.stdout, forked.stderr) == (anew.returncode, anew.stdout, anew.stderr)


def test_it_is_our_child_in_a_session_of_its_own_with_its_name(twin: Forked) -> None:
    assert json.loads(said(twin))["pid"] == twin.pid
    _, parent, group, session, *_ = stat(twin.pid)
    assert [int(parent), int(group), int(session)] == [os.getpid(), twin.pid, twin.pid]
    assert Path(f"/proc/{twin.pid}/comm").read_text(encoding="utf-8") == "visionone-sim\n"


def test_without_a_session_of_its_own_it_is_in_our_group() -> None:
    with Forked(TWIN, "--json", stdout=subprocess.PIPE) as process:
        said(process)
        assert os.getpgid(process.pid) == os.getpgid(0)
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_it_takes_signals_as_a_process_that_is_started_anew(number: signal.Signals) -> None:
    codes = []
    for anew in (False, True):
        with start(TWIN, "--json", anew=anew, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            said(process)
            process.send_signal(number)
            codes.append(process.wait(60))
    assert codes[0] == codes[1]


def test_a_death_is_known_at_once_and_leaves_the_server_to_the_others(twin: Forked) -> None:
    said(twin)
    with Forked(TWIN, "--json", stdout=subprocess.PIPE) as other:
        said(other)
        twin.kill()
        assert twin.wait(60) == -signal.SIGKILL
        assert not Path(f"/proc/{twin.pid}").exists()
        assert other.poll() is None
        other.kill()


def test_folder_environment_and_streams_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "given").mkdir()
    log = tmp_path / "log"
    for number in (1, 2):
        environment = own_environment() | {"WARROOM_HOME": "given", "LINES": str(number)}
        with (
            log.open("a", encoding="utf-8") as errors,
            Forked(
                *(WARROOM, "incident", "show", str(number)), cwd=tmp_path, env=environment, stderr=errors
            ) as process,
        ):
            assert process.wait(60) == 1
    assert (tmp_path / "given" / "warroom.db").exists()
    assert len(log.read_text(encoding="utf-8").splitlines()) == 2


def test_it_carries_the_mark_by_which_an_interrupted_run_finds_what_it_has_left(twin: Forked) -> None:
    said(twin)
    environment = Path(f"/proc/{twin.pid}/environ").read_bytes().split(b"\0")
    assert f"{MARK}={os.environ[MARK]}".encode() in environment


def test_it_holds_nothing_open_but_what_it_was_given(twin: Forked) -> None:
    first = [(twin.pid, fd.readlink()) for fd in Path(f"/proc/{twin.pid}/fd").iterdir()] if said(twin) else []
    with Forked(TWIN, "--json", stdout=subprocess.PIPE) as other:
        said(other)
        pipes = {str(fd.readlink()) for fd in Path(f"/proc/{other.pid}/fd").iterdir()}
        assert not pipes & {str(link) for _, link in first if str(link).startswith("pipe:")}
        other.kill()


def test_the_fork_server_ends_with_the_run() -> None:
    with adopting_orphans() as before:
        server = ForkServer()
        server.start()
        (own,) = [pid for pid in children(os.getpid()) if pid not in before]
        server.pytest_unconfigure()
        until(lambda: not is_alive(own), "the fork server ends")


def test_a_fork_server_that_is_gone_is_told(twin: Forked) -> None:
    said(twin)
    server = ForkServer()
    server.start()
    assert server._process
    server._process.kill()
    server._process.wait()
    with pytest.raises(AssertionError, match="The fork server has ended"):
        server.fork({}, [0, 1, 2])
    server.pytest_unconfigure()
    assert run(WARROOM, "--version", timeout=60).returncode == 0  # ours goes on
