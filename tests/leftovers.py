"""Leaves no process behind: a small program beside each run of the tests ends what an interrupted one had started."""

import os
import subprocess
import sys
from pathlib import Path

from tests.end_leftovers import MARK

PROGRAM = Path(__file__).with_name("end_leftovers.py")


class NothingLeft:
    """Starts that program with the run; it goes to work when this process is gone, or has come to its end."""

    def __init__(self) -> None:
        self._before = os.environ.pop(MARK, None)  # of the run that this process is a worker of
        run = f"{os.getpid()}-{os.urandom(4).hex()}"
        # It carries no mark, or one of its kind would end it; a session of its own, for Ctrl-C goes to all of ours.
        self._program = subprocess.Popen(
            [sys.executable, "-I", "-S", str(PROGRAM), run], stdin=subprocess.PIPE, start_new_session=True
        )
        os.environ[MARK] = run

    def pytest_unconfigure(self) -> None:
        os.environ.pop(MARK)
        if self._before is not None:
            os.environ[MARK] = self._before
        assert self._program.stdin
        self._program.stdin.close()
        self._program.wait()
