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
    "{client} is Trend Micro's own Python client. It runs in an environment of its own, calls every operation that "
    "it has, and compares what it gets with what is true in the tenant: {fine} of {all} work."
)
LIMITS = (
    "This says less than it seems to. Client and twin were made from one specification: where that is wrong or "
    "silent, both are wrong together. Nobody here could ask a real tenant. Not checked by anybody here:"
)
UNCHECKED = (
    "rate limits of single operations, and whether answers that are no refusals carry rate headers",
    "the longest array and the longest description of a response action",
    "the size of a page of alerts, and how far back their list looks without a start",
    "the format of a collected file's archive, how long its link lives, how an expired link answers",
    "what the start of a malware scan answers, and the deletion of notes when one of them does not exist",
    "defaults of suspicious objects, and whether -1 means for ever",
    "the answers to a missing, expired or disabled key",
    "how a quote inside a filter value is written, and what an unknown filter field gets",
    "categories and activities of the audit log, every shape of case management",
    "what an action on an unknown message gets: a refusal or a task that fails",
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
            "Each of these is a setting of the twin or a guess that its code names.",
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
