from dataclasses import replace

import pytest

from warroom.content.catalogue import Catalogue
from warroom.model.errors import InvalidInputError
from warroom.model.ids import TaskKey
from warroom.model.incident import Incident, Label, Mirror, Severity
from warroom.services.drive.edits import edit_of, rebased, together
from warroom.services.drive.performed import Done, Performed
from warroom.services.execution.call import Outcome
from warroom.testing.clock import START
from warroom.testing.samples import an_incident

LATER = START.replace(hour=10)
BASE = an_incident(custom_fields={"host": "a", "user": "x"})
EMPTY = Catalogue([])


def performed(base: Incident | None = None, changed: Incident | None = None, **fields: str) -> Performed:
    outcome = Outcome(incident=changed)
    return Performed(key=TaskKey("1"), ending=Done(), outcome=outcome, base=base, fields=fields)


def test_a_task_that_leaves_the_incident_alone_asks_for_no_edit() -> None:
    assert edit_of(performed(), EMPTY, LATER) is None
    assert edit_of(performed(BASE), EMPTY, LATER) is None


def test_only_what_a_task_changed_is_changed_in_the_incident_of_now() -> None:
    changed = replace(BASE, owner="ana", custom_fields={"host": "b", "user": "x"})
    now = replace(BASE, severity=Severity.HIGH, custom_fields={"host": "a", "user": "y", "new": 1})
    edit = edit_of(performed(BASE, changed), EMPTY, LATER)
    assert edit is not None
    assert edit(now) == replace(now, owner="ana", custom_fields={"host": "b", "user": "y", "new": 1}, modified=LATER)


def test_mapped_fields_are_set_on_the_incident_of_now() -> None:
    edit = edit_of(performed(BASE, severity="Critical", owner="bo"), EMPTY, LATER)
    assert edit is not None
    assert edit(replace(BASE, name="Renamed")) == replace(
        BASE, name="Renamed", severity=Severity.CRITICAL, owner="bo", modified=LATER
    )


def test_a_field_that_is_not_there_is_refused() -> None:
    edit = edit_of(performed(BASE, nope="x"), EMPTY, LATER)
    assert edit is not None
    with pytest.raises(InvalidInputError, match="There is no incident field 'nope'"):
        edit(BASE)


def test_edits_are_made_in_order() -> None:
    whole = together([lambda it: replace(it, name=it.name + "1"), lambda it: replace(it, name=it.name + "2")])
    assert whole(BASE).name == "Incident 112"


def test_rebasing_the_same_version_changes_nothing() -> None:
    assert rebased(BASE, BASE, replace(BASE, owner="bo")) == replace(BASE, owner="bo")


def test_labels_that_tasks_add_beside_each_other_are_all_there() -> None:
    a, b, c = (Label(type=name, value="1") for name in "abc")
    base, ours, now = (replace(BASE, labels=labels) for labels in ((a,), (a, b), (a, c)))
    assert rebased(base, ours, now).labels == (a, c, b)
    assert rebased(base, replace(BASE, labels=(b,)), now).labels == (b,), "Those that were set in place of others win."


def test_what_tasks_set_of_mirroring_beside_each_other_is_all_there() -> None:
    mirror = Mirror(instance="v1", id="WB-1", direction="Both")
    base = replace(BASE, mirror=mirror)
    ours, now = (
        replace(base, mirror=replace(mirror, direction="In")),
        replace(base, mirror=replace(mirror, tags=("x",))),
    )
    assert rebased(base, ours, now).mirror == replace(mirror, direction="In", tags=("x",))
    assert rebased(base, ours, BASE).mirror == ours.mirror
