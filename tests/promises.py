"""Takes down which test shows that which promise holds, and writes the page that says so: `make promises`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

MARK = "promise"
MISSION = Path(__file__).parents[1] / "docs/explanation/mission.md"
PROMISE = re.compile(r"^- M(?P<number>\d+) (?P<text>.+)$", re.MULTILINE)
HEAD = """# The promises and their tests

Made by `make promises` from a run of {day}; the promises are listed in [the mission](../explanation/mission.md).

| Promise | Test | Cases | Result |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one case of a test showed of a promise."""

    promise: int
    test: str  # without its parameters
    passed: bool


def promises(mission: str) -> dict[int, str]:
    """Read the promises, by number.

    >>> promises("- M1 One thing.\\n- M2 Another: well.\\n")
    {1: 'One thing.', 2: 'Another: well.'}
    """
    return {int(match["number"]): match["text"] for match in PROMISE.finditer(mission)}


def page(known: Mapping[int, str], shown: Iterable[Shown], day: str) -> str:
    """Write the page: a row for each promise and test."""
    cases: dict[int, dict[str, list[bool]]] = {number: {} for number in known}
    for case in shown:
        cases[case.promise].setdefault(case.test, []).append(case.passed)
    rows = []
    for number, tests in cases.items():
        promise = f"**M{number}** {known[number]}"
        for test, passed in sorted(tests.items()) or [("none", [])]:
            result = "passed" if passed and all(passed) else "failed"
            rows.append(f"| {promise} | `{test}` | {len(passed)} | {result} |\n")
            promise = f"M{number}"
    return HEAD.format(day=day) + "".join(rows)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--promises", metavar="FILE", help="Write what the tests show of each promise of the mission.")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry the numbers of its test, also from a process of its own."""
    for item in items:
        item.user_properties += [(MARK, mark.args[0]) for mark in item.iter_markers(MARK)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    path = config.getoption("--promises", default=None)
    if path is None:
        return
    seen = [
        (report, kind == "passed")
        for kind in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(kind, ())
        if isinstance(report, pytest.TestReport)
    ]
    shown = [
        Shown(number, report.nodeid.partition("[")[0], passed)
        for report, passed in seen
        for name, number in report.user_properties
        if name == MARK and isinstance(number, int)
    ]
    known = promises(MISSION.read_text(encoding="utf-8"))
    Path(path).write_text(page(known, shown, f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
    terminalreporter.write_line(f"{len({case.promise for case in shown})} of {len(known)} promises: {path}")
