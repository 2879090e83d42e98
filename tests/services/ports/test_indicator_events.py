from warroom.model.indicator import Verdict
from warroom.services.ports.indicator_events import changed_event, excluded_event, removed_event
from warroom.services.ports.indicators import Exclusion
from warroom.testing.clock import START
from warroom.testing.samples import an_indicator


def test_each_event_says_what_became_of_which_value() -> None:
    one = an_indicator(score=Verdict.BAD)
    assert changed_event(None, one).payload == {
        "id": one.id, "type": "Domain", "value": "evil.example.com", "score": 3, "change": "created",
    }  # fmt: skip
    assert changed_event(one, one).payload["change"] == "updated"
    assert removed_event(one).payload["change"] == "removed"
    excluded = excluded_event(Exclusion(value="a", reason="ours", actor="ana", at=START))
    assert (excluded.kind, excluded.incident, excluded.payload["reason"]) == ("indicator", None, "ours")
