from pathlib import Path

import pytest

from tests.host.lab import PID, Lab
from warroom.host.environment import worker_environment


async def test_nothing_of_our_environment_reaches_a_worker(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARROOM_SECRET_KEY", "key")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    [names] = await lab.results("import os; demisto.results(sorted(os.environ))")
    assert set(names) <= {"PATH", "LANG", "TZ", "TMPDIR", "LC_CTYPE"}


def what_others_read(pid: int) -> bytes:
    return b"".join(Path(f"/proc/{pid}/{place}").read_bytes() for place in ("cmdline", "environ"))


async def test_secrets_are_in_no_place_that_other_processes_can_read(lab: Lab) -> None:
    [pid] = await lab.results(PID, params={"password": "hunter2"}, args={"token": "hunter2"})
    assert b"guest" in what_others_read(pid)
    assert b"hunter2" not in what_others_read(pid)


async def test_installed_packages_can_be_imported(lab: Lab) -> None:
    assert await lab.results("import requests; demisto.results(requests.__name__)") == ["requests"]


def test_what_is_given_on_purpose_wins() -> None:
    assert worker_environment({"PATH": "/bin", "HOME": "/h"}, {"PATH": "/opt"}) == {"PATH": "/opt", "LANG": "C.UTF-8"}
