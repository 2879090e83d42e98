from warroom.model.ids import IncidentId
from warroom.model.incident import Severity
from warroom.services.ports.store import IncidentQuery, IncidentSort
from warroom.testing.incidents import groups, matching
from warroom.testing.samples import an_incident

HELD = {
    IncidentId("1"): an_incident(1, severity=Severity.LOW, owner="ana"),
    IncidentId("2"): an_incident(2, severity=Severity.HIGH),
    IncidentId("10"): an_incident(10, severity=Severity.LOW, owner="ana"),
}


def ids(query: IncidentQuery) -> list[str]:
    return [incident.id for incident in matching(HELD, query)]


def test_the_newest_or_the_worst_come_first() -> None:
    assert ids(IncidentQuery()) == ["10", "2", "1"]
    assert ids(IncidentQuery(sort=IncidentSort.SEVERITY)) == ["2", "10", "1"]


def test_what_stands_behind_a_mark_is_given_also_when_the_mark_is_gone() -> None:
    assert ids(IncidentQuery(sort=IncidentSort.SEVERITY, before=IncidentId("2"))) == ["10", "1"]
    assert ids(IncidentQuery(before=IncidentId("5"))) == ["2", "1"]


def test_every_wish_has_to_hold() -> None:
    assert ids(IncidentQuery(owner="ana", severity=Severity.LOW)) == ["10", "1"]
    assert ids(IncidentQuery(owner="ana", severity=Severity.HIGH)) == []


def test_those_that_are_alike_are_counted() -> None:
    assert sorted((group.owner, group.count) for group in groups(HELD.values())) == [("", 1), ("ana", 2)]
