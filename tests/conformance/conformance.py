"""Runs the client that we did not write against a twin, and writes down what came of it."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.conformance.fuzzing import fuzz, program
from visionone_sim.testing import start_twin

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv/conformance"
PROGRAM = "tests.conformance.pytmv1_program"
PAGE = ROOT / "docs/reference/conformance.md"
CLIENT = "pytmv1 0.11.0"

WHAT = (
    "{client} is Trend Micro's own Python client. It runs in a separate environment, calls every operation that "
    "it has, and compares the results with the state of the tenant: {fine} of {all} work."
)
LIMITS = (
    "This proves less than it seems to. Client and twin follow the same specification: where it is wrong or "
    "incomplete, both are wrong. No real tenant was available. The following was not checked:"
)
UNCHECKED = (
    "rate limits of single operations, and whether successful responses have rate headers",
    "the maximum length of the array and of the description of a response action",
    "the page size of alerts, and how far back their list goes without a start time",
    "the format of a collected file's archive, how long its link is valid, and the response of an expired link",
    "the responses to starting a malware scan, and to deleting notes if one of them does not exist",
    "defaults of suspicious objects, and whether -1 means that they never expire",
    "the responses to a missing, expired or disabled key",
    "how a quote inside a filter value is escaped, and the response to an unknown filter field",
    "categories and activities of the audit log, and all response shapes of case management",
    "the response to an action on an unknown message: an error or a task that fails",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    operation: str
    result: str


def interpreter() -> Path | None:
    """Return the Python that has the client, if `make conformance` has made it."""
    found = ENVIRONMENT / "bin/python"
    return found if found.exists() else None


def run(python: Path) -> list[Outcome]:
    """Let the client call every operation that it has, on a fresh twin."""
    with start_twin() as twin:
        done = subprocess.run(
            [python, "-m", PROGRAM, twin.url, twin.api_key],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=300,
            env={"PATH": "/usr/bin:/bin"},
        )
    return [Outcome(**json.loads(line)) for line in done.stdout.splitlines()]


def page(outcomes: list[Outcome], fuzzed: str, day: str) -> str:
    rows = [f"| `{outcome.operation}` | {CLIENT} | {outcome.result} | {day} |" for outcome in outcomes]
    fine = sum(outcome.result == "ok" for outcome in outcomes)
    return "\n".join(
        [
            "# Conformance of the twin",
            "",
            "<!-- Written by `make conformance`. -->",
            "",
            WHAT.format(client=CLIENT, fine=fine, all=len(outcomes)),
            "",
            fuzzed,
            "",
            LIMITS,
            "",
            *[f"- {fact}" for fact in UNCHECKED],
            "",
            "Each of these is a setting of the twin, or a guess that is marked in its code.",
            "",
            "| Operation | Client | Result | Day |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def main() -> int:
    python, schemathesis = interpreter(), program()
    if python is None or schemathesis is None:
        sys.stderr.write("The environments of pytmv1 and schemathesis are not there; make conformance makes them.\n")
        return 2
    outcomes = run(python)
    fuzzed = fuzz(schemathesis, examples=5)
    PAGE.write_text(page(outcomes, fuzzed.sentence(), f"{datetime.now(UTC):%Y-%m-%d}"), encoding="utf-8")
    if not fuzzed.passed:
        sys.stderr.write(fuzzed.report)
    wrong = [outcome for outcome in outcomes if outcome.result != "ok"]
    for outcome in wrong:
        sys.stderr.write(f"{outcome.operation}: {outcome.result}\n")
    sys.stdout.write(f"{len(outcomes) - len(wrong)} of {len(outcomes)} operations work; see {PAGE.name}.\n")
    return 1 if wrong or not fuzzed.passed else 0


if __name__ == "__main__":
    sys.exit(main())
