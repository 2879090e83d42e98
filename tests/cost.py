"""Says at the end of a run what it has cost: the time that passed, and the CPU time of all its processes."""

import os
import time

import pytest


class Cost:
    """Counts from when it is made; a process that outlives the run is not in it."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        times = os.times()
        cpu = times.user + times.system + times.children_user + times.children_system
        passed = time.monotonic() - self._began
        terminalreporter.write_line(f"{passed:.0f} s passed; {cpu:.0f} s of CPU in all processes.")
