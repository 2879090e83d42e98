from warroom.model.incident import Severity
from warroom.model.lane import Lane, lane_of


def test_people_come_before_answers_before_playbooks_by_severity_before_routine() -> None:
    by_severity = [lane_of(severity) for severity in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)]
    assert [Lane.PEOPLE, Lane.ANSWERED, *by_severity, Lane.ROUTINE] == sorted(Lane)


def test_a_severity_that_nobody_knows_is_not_put_last() -> None:
    assert lane_of(Severity.UNKNOWN) is Lane.MEDIUM
    assert {lane_of(severity) for severity in Severity} <= set(Lane) - {Lane.PEOPLE, Lane.ANSWERED, Lane.ROUTINE}
