"""What both sides have in common, and what of it has changed here."""

import json
from dataclasses import replace

import pytest

from tests.services.mirroring.reflection import Reflection
from tests.services.world import an_instance
from warroom.content.catalogue import Catalogue
from warroom.mapping.map_fields import MappedFields
from warroom.mapping.map_out import map_out
from warroom.model.incident import Incident, Mirror
from warroom.model.json import Json
from warroom.services.mirroring.tie import Maps, Tie, behind, first_record, maps_of, owing, tie_of
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

RAW = json.dumps({"stage": "Open", "severity": 2, "impact": 10})


@pytest.fixture
def maps() -> Maps:
    return maps_of(an_instance(), Reflection().world.catalogue)


def fetched(direction: str = "Both") -> Incident:
    mirror = Mirror(instance="lab-1", id="WB-1", direction=direction)
    fields: dict[str, Json] = {"stage": "Open", "impactscore": 10}
    return replace(an_incident(type="Case", raw_json=RAW, custom_fields=fields), mirror=mirror)


def tied(maps: Maps, direction: str = "Both", **changed: Json) -> Tie:
    """An incident that was fetched, and changed here since."""
    incident = fetched(direction)
    record = first_record(incident, maps, START)
    assert record is not None
    return tie_of(replace(incident, custom_fields={**incident.custom_fields, **changed}), record, maps)


def test_at_first_both_sides_have_what_was_fetched(maps: Maps) -> None:
    record = first_record(fetched(), maps, START)
    assert record is not None
    assert (record.instance, record.fields, record.synced) == ("lab-1", {"stage": "Open"}, START)
    assert set(record.seen) == {"severity", "impactscore"}
    assert tied(maps).delta == {}


@pytest.mark.parametrize("direction", ["", "None", "Sideways"])
def test_without_a_direction_nothing_is_remembered(maps: Maps, direction: str) -> None:
    assert first_record(fetched(direction), maps, START) is None
    assert first_record(replace(fetched(), mirror=None), maps, START) is None


@pytest.mark.parametrize("raw", ["{broken", "[1]", "", "[" * 200_000], ids=["broken", "no object", "empty", "nested"])
def test_a_raw_record_that_cannot_be_read_is_no_obstacle(maps: Maps, raw: str) -> None:
    record = first_record(replace(fetched(), raw_json=raw), maps, START)
    assert record is not None
    assert record.seen == {}


@pytest.mark.parametrize(("direction", "ways"), [("In", (True, False)), ("Out", (False, True)), ("Both", (True, True))])
def test_the_direction_says_which_way(maps: Maps, direction: str, ways: tuple[bool, bool]) -> None:
    tie = tied(maps, direction)
    assert (tie.goes_in, tie.goes_out, tie.remote_id, tie.is_closed) == (*ways, "WB-1", False)


def test_a_change_that_is_yet_to_be_sent_stays_and_is_not_in_common(maps: Maps) -> None:
    tie = tied(maps, stage="Investigating")
    taken = tie.taken_in(MappedFields(custom={"stage": "Closed"}))
    assert taken.changed == {}
    assert tie.after(taken, map_out(maps.outgoing, taken.incident)).fields == {"stage": "Open"}


def test_what_only_comes_in_is_never_yet_to_be_sent(maps: Maps) -> None:
    tie = tied(maps, "In", stage="Investigating")
    taken = tie.taken_in(MappedFields(custom={"stage": "Closed"}))
    assert taken.changed == {"stage": "Closed"}
    assert tie.after(taken, map_out(maps.outgoing, taken.incident)).fields == {"stage": "Closed"}


def test_the_same_change_on_both_sides_is_in_common(maps: Maps) -> None:
    tie = tied(maps, stage="Closed")
    taken = tie.taken_in(MappedFields(custom={"stage": "Closed"}))
    assert tie.after(taken, map_out(maps.outgoing, taken.incident)).fields == {"stage": "Closed"}


def test_a_field_of_which_nobody_knows_what_the_other_side_has_is_sent_until_both_agree(maps: Maps) -> None:
    tie = tied(maps)
    tie = replace(tie, record=replace(tie.record, unsure=("stage",)))
    assert tie.delta == {"stage": "Open"}
    unlike, alike = (tie.taken_in(MappedFields(custom={"stage": stage})) for stage in ("Closed", "Open"))
    assert (unlike.changed, tie.after(unlike, tie.outgoing).unsure) == ({}, ("stage",))
    assert tie.after(alike, tie.outgoing).unsure == ()


def test_the_instance_may_name_its_own_mappers() -> None:
    catalogue = Reflection().world.catalogue
    assert maps_of(an_instance(mapper="Gone", mapper_out="Gone"), catalogue).outgoing is None
    without = maps_of(an_instance(), Catalogue([]))
    assert (without.incoming, without.outgoing) == (None, None)


def test_what_failed_is_due(maps: Maps) -> None:
    record = tied(maps).record
    assert owing(record) == replace(record, owes=True, due=True)
    assert behind(record) == replace(record, behind=True, due=True)
