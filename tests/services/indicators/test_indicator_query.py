from datetime import timedelta

import pytest

from warroom.model.errors import InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.indicator import IndicatorComment, SourceScore, Verdict
from warroom.model.json import Json
from warroom.services.indicators.indicator_query import read_indicator_query, verdict_of
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator

NOW = START + timedelta(days=2)
ONE = an_indicator(
    "Evil.example.com",
    score=Verdict.BAD,
    scores=(SourceScore(source="feed1", score=Verdict.BAD, reliability="A - x", at=START, brand="CSV Feed"),),
    source="feed1",
    expires=START + timedelta(days=1),
    custom_fields={"tags": ["c2", "apt"], "asn": "AS1", "confidence": 80},
    incidents=(IncidentId("7"), IncidentId("12")),
    comments=(IndicatorComment(text="seen in mail", actor="ana", at=START),),
)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "*",
        "evil",
        "evil.*",
        "value:evil.EXAMPLE.com",
        'value:"Evil.example.com"',
        "value:*example*",
        "type:Domain",
        "indicator_type:domain and -type:IP",
        "reputation:Bad",
        "verdict:Malicious",
        "score:3",
        "score:>=2",
        "(reputation:Bad or reputation:Suspicious) and investigationIDs:7",
        "incident.id:12",
        'incident.id: "7" OR incident.id: "99"',
        "sourceBrands:csv*",
        'sourceBrands:"CSV Feed"',
        "sourceInstances:feed1",
        "source:feed1",
        "tags:apt",
        "asn:AS1",
        "confidence:>=80",
        "expirationStatus:expired",
        "-expirationStatus:active",
        'lastSeen:>="7 days ago"',
        'firstSeen:<"1 day ago"',
        f'modified:<="{NOW.isoformat()}"',
        "comments:*mail*",
        "aggregatedReliability:A*",
        "manualScore:false",
    ],
)
def test_it_is_found(query: str) -> None:
    assert read_indicator_query(query, NOW)(ONE)


@pytest.mark.parametrize(
    "query",
    [
        "good",
        "value:evil",
        "type:IP",
        "verdict:Good",
        "score:<3",
        "investigationIDs:8",
        "tags:ap",
        "confidence:>80",
        "asn:>1",
        "nosuchfield:x",
        "incident.sourceBrand:x",
        "expirationStatus:active",
        'lastSeen:>="1 hour ago"',
        "expiration:>2030-01-01",
    ],
)
def test_it_is_not_found(query: str) -> None:
    assert not read_indicator_query(query, NOW)(ONE)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("verdict:Awful", '"Awful" is no verdict'),
        ("lastSeen:>yesterday", "lastSeen takes a time"),
        ("type:(IP", "cannot be read to its end"),
    ],
)
def test_what_cannot_be_read_is_said(query: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said.replace("(", r"\(")):
        read_indicator_query(query, NOW)


@pytest.mark.parametrize(
    ("written", "verdict"),
    [("good", Verdict.GOOD), ("Benign", Verdict.GOOD), (2, Verdict.SUSPICIOUS), ("0", Verdict.UNKNOWN)],
)
def test_verdicts_have_several_names(written: Json, verdict: Verdict) -> None:
    assert verdict_of(written) is verdict
