from dataclasses import replace
from typing import get_args

import pytest

from tests.outbound.notice import HOSTILE
from warroom.model.user import Role
from warroom.services.notifying.notices import NO_INCIDENT
from warroom.services.notifying.rules import RoleName, Rule

TO = "mailto:soc@example.com"


def test_a_rule_chooses_by_topic_and_severity() -> None:
    assert Rule(to=TO).wants(HOSTILE)
    assert Rule(to=TO, on=("approval",), severity="critical").wants(HOSTILE)
    assert not Rule(to=TO, on=("question",)).wants(HOSTILE)
    assert not Rule(to=TO, severity="critical").wants(replace(HOSTILE, severity=3.0))


def test_what_belongs_to_no_incident_is_told_whatever_the_severity() -> None:
    assert Rule(to=TO, severity="critical").wants(replace(HOSTILE, about="silence", severity=NO_INCIDENT))


def test_new_incidents_are_told_only_where_they_are_named() -> None:
    new = replace(HOSTILE, about="incident")
    assert not Rule(to=TO).wants(new)
    assert Rule(to=TO, on=("incident",)).wants(new)
    assert not Rule(to=TO, on=("incident",), severity="critical").wants(replace(new, severity=3.0))


def test_missing_evidence_is_a_question_too() -> None:
    missing = replace(HOSTILE, about="evidence missing")
    assert Rule(to=TO, on=("question",)).wants(missing)
    assert Rule(to=TO, on=("evidence missing",)).wants(missing)
    assert not Rule(to=TO, on=("evidence missing",)).wants(replace(HOSTILE, about="question"))


def test_a_rule_names_somebody() -> None:
    with pytest.raises(ValueError, match="has no recipients"):
        Rule()
    assert Rule(roles=("admin",)).to == Rule(users=("ann",)).to == ""


def test_the_roles_of_rules_are_those_that_there_are() -> None:
    assert list(get_args(RoleName)) == [role.label for role in Role]


NONE = ["soc@example.com", "mailto:", "ftp://host/x", "https://", "http://[", "mailto:a@b\r\nBcc: c"]


@pytest.mark.parametrize("to", NONE)
def test_an_address_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Rule(to=to)
