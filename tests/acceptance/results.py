"""Prints what the fourteen actions did in each situation, when a run has ended."""

from collections.abc import Iterable
from typing import Any

import pytest

CALL = "call"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print a table: one row for each action, one column for each situation."""
    seen = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, ())]
    reports = [report for report in seen if isinstance(report, pytest.TestReport)]
    properties: list[tuple[str, Any]] = [
        each for report in reports if report.when == CALL for each in report.user_properties
    ]
    cells = [value for name, value in properties if name == "action"]
    if not cells:
        return
    terminalreporter.section(f"The fourteen actions, seed {cells[0][0]}")
    for line in table(sorted((action, situation, outcome) for _, action, situation, outcome in cells)):
        terminalreporter.write_line(line)


def table(cells: Iterable[tuple[str, str, str]]) -> list[str]:
    """Lay cells out in lines, rows and columns in the order in which they come.

    >>> table([("M5", "typed", "once"), ("M5", "429", "error"), ("M6", "typed", "once")])
    ['     typed  429  ', 'M5   once   error', 'M6   once   -    ']
    """
    rows: dict[str, dict[str, str]] = {}
    for row, column, outcome in cells:
        rows.setdefault(row, {})[column] = outcome
    columns = list(dict.fromkeys(column for found in rows.values() for column in found))
    lines = [["", *columns], *([row, *(found.get(column, "-") for column in columns)] for row, found in rows.items())]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns) + 1)]
    widths[0] += 1
    return ["  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) for line in lines]
