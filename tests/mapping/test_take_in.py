"""What the other system says, and what stays as it was made here."""

from dataclasses import replace

from warroom.mapping.map_fields import LONGEST_NAME, MappedFields
from warroom.mapping.take_in import Shared, seen_in, take_in
from warroom.model.incident import Severity
from warroom.model.json import Json
from warroom.testing.samples import an_incident

INCIDENT = replace(an_incident(), severity=Severity.HIGH, custom_fields={"stage": "Open", "score": 5})
STAGE = frozenset({"stage"})


def mapped(severity: Json = None, **custom: Json) -> MappedFields:
    return MappedFields(system={} if severity is None else {"severity": severity}, custom=custom)


def test_a_field_of_both_sides_becomes_what_the_other_side_has() -> None:
    taken = take_in(INCIDENT, mapped(stage="Closed"), Shared(synced=STAGE))
    assert taken.incident == replace(INCIDENT, custom_fields={"stage": "Closed", "score": 5})
    assert taken.changed == {"stage": "Closed"}


def test_a_field_that_was_changed_here_stays() -> None:
    taken = take_in(INCIDENT, mapped(stage="Closed", score=6), Shared(synced=STAGE, dirty=STAGE))
    assert taken.incident.custom_fields == {"stage": "Open", "score": 6}
    assert taken.agreed == frozenset()


def test_a_change_that_both_sides_made_is_none_any_more() -> None:
    taken = take_in(INCIDENT, mapped(stage="Open"), Shared(synced=STAGE, dirty=STAGE))
    assert (taken.incident, taken.changed, taken.agreed) == (INCIDENT, {}, STAGE)


def test_what_only_comes_in_is_set_when_the_other_side_changes_it() -> None:
    came = mapped(severity=2, score=7)
    seen = seen_in(came, frozenset())
    again = take_in(INCIDENT, came, Shared(seen=seen))
    assert (again.incident, again.seen) == (INCIDENT, seen)
    later = take_in(INCIDENT, mapped(severity="critical", score=7), Shared(seen=seen))
    assert later.changed == {"severity": Severity.CRITICAL}
    assert later.seen["score"] == seen["score"]
    assert later.seen["severity"] != seen["severity"]


def test_what_is_empty_or_no_field_for_mirroring_changes_nothing() -> None:
    system: dict[str, Json] = {"type": "Other", "occurred": "2030", "name": "", "severity": "urgent"}
    taken = take_in(INCIDENT, MappedFields(system=system, custom={"stage": None, "score": ""}), Shared())
    assert (taken.incident, taken.changed) == (INCIDENT, {})


def test_a_name_stays_as_short_as_a_fetched_one() -> None:
    taken = take_in(INCIDENT, MappedFields(system={"name": "x" * 10_000}, custom={}), Shared())
    assert taken.incident.name == "x" * LONGEST_NAME


def test_only_what_does_not_go_out_is_remembered_as_seen() -> None:
    assert set(seen_in(mapped(severity=1, stage="Open", score=5), STAGE)) == {"severity", "score"}
    assert set(take_in(INCIDENT, mapped(stage="x", score=1), Shared(synced=STAGE)).seen) == {"score"}
