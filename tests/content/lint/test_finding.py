from pathlib import Path

from warroom.content.lint import Finding, Rule, Severity
from warroom.content.lint.finding import SEVERITIES
from warroom.model.errors import Location


def test_a_finding_reads_like_a_compilers() -> None:
    finding = Finding(
        rule=Rule.UNUSED_INPUT, severity=Severity.WARNING, message="It is unused.", at=Location(Path("a.yml"), 7)
    )
    assert str(finding) == "a.yml:7: warning: It is unused. [unused-input]"


def test_a_finding_without_a_place_says_the_rest() -> None:
    finding = Finding(rule=Rule.UNREADABLE, severity=Severity.ERROR, message="It is empty.")
    assert str(finding) == "error: It is empty. [unreadable]"


def test_every_rule_has_its_severity() -> None:
    assert set(SEVERITIES) == set(Rule)
