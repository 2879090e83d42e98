from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import Lab
from warroom.host.guest.limits import FIRST_TO_GO, resident_bytes

OOM_SCORE = Path("/proc/self/oom_score_adj")
OWN_SCORE = int(OOM_SCORE.read_text(encoding="ascii")) if OOM_SCORE.exists() else 0


async def test_a_worker_leads_a_session_of_its_own_and_dumps_no_core(lab: Lab) -> None:
    text = (
        "import os, resource; demisto.results([os.getsid(0) == os.getpid(), resource.getrlimit(resource.RLIMIT_CORE)])"
    )
    assert await lab.results(text) == [[True, [0, 0]]]


async def test_open_files_and_address_space_are_limited_as_asked(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(open_files=100, address_space=500 << 20)
    text = "import resource as r; demisto.results([r.getrlimit(r.RLIMIT_NOFILE)[1], r.getrlimit(r.RLIMIT_AS)[1]])"
    assert await lab.results(text) == [[100, 500 << 20]]


@pytest.mark.skipif(not OOM_SCORE.exists(), reason="only Linux says whom it kills first")
async def test_the_system_kills_code_and_its_children_before_the_server_when_memory_runs_out(lab: Lab) -> None:
    text = """
        import pathlib, subprocess
        own = pathlib.Path('/proc/self/oom_score_adj').read_text()
        child = subprocess.run(['cat', '/proc/self/oom_score_adj'], capture_output=True, text=True).stdout
        demisto.results([int(own), int(child)])
        """
    expected = max(OWN_SCORE, FIRST_TO_GO)  # a container may have said more
    assert await lab.results(text) == [[expected, expected]]


async def test_children_of_the_code_do_not_hold_the_pipes(lab: Lab) -> None:
    text = """
        import subprocess
        listed = subprocess.run(['ls', '/proc/self/fd'], capture_output=True, text=True, close_fds=False)
        demisto.results(len(listed.stdout.split()))
        """
    assert await lab.results(text) == [4]  # three streams, and the folder that is listed


def test_resident_memory_grows_with_what_is_held() -> None:
    before = resident_bytes()
    held = bytearray(b"x" * (64 << 20))
    assert resident_bytes() - before > len(held) // 2
