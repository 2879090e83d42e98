from dataclasses import replace
from datetime import timedelta

import pytest

from warroom.model.ids import IncidentId
from warroom.model.indicator import (
    NEVER,
    Indicator,
    IndicatorComment,
    SourceScore,
    Verdict,
    deciding,
    folded,
    indicator_id,
    scored,
)
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator

FAIR = "C - Fairly reliable"


def says(source: str, score: Verdict, reliability: str = "") -> SourceScore:
    return SourceScore(source=source, score=score, reliability=reliability, at=START)


def test_one_value_of_one_type_is_one_indicator_however_it_is_spelled() -> None:
    assert indicator_id("Domain", "Example.COM ") == indicator_id("Domain", "example.com")
    assert indicator_id("Domain", "example.com") != indicator_id("DomainGlob", "example.com")
    assert folded("  A ") == "a"


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ((says("a", Verdict.GOOD), says("b", Verdict.BAD)), Verdict.BAD),
        (
            (says("a", Verdict.GOOD, "A - Completely reliable"), says("b", Verdict.BAD, "C - Fairly reliable")),
            Verdict.GOOD,
        ),
        ((says("a", Verdict.GOOD, "A+ - 3rd party enrichment"), says("b", Verdict.BAD, "A - x")), Verdict.GOOD),
        ((says("a", Verdict.UNKNOWN, "A - x"), says("b", Verdict.SUSPICIOUS, "F - x")), Verdict.SUSPICIOUS),
        ((says("a", Verdict.UNKNOWN),), None),
    ],
)
def test_the_most_reliable_source_that_knows_decides_and_of_several_the_worst(
    said: tuple[SourceScore, ...], score: Verdict | None
) -> None:
    counting = deciding(said)
    assert (counting and counting.score) == score


def test_a_score_that_was_set_by_hand_stays() -> None:
    by_hand = an_indicator(score=Verdict.GOOD, set_by="ana")
    after = scored(by_hand, says("VT", Verdict.BAD))
    assert (after.score, after.scores[0].score) == (Verdict.GOOD, Verdict.BAD)
    assert scored(replace(by_hand, set_by=""), says("VT", Verdict.BAD)).score is Verdict.BAD


def test_an_indicator_expires_at_its_time_or_never() -> None:
    assert not an_indicator(expires=None).is_expired(START)
    assert an_indicator(expires=START).is_expired(START)
    assert not an_indicator(expires=START + timedelta(seconds=1)).is_expired(START)


def test_scripts_see_it_as_xsoar_shows_it() -> None:
    one = an_indicator(
        "evil.example.com",
        score=Verdict.BAD,
        scores=(SourceScore(source="feed1", score=Verdict.BAD, reliability=FAIR, at=START, brand="CSV Feed"),),
        source="feed1",
        incidents=(IncidentId("7"),),
        custom_fields={"tags": ["c2"]},
        comments=(IndicatorComment(text="seen", actor="ana", at=START),),
    )
    shown = one.as_xsoar(START)
    assert (shown["value"], shown["indicator_type"], shown["score"], shown["manualScore"]) == (
        "evil.example.com", "Domain", 3, False,
    )  # fmt: skip
    assert (shown["sourceBrands"], shown["sourceInstances"]) == (["CSV Feed", "feed1"], ["feed1"])
    assert shown["moduleToFeedMap"]["feed1"]["reliability"] == FAIR == shown["aggregatedReliability"]
    assert (shown["investigationIDs"], shown["CustomFields"]) == (["7"], {"tags": ["c2"]})
    assert (shown["expiration"], shown["expirationStatus"]) == (NEVER, "active")
    assert shown["comments"] == [{"content": "seen", "user": "ana", "created": START.isoformat()}]
    assert one.tags == ("c2",)


def test_verdicts_are_shown_by_their_names() -> None:
    assert [verdict.label for verdict in Verdict] == ["Unknown", "Good", "Suspicious", "Bad"]
    assert isinstance(an_indicator(), Indicator)
