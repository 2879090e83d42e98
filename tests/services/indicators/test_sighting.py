from datetime import timedelta

from warroom.model.ids import IncidentId
from warroom.model.indicator import Verdict
from warroom.services.indicators.sighting import Sighting, with_fields, with_sighting
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator

LATER = START + timedelta(days=3)
DAY = timedelta(days=1)


def seen(**fields: object) -> Sighting:
    return Sighting(type="Domain", value=" evil.example.com", **fields)  # type: ignore[arg-type]  # as the test names them


def test_a_new_one_is_made_of_it() -> None:
    one = with_sighting(None, seen(source="feed1", score=Verdict.BAD, reliability="B"), "ana", START, DAY)
    assert (one.value, one.source, one.score, one.set_by) == ("evil.example.com", "feed1", Verdict.BAD, "")
    assert (one.first_seen, one.last_seen, one.expires) == (START, START, START + DAY)
    assert [(said.source, said.reliability) for said in one.scores] == [("feed1", "B")]


def test_what_is_seen_again_lasts_longer() -> None:
    before = an_indicator(expires=START + DAY)
    after = with_sighting(before, seen(), "ana", LATER, DAY)
    assert (after.first_seen, after.last_seen, after.expires) == (START, LATER, LATER + DAY)
    assert with_sighting(before, seen(), "ana", LATER, None).expires is None
    assert with_sighting(before, seen(at=START - DAY), "ana", LATER, DAY).first_seen == START - DAY


def test_an_expiry_that_was_set_by_hand_stays() -> None:
    before = an_indicator(expires=START + DAY, expiry_set=True)
    assert with_sighting(before, seen(), "ana", LATER, DAY).expires == START + DAY


def test_a_verdict_by_hand_counts_whatever_sources_say() -> None:
    by_hand = with_sighting(None, seen(score=Verdict.GOOD, is_manual=True), "ana", START, None)
    assert (by_hand.score, by_hand.set_by, by_hand.scores) == (Verdict.GOOD, "ana", ())
    assert with_sighting(by_hand, seen(source="VT", score=Verdict.BAD), "ana", LATER, None).score is Verdict.GOOD


def test_incidents_comments_and_fields_are_added() -> None:
    before = an_indicator(custom_fields={"tags": ["a"], "asn": "1"}, incidents=(IncidentId("1"),))
    told = seen(fields={"tags": ["b"]}, merges=True, comment="hm", incidents=(IncidentId("1"), IncidentId("2")))
    after = with_sighting(before, told, "ana", LATER, None)
    assert (after.custom_fields, after.incidents) == ({"tags": ["a", "b"], "asn": "1"}, ("1", "2"))
    assert [(one.text, one.actor) for one in after.comments] == [("hm", "ana")]


def test_lists_are_replaced_unless_they_are_merged() -> None:
    assert with_fields({"tags": ["a"]}, {"tags": ["b"]}, merges=False) == {"tags": ["b"]}
    assert with_fields({"tags": ["a"]}, {"tags": ["a", "b"]}, merges=True) == {"tags": ["a", "b"]}
    assert with_fields({"tags": "a"}, {"tags": ["b"]}, merges=True) == {"tags": ["b"]}
