"""How findings of a check are printed, and the exit code that they mean."""

from collections.abc import Sequence

import typer
from rich.text import Text

from warroom.cli.output import console, print_json
from warroom.cli.printable import printable
from warroom.content.lint import Finding, Severity
from warroom.model.json import JsonObject
from warroom.model.sentence import counted


def end_with(findings: Sequence[Finding], looked_at: str, *, as_json: bool) -> None:
    """Print findings and how many there are in what was looked at; exit code 1 when one is an error."""
    if as_json:
        print_json([_finding_json(finding) for finding in findings])
    else:
        for line in (*map(str, findings), _summary(findings, looked_at)):
            console().print(Text(printable(line)), soft_wrap=True)
    raise typer.Exit(1 if any(finding.severity is Severity.ERROR for finding in findings) else 0)


def _finding_json(finding: Finding) -> JsonObject:
    return {
        "rule": finding.rule.value,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": str(finding.at.path) if finding.at else None,
        "line": finding.at.line if finding.at else None,
        "playbook": finding.playbook,
        "task": finding.task,
    }


def _summary(findings: Sequence[Finding], looked_at: str) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')} in {looked_at}."
