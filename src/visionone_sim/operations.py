"""The page that lists every operation of the API that we know by name: `python -m visionone_sim.operations`.

What is done is read from the application's own routes, so the page cannot promise what is not there.
"""

import argparse
import re
import sys
from pathlib import Path

from visionone_sim.app import api_routes
from visionone_sim.edge import API
from visionone_sim.operation_names import template

# What the vendor documents and no route of ours answers, by name; the rest of the API is below, by family.
NOT_DONE = (
    "GET /threatintel/intelligenceReports",
    "GET /threatintel/tasks",
    "GET /dmm/models",
)
FAMILIES = (
    ("asrm", 29, "Attack surface risk management"),
    ("cam", 20, "Cloud accounts"),
    ("containerSecurity", 34, "Clusters, images, policies"),
    ("datalake", 7, "Data pipelines into one's own storage"),
    ("dmm", 9, "Detection models"),
    ("emailAssetInventory", 3, "Mail servers, domains, accounts"),
    ("securityPlaybooks", 5, "Trend Micro's own playbooks"),
    ("threatintel", 10, "Intelligence reports and feeds, beside the lists"),
)
# The list of operations that we read has this many; ours come from there and from clients.
DOCUMENTED = 233
WHAT = (
    "The twin answers {done} operations of Vision One's API v3.0, under `/v3.0`. "
    "The vendor's own list has {documented}. "
    "Whether an answer is right is another question: [conformance](conformance.md) says what a client made by others "
    "makes of it."
)
# These have routes, and answers whose shape nobody documents: they are guesses.
GUESSED = re.compile(
    r"/caseManagement/.*|/audit/.*|/iam/(accounts|roles).*|/search/(activity|sensor)Statistics|/endpointSecurity/(tasks|versionControl).*"
    r"|/endpointSecurity/endpoints/(applySensorPolicy|removeOverriddenSensorPolicy)"
    r"|/response/(settingStatus|endpointActionExceptions|isolatedTrafficExceptions|osqueryStatements|yaraRuleFiles).*"
)


def done() -> list[str]:
    """Return the operations that the twin answers, such as `GET /workbench/alerts/{id}`."""
    return sorted(
        {
            f"{method} {template(path.removeprefix(API))}"
            for path, routes in api_routes().items()
            for route in routes
            for method in route.methods or ()
        },
        key=lambda operation: operation.split()[::-1],
    )


def page() -> str:
    """Return the page as Markdown."""
    operations = done()
    rows = [f"| `{operation}` | done{_remark(operation)} |" for operation in operations]
    rows += [f"| `{operation}` | not done |" for operation in NOT_DONE]
    families = [f"| {name} | {count} | {what} |" for name, count, what in FAMILIES]
    return "\n".join(
        [
            "# Operations of the twin",
            "",
            "<!-- Printed by `python -m visionone_sim.operations`; `make docs` prints it anew. -->",
            "",
            WHAT.format(done=len(operations), documented=DOCUMENTED),
            "",
            "| Operation | State |",
            "|---|---|",
            *sorted(rows, key=lambda row: row.split("`")[1].split()[::-1]),
            "",
            "## Families that are not simulated",
            "",
            "| Family | Operations | About |",
            "|---|---|---|",
            *families,
            "",
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether the one that is there is current."""
    parser = argparse.ArgumentParser(prog="python -m visionone_sim.operations", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="where the page lies; without it, it is printed")
    parser.add_argument("--check", action="store_true", help="change nothing, end with 1 when the page is old")
    wanted = parser.parse_args(arguments)
    if wanted.file is None:
        sys.stdout.write(page())
    elif not wanted.check:
        wanted.file.write_text(page(), encoding="utf-8")
    elif not wanted.file.is_file() or wanted.file.read_text(encoding="utf-8") != page():
        sys.stderr.write(f"{wanted.file} is not current; print it anew with python -m visionone_sim.operations.\n")
        return 1
    return 0


def _remark(operation: str) -> str:
    return ", answer guessed" if GUESSED.fullmatch(operation.split()[1]) else ""


if __name__ == "__main__":
    sys.exit(main())
