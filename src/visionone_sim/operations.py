"""The page that lists every operation that the twin answers: `python -m visionone_sim.operations`.

What is done is read from the application's own routes, so the page cannot promise what is not there; what is left is
counted from the vendor's list.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from visionone_sim.app import api_routes
from visionone_sim.edge import API
from visionone_sim.operation_names import template
from visionone_sim.sources import ELSEWHERE, SOURCES, documented

# The rest of the API, by the first part of the path.
FAMILIES: Mapping[str, str] = {
    "asrm": "Attack surface risk management",
    "cam": "Cloud accounts",
    "caseManagement": "Risk events of a case",
    "containerSecurity": "Clusters, images, policies",
    "datalake": "Data pipelines into one's own storage",
    "dmm": "Detection models",
    "emailAssetInventory": "Mail servers, domains, accounts",
    "endpointSecurity": "Changing policies of agents' versions",
    "securityPlaybooks": "Trend Micro's own playbooks",
    "threatintel": "Intelligence reports and feeds, beside the lists",
}
WHAT = (
    "The twin answers {done} operations of Vision One's API v3.0, under `/v3.0`. "
    "The vendor's own list has {documented}, of which {both} are among them; the others say who has them. "
    "Each says what its answer was made from: `as pytmv1 reads it` (Trend Micro's own client takes it), `documented`, "
    "`like its siblings` (its parameters are documented, and others of its kind answer so), or `answer guessed`. "
    "Whether an answer is right is another question: [conformance](conformance.md) says what a client made by others "
    "makes of it."
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


def left(operations: Collection[str], known: Iterable[str]) -> Counter[str]:
    """Count what the vendor documents and no route of ours answers, by family.

    >>> left(["GET /dmm/models"], ["GET /dmm/models", "PATCH /dmm/models/{id}", "GET /dmm/exceptions"])
    Counter({'dmm': 2})
    """
    return Counter(operation.split("/")[1] for operation in known if operation not in operations)


def page() -> str:
    """Return the page as Markdown."""
    operations, known = done(), documented()
    rows = [f"| `{operation}` | done, {_remark(operation)} |" for operation in operations]
    return "\n".join(
        [
            "# Operations of the twin",
            "",
            "<!-- Printed by `python -m visionone_sim.operations`; `make docs` prints it anew. -->",
            "",
            WHAT.format(done=len(operations), documented=len(known), both=len(set(known) & set(operations))),
            "",
            "| Operation | State |",
            "|---|---|",
            *rows,
            "",
            "## What is not simulated",
            "",
            "| Family | Operations | About |",
            "|---|---|---|",
            *(f"| {name} | {count} | {FAMILIES[name]} |" for name, count in sorted(left(operations, known).items())),
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
    named = f", named by {ELSEWHERE[operation]}" if operation in ELSEWHERE else ""
    return f"{SOURCES[operation].value}{named}"


if __name__ == "__main__":
    sys.exit(main())
