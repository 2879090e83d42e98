import pytest

from tests.host.lab import Lab, is_gone
from warroom.host.guest.descendants import descendants
from warroom.model.errors import CommandTimeoutError

LEAVES_BEHIND = """
import os, sys, time
read, write = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        os.execvp('sleep', ['sleep', '60'])
    os._exit(0)
os.wait()
left = int(os.read(read, 20))
"""


async def test_a_process_that_left_the_session_ends_with_the_run(lab: Lab) -> None:
    [left, worker] = (await lab.results(LEAVES_BEHIND + "demisto.results([left, os.getpid()])"))[0]
    assert await is_gone(left)
    assert (await lab.results("import os; demisto.results(os.getpid())")) == [worker], "The worker is kept."


async def test_it_ends_with_a_run_that_takes_too_long(lab: Lab) -> None:
    lab.server.table["dt"] = lambda *_: None
    with pytest.raises(CommandTimeoutError):
        await lab.ran(LEAVES_BEHIND + "demisto.dt(left, '')\ntime.sleep(60)", timeout=2)
    assert await is_gone(lab.server.calls[0][1]["obj"])


async def test_a_child_that_the_run_waits_for_is_left_alone(lab: Lab) -> None:
    text = """
        import subprocess
        demisto.results(subprocess.run(['echo', 'hello'], capture_output=True, text=True).stdout)
        """
    assert await lab.results(text) == ["hello\n"]


def test_whose_processes_nobody_knows_has_none() -> None:
    assert descendants(1 << 30) == []
