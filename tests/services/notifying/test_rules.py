from dataclasses import replace

import pytest

from tests.outbound.notice import HOSTILE
from warroom.services.notifying.notices import NO_INCIDENT
from warroom.services.notifying.rules import Rule

TO = "mailto:soc@example.com"


def test_a_rule_chooses_by_topic_and_severity() -> None:
    assert Rule(to=TO).wants(HOSTILE)
    assert Rule(to=TO, on=("approval",), severity="critical").wants(HOSTILE)
    assert not Rule(to=TO, on=("question",)).wants(HOSTILE)
    assert not Rule(to=TO, severity="critical").wants(replace(HOSTILE, severity=3.0))


def test_what_belongs_to_no_incident_is_told_whatever_the_severity() -> None:
    assert Rule(to=TO, severity="critical").wants(replace(HOSTILE, about="silence", severity=NO_INCIDENT))


NONE = ["soc@example.com", "mailto:", "ftp://host/x", "https://", "http://[", "mailto:a@b\r\nBcc: c"]


@pytest.mark.parametrize("to", NONE)
def test_an_address_that_is_none_is_refused(to: str) -> None:
    with pytest.raises(ValueError, match="is no address"):
        Rule(to=to)
