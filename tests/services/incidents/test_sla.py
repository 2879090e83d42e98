from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.incident import Severity
from warroom.services.incidents.sla import USUAL_TARGETS, age_of, targets
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

INCIDENT = an_incident(severity=Severity.HIGH)


def test_every_severity_has_its_time() -> None:
    assert set(USUAL_TARGETS) == set(Severity)


def test_what_is_not_set_stays_as_usual() -> None:
    assert targets({"high": 2}) == {**USUAL_TARGETS, Severity.HIGH: timedelta(hours=2)}


@pytest.mark.parametrize(("hours", "left", "percent"), [(-1, 9, 0), (0, 8, 0), (6, 2, 75), (8, 0, 100), (20, -12, 100)])
def test_an_incident_uses_its_time_from_its_creation_on(hours: float, left: float, percent: int) -> None:
    age = age_of(INCIDENT, USUAL_TARGETS, START + timedelta(hours=hours))
    assert (age.left, age.percent) == (timedelta(hours=left), percent)


def test_a_closed_incident_ages_no_more() -> None:
    closed = replace(INCIDENT, closed=START + timedelta(hours=2))
    assert age_of(closed, USUAL_TARGETS, START + timedelta(days=9)).used == timedelta(hours=2)
