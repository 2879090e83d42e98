"""Prints a failure when it happens, not at the end: a run that is cut off has then said what went wrong."""

import pytest


class FailuresAtOnce:
    """Writes the test's name and traceback between the dots."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and report.outcome in {"failed", "rerun"}:
            terminal.ensure_newline()
            terminal.write_line(f"{report.nodeid} failed ({report.when}, {report.duration:.1f} s):")
            terminal.write_line(report.longreprtext)
