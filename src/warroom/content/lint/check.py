"""All checks of one playbook."""

from warroom.content.catalogue import Catalogue
from warroom.content.lint.calls import check_calls
from warroom.content.lint.edges import check_edges
from warroom.content.lint.finding import Finding
from warroom.content.lint.language import Language
from warroom.content.lint.subject import Subject
from warroom.content.lint.values import check_values
from warroom.content.playbook import Playbook

CHECKS = (check_edges, check_calls, check_values)


def lint(playbook: Playbook, catalogue: Catalogue, language: Language) -> list[Finding]:
    """Return every mistake that shows without running the playbook, by line, each once."""
    subject = Subject(playbook=playbook, catalogue=catalogue, language=language)
    for check in CHECKS:
        check(subject)
    found = dict.fromkeys(subject.findings)
    return sorted(found, key=lambda finding: (finding.at.line if finding.at else 0, finding.rule, finding.message))
