import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from warroom.cli.ending import SERVER_SECONDS

STUBBORN = """
import signal
from warroom.cli.ending import end_within
end_within({seconds}, 143)
{rest}
"""
FOR_EVER = """
import asyncio, signal, sys, warnings
from warroom.cli import ending
from warroom.cli.main import main

warnings.simplefilter("ignore", DeprecationWarning)
ending.COMMAND_SECONDS = ending.SERVER_SECONDS = ending.DEMO_SECONDS = 0.5

async def for_ever():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self):
        loop = super().new_event_loop()
        loop.call_soon(lambda: setattr(self, "kept", loop.create_task(for_ever())))
        if sys.argv[1] != "0":
            loop.call_later(0.5, signal.raise_signal, int(sys.argv[1]))
        return loop

asyncio.set_event_loop_policy(Policy())
main(sys.argv[2:])
"""
SAID = "Something did not end within {seconds:g} seconds, and was cut off; what it did is kept.\n"


def ran(program: str, *args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, args)], check=False, capture_output=True, text=True, timeout=300
    )


def ended(seconds: float, rest: str) -> subprocess.CompletedProcess[str]:
    return ran(STUBBORN.format(seconds=seconds, rest=rest))


def test_what_does_not_end_by_itself_is_ended_and_said() -> None:
    done = ended(0.1, "while True: signal.pause()")
    assert done.returncode == 128 + signal.SIGTERM
    assert done.stderr == SAID.format(seconds=0.1)


def test_an_end_in_good_order_waits_for_nothing() -> None:
    done = ended(SERVER_SECONDS, "")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody else listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize(
    ("number", "words", "code", "first"),
    [
        (0, ("incident", "list"), 1, ""),
        (0, ("incident", "show", "77"), 1, "There is no incident 77"),
        (0, ("serve", "--port", "TAKEN"), 1, "The console cannot listen on 127.0.0.1"),
        (signal.SIGTERM, ("serve", "--no-console"), 128 + signal.SIGTERM, ""),
        (signal.SIGTERM, ("demo", "--json"), 128 + signal.SIGTERM, ""),
        (signal.SIGHUP, ("demo", "--json"), 128 + signal.SIGHUP, ""),
    ],
    ids=["command", "refused command", "server that cannot", "server", "demo", "demo whose terminal closed"],
)
def test_a_task_that_never_ends_keeps_no_process_alive(
    tmp_path: Path, taken: int, number: int, words: tuple[str, ...], code: int, first: str
) -> None:
    """The task is in the process's own loop, beside what is run, and does not heed that it is cancelled."""
    words = tuple(str(taken) if word == "TAKEN" else word for word in words)

    done = ran(FOR_EVER, number, "--home", tmp_path / "home", *words)

    assert done.stderr.endswith(SAID.format(seconds=0.5)), done.stderr
    assert first in done.stderr
    assert done.returncode == code


def test_an_answer_is_printed_before_the_end_that_hangs(tmp_path: Path) -> None:
    done = ran(FOR_EVER, 0, "--home", tmp_path / "home", "incident", "create", "Dump", "--json")
    assert json.loads(done.stdout)["name"] == "Dump"
    assert (done.returncode, done.stderr) == (1, SAID.format(seconds=0.5))
    listed = ran(
        "import sys\nfrom warroom.cli.main import main\nmain(sys.argv[1:])",
        *("--home", tmp_path / "home", "incident", "list", "--json"),
    )
    assert [one["name"] for one in json.loads(listed.stdout)] == ["Dump"], "What it did is kept."


def test_a_block_that_has_ended_ends_nothing_afterwards() -> None:
    done = ran(
        "import time\nfrom warroom.cli.ending import bounded_end\n"
        "with bounded_end(0.2) as end: end()\ntime.sleep(0.5)\nprint('alive')"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "alive\n", "")
