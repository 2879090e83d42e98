import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.host.lab import PID, Lab, is_gone
from warroom.host.fork_server import KILLED, Forked
from warroom.host.settings import HostSettings
from warroom.host.worker import Worker
from warroom.model.errors import CommandTimeoutError, HostError, WorkerDiedError
from warroom.model.json import Json, JsonObject

# The pipe to the host: the only one that a worker may write to besides its output and error output.
FIND_PIPE = """
import fcntl, os, stat
[PIPE] = [
    fd for fd in map(int, os.listdir("/proc/self/fd"))
    if fd > 2 and os.path.exists(f"/proc/self/fd/{fd}") and stat.S_ISFIFO(os.fstat(fd).st_mode)
    and fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
]
"""


async def test_a_command_over_its_limit_is_stopped_with_its_children(lab: Lab) -> None:
    lab.server.table["dt"] = lambda args, _: args["obj"]
    text = """
        import os, signal, subprocess
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen(['sleep', '60'])
        demisto.dt([os.getpid(), child.pid], '')
        child.wait()
        """
    with pytest.raises(CommandTimeoutError, match=r"Command x-slow of Probe ran longer than its limit of 1 s"):
        await lab.ran(text, command="x-slow", timeout=1.0)
    worker, child = lab.server.calls[0][1]["obj"]
    assert await is_gone(worker)
    assert await is_gone(child)
    assert await lab.results("demisto.results('next')") == ["next"]


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("import os; os._exit(7)", "ended with exit code 7"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", r"killed by signal 9 \(SIGKILL\)"),
    ],
)
async def test_a_worker_that_dies_is_told_and_replaced(lab: Lab, text: str, how: str) -> None:
    with pytest.raises(WorkerDiedError, match=f"Script Probe did not end: its worker process (was )?{how}"):
        await lab.ran(text)
    assert await lab.results("demisto.results('next')") == ["next"]


async def test_a_large_message_is_read_before_what_comes_after_it(lab: Lab) -> None:
    lab.server.table["dt"] = lambda args, _: len(args["obj"])
    text = """
        import threading
        big = ["row"] * 400_000
        asking = [threading.Thread(target=lambda size=size: demisto.dt(big[:size], '')) for size in (400_000, 1)]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        demisto.results(demisto.dt(big, ''))
        demisto.results(big)
        """
    size, rows = await lab.results(text)
    assert (size, len(rows)) == (400_000, 400_000)
    assert len(lab.server.calls) == 3


async def test_a_worker_that_ends_after_a_large_message_has_said_it(lab: Lab) -> None:
    text = """
        import threading
        demisto.results("x" * 3_000_000)
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        """
    assert [len(result) for result in await lab.results(text)] == [3_000_000]
    assert await lab.results("demisto.results('next')") == ["next"]


async def test_the_last_words_of_a_dead_worker_are_a_note(lab: Lab) -> None:
    with pytest.raises(WorkerDiedError) as death:
        await lab.ran("import os; os.write(2, b'Fatal: out of luck'); os.abort()")
    assert death.value.__notes__ == ["Fatal: out of luck"]


async def test_a_worker_that_died_between_runs_is_not_used(lab: Lab) -> None:
    [pid] = await lab.results(PID)
    os.kill(pid, signal.SIGKILL)
    assert await is_gone(pid)
    await asyncio.sleep(0.05)
    assert await lab.results("demisto.results('next')") == ["next"]


@pytest.mark.parametrize("line", [b"not json\\n", b'{\\"op\\":\\"done\\"}\\n', b"[]\\n"])
async def test_nonsense_on_the_pipe_ends_the_worker(lab: Lab, line: bytes) -> None:
    text = f'import sys, os, time; os.write(PIPE, b"{line.decode()}"); time.sleep(60)'
    with pytest.raises(WorkerDiedError, match="wrote a message that makes no sense"):
        await lab.ran(FIND_PIPE + text)


async def test_nonsense_at_length_ends_the_worker_too(lab: Lab) -> None:
    text = "import os, time; os.write(PIPE, b'[' * 1_500_000); os.write(PIPE, b'\\n'); time.sleep(60)"
    with pytest.raises(WorkerDiedError, match="wrote a message that makes no sense"):
        await lab.ran(FIND_PIPE + text)


async def test_code_that_closes_the_pipe_ends_its_worker(lab: Lab) -> None:
    with pytest.raises(WorkerDiedError, match="closed its pipe"):
        await lab.ran(f"{FIND_PIPE}import os, time; os.close(PIPE); time.sleep(60)")


async def test_cancelling_a_run_ends_its_worker(lab: Lab) -> None:
    began = asyncio.Event()

    def note(args: JsonObject, _: Path) -> Json:
        began.set()
        return args["obj"]

    lab.server.table["dt"] = note
    text = "import os, time; demisto.dt(os.getpid(), ''); time.sleep(60)"
    task = asyncio.create_task(lab.ran(text))
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await is_gone(lab.server.calls[0][1]["obj"])
    assert await lab.results("demisto.results('next')") == ["next"]


async def test_closing_ends_runs_that_are_under_way(lab: Lab) -> None:
    began = asyncio.Event()

    def note(_: JsonObject, __: Path) -> Json:
        began.set()

    lab.server.table["dt"] = note
    task = asyncio.create_task(lab.ran("import time; demisto.dt(); time.sleep(60)"))
    await began.wait()
    await lab.runner.close()
    with pytest.raises(WorkerDiedError):
        await task
    with pytest.raises(HostError, match="the workers are shut down"):
        await lab.ran("")


async def test_workers_end_with_a_host_that_is_killed(tmp_path: Path) -> None:
    program = Path(__file__).with_name("doomed_host.py")
    roots = f"{program.parents[2]}:{program.parents[2] / 'src'}"
    host = await asyncio.create_subprocess_exec(
        sys.executable, str(program), str(tmp_path), stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": roots}
    )
    assert host.stdout is not None
    worker, child = map(int, (await host.stdout.readline()).split())
    host.kill()
    await host.communicate()
    assert await is_gone(worker)
    assert await is_gone(child)


async def test_a_flood_past_the_streams_is_survived(lab: Lab) -> None:
    text = "import os\nfor _ in range(200): os.write(1, b'x' * 65536)\ndemisto.results('ok')"
    assert await lab.results(text) == ["ok"]


async def test_a_call_over_the_limit_ends_the_worker(make_lab: Callable[..., Lab]) -> None:
    lab = make_lab(result_limit=1 << 16, log_limit=1 << 10)
    with pytest.raises(WorkerDiedError, match="wrote more than its limit in one message"):
        await lab.ran("demisto.executeCommand('Set', {'value': 'x' * (2 << 20)})")
    assert await lab.results("demisto.results('next')") == ["next"]


async def test_a_worker_takes_no_run_once_its_process_has_ended_though_its_pipes_are_still_open() -> None:
    process = Forked(2**22 + 1, frozenset())
    worker = Worker(process, HostSettings())
    assert worker.is_alive
    process.end(KILLED)
    assert not worker.is_alive
