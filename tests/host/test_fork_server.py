"""The process that workers are forked from: what they share, and what happens when it ends."""

import asyncio
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import PID, Lab, is_gone
from warroom.model.errors import HostError, WorkerDiedError
from warroom.model.json import Json, JsonObject
from warroom.testing.code import python_code

KIN = "import os; demisto.results([os.getppid(), os.getpid()])"
FOUND = """
    import os
    demisto.results([os.getsid(0), os.getpgid(0), os.getpid(), os.getcwd() == os.environ["HOME"]])
    """


async def test_workers_are_forked_from_one_process(lab: Lab) -> None:
    one, two = [(await lab.results(KIN, worker=name))[0] for name in ("instance-1", "instance-2")]
    assert one[0] == two[0] != os.getpid()
    assert one[1] != two[1]


async def test_a_worker_leads_a_session_of_its_own(lab: Lab) -> None:
    [[session, group, pid, is_at_home]] = await lab.results(FOUND)
    assert session == group == pid
    assert is_at_home


async def test_a_worker_holds_no_way_to_the_fork_server(lab: Lab) -> None:
    text = """
        import os, stat
        held = [fd for fd in map(int, os.listdir("/proc/self/fd")) if os.path.exists(f"/proc/self/fd/{fd}")]
        demisto.results([stat.S_ISSOCK(os.fstat(fd).st_mode) for fd in held])
        """
    [sockets] = await lab.results(text)
    assert sockets
    assert not any(sockets)


async def test_workers_draw_different_random_values(lab: Lab) -> None:
    text = "import random, uuid; demisto.results([random.random(), str(uuid.uuid4())])"
    drawn = [(await lab.results(text, worker=name))[0] for name in ("instance-1", "instance-2")]
    assert drawn[0][0] != drawn[1][0]
    assert drawn[0][1] != drawn[1][1]


async def test_what_the_code_of_one_worker_changes_no_other_has(lab: Lab) -> None:
    common = {"CommonServerPython": python_code("seen = []")}
    text = "import json; seen.append(1); json.mark = len(seen); demisto.results([len(seen), hasattr(json, 'mark')])"
    for name in ("instance-1", "instance-2", "instance-3"):
        assert await lab.results(text, worker=name, modules=common) == [[1, True]]


async def test_what_cannot_be_compiled_is_the_runs_error_and_harms_no_other(lab: Lab) -> None:
    [[server, _]] = await lab.results(KIN)
    for text in ("def (", "x = '\0'", "(" * 5000 + ")" * 5000):
        ran = await lab.ran(text, worker="instance-2")
        assert ran.error
    [[same, _]] = await lab.results(KIN, worker="instance-3")
    assert same == server


async def test_a_text_too_long_to_be_compiled_before_is_run(lab: Lab) -> None:
    text = f"x = '{'x' * (2 << 20)}'\ndemisto.results(len(x))"
    assert await lab.results(text) == [2 << 20]


async def test_workers_end_with_their_fork_server_and_the_next_run_starts_another(lab: Lab) -> None:
    began = asyncio.Event()

    def note(_: JsonObject, __: Path) -> Json:
        began.set()

    lab.server.table["dt"] = note
    [[server, idle]] = await lab.results(KIN, worker="idle")
    task = asyncio.create_task(lab.ran(f"demisto.dt(); {PID}; import time; time.sleep(60)", worker="busy"))
    await began.wait()
    os.kill(server, signal.SIGKILL)
    with pytest.raises(WorkerDiedError, match="killed by signal 9"):
        await task
    assert await is_gone(idle)
    [[another, pid]] = await lab.results(KIN, worker="idle")
    assert another != server
    assert pid != idle


async def test_a_fork_server_that_ended_unnoticed_is_started_again(lab: Lab) -> None:
    [[server, _]] = await lab.results(KIN)
    os.kill(server, signal.SIGKILL)  # the event loop has no turn before the next run
    assert await lab.results("demisto.results('next')", worker="instance-2") == ["next"]


async def test_one_that_does_not_answer_is_said_and_another_started(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(start_seconds=2.0)
    [[server, _]] = await lab.results(KIN)
    os.kill(server, signal.SIGSTOP)
    with pytest.raises(HostError, match="the process that workers are forked from does not answer"):
        await lab.ran(PID, worker="instance-2")
    assert await is_gone(server)
    [[another, _]] = await lab.results(KIN, worker="instance-2")
    assert another != server


async def test_what_left_its_workers_session_ends_with_the_fork_server_too(lab: Lab) -> None:
    told: list[Json] = []
    began = asyncio.Event()

    def note(args: JsonObject, _: Path) -> Json:
        told.append(args["obj"])
        began.set()

    lab.server.table["dt"] = note
    text = """
        import os, subprocess, time
        child = subprocess.Popen(["sleep", "600"], start_new_session=True)
        demisto.dt([os.getppid(), child.pid], "x")
        time.sleep(600)
        """
    task = asyncio.create_task(lab.ran(text))
    await began.wait()
    [[server, child]] = told
    os.kill(server, signal.SIGKILL)
    with pytest.raises(WorkerDiedError):
        await task
    assert await is_gone(child)


async def test_it_ends_when_the_runner_is_closed(lab: Lab) -> None:
    [[server, worker]] = await lab.results(KIN)
    await lab.runner.close()
    assert await is_gone(worker)
    assert await is_gone(server)


async def test_a_python_that_is_not_there_is_said(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(python=Path("/nowhere/python"))
    with pytest.raises(HostError, match="No worker process could be started with /nowhere/python: No such file"):
        await lab.ran(PID)


@pytest.mark.parametrize("program", ["exit 1", "echo nonsense >&$5; read -r _ <&$5"])
async def test_one_that_ends_at_once_or_speaks_nonsense_is_said(
    make_lab: Callable[..., Lab], tmp_path: Path, program: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{program}\n", encoding="utf-8")
    python.chmod(0o755)
    with pytest.raises(HostError, match=r"started with .*: the process that workers are forked from has ended\."):
        await make_lab(python=python).ran(PID)
