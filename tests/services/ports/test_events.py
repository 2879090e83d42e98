from dataclasses import replace

from warroom.model.event import PackChange
from warroom.model.ids import IncidentId, PlanId
from warroom.services.ports.events import NewEvent, face_of, new_events
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_entry, an_incident, some_changes

# Every kind of event is tested in tests/store/test_events.py, on every store.

HOME = IncidentId("1")


def test_an_incident_that_was_not_there_is_created_and_another_updated() -> None:
    old, new = an_incident(1, name="Old"), an_incident(2)
    changes = some_changes(incidents=[replace(old, name="New name"), new])
    first, second = new_events(changes, {HOME: face_of(old)}, {})
    assert first.payload == {"change": "updated", "name": "New name"}
    assert second.payload["change"] == "created"


def test_an_entry_that_a_later_look_wrote_over_is_updated() -> None:
    changes = some_changes(entries=[an_entry(1), an_entry(2, modified=START)])
    assert [each.payload["change"] for each in new_events(changes, {}, {})] == ["created", "updated"]


def test_a_task_is_told_on_the_incident_of_its_plan() -> None:
    changes = some_changes(plans=[a_plan()], tasks=[a_task(), a_task(plan="p9")])
    told = list(new_events(changes, {}, {PlanId("p1"): HOME}))
    assert [(each.kind, each.incident) for each in told] == [("plan", HOME), ("task", HOME), ("task", None)]


def test_an_event_takes_time_and_actor_from_its_commit() -> None:
    event = NewEvent(incident=HOME, kind="entry", payload={"id": "1@1"}).numbered(5, some_changes(actor="ada"))
    assert (event.sequence, event.at, event.actor, event.incident) == (5, START, "ada", HOME)


def test_a_pack_is_told_with_its_version_and_what_became_of_it() -> None:
    [told] = new_events(some_changes(packs=[PackChange(pack="Mine", version="1.0.0", change="removed")]), {}, {})
    assert (told.kind, told.payload) == ("pack", {"pack": "Mine", "version": "1.0.0", "change": "removed"})
