"""Queries for incidents in XSOAR's words."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.model.errors import InvalidInputError
from warroom.model.incident import Incident, Mirror, Severity, Status
from warroom.services.execution.query import read_query
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

INCIDENT = an_incident(
    name="LSASS dump on FIN-LT-042",
    type="Credential Dumping",
    status=Status.ACTIVE,
    severity=Severity.HIGH,
    owner="ana",
    details="C:\\Temp\\lsass.DMP [1]",
    custom_fields={"visiononescore": 64, "visiononeendpoints": ["FIN-LT-042", "HR-7"], "note": "a:b"},
    mirror=Mirror(instance="v1", id="WB-7"),
    created=START,
)
LATER = (START + timedelta(days=1)).isoformat()


def holds(query: str, incident: Incident = INCIDENT) -> bool:
    return read_query(query)(incident)


@pytest.mark.parametrize(
    "query",
    [
        "lsass",
        "fin-lt",
        'name:"lsass dump on fin-lt-042"',
        "name:LSASS*",
        "name:*042",
        "status:active",
        "status:1",
        "status:Active and severity:high",
        "status:(pending or active)",
        "severity:>=2 severity:<4",
        'type:"Credential Dumping"',
        "type:credential*",
        "-type:Phishing",
        "not type:Phishing and not status:closed",
        "(type:Phishing or owner:ana) and -status:done",
        "type:Phishing OR owner:ana AND status:active",
        "owner:ANA",
        "id:1",
        "dbotMirrorId:WB-7",
        "visiononescore:64",
        "visiononescore:>60 visiononescore:<=64",
        "VisionOneEndpoints:hr-7",
        "note:a:b",
        "details:*[1]",
        f'created:<"{LATER}"',
        f'created:>="{START.isoformat()}"',
    ],
)
def test_a_query_finds(query: str) -> None:
    assert holds(query)


@pytest.mark.parametrize(
    "query",
    [
        "phishing",
        "name:lsass",
        "status:(pending or done)",
        "-status:active",
        "severity:critical",
        "severity:>high",
        "type:Phishing owner:ana",
        "nosuchfield:x",
        "nosuchfield:>1",
        "owner:an",
        "visiononescore:<64",
        "visiononeendpoints:>1",
        "closed:>2020-01-01",
        "details:*[2]",
        f'created:>"{LATER}"',
        "id:-1",
    ],
)
def test_a_query_does_not_find(query: str) -> None:
    assert not holds(query)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "cannot be read to its end"),
        ("name:", "cannot be read"),
        ("(a", "cannot be read"),
        ("a)", "cannot be read at"),
        ("a and", "cannot be read to its end"),
        ("status:busy", '"busy" is no status. Use pending, active, done, archive.'),
        ("severity:urgent", '"urgent" is no severity'),
        ("created:soon", "created takes a time"),
        ("visiononescore:>many", '"many" is not a number'),
        ('name:"open', "cannot be read"),
        ("(" * 200 + "a" + ")" * 200, "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused(query: str, words: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_query(query)
    assert words in str(refused.value)


@given(st.text(alphabet='ab:()-"<>= \\*[]ornt', max_size=30))
def test_any_text_is_read_or_refused(query: str) -> None:
    try:
        holds(query)
    except InvalidInputError:
        return
