"""Notes on an alert: listed, changed, deleted."""

from typing import Any

import pytest

from visionone_sim.faults import Fault
from visionone_sim.testing import RunningTwin


@pytest.fixture
def alert(twin: RunningTwin) -> str:
    return next(iter(twin.tenant.alerts))


@pytest.fixture
def notes(xsoar: Any, alert: str) -> list[str]:
    return [
        xsoar.run("add-note", workbench_id=alert, content=text).context("VisionOne.Add_Note")["note_id"]
        for text in "ab"
    ]


def texts(twin: RunningTwin, alert: str) -> list[str]:
    return [note.content for note in twin.tenant.notes.on(alert)]


def test_notes_are_listed_the_oldest_first(xsoar: Any, alert: str, notes: list[str]) -> None:
    ran = xsoar.run("list-notes", workbench_id=alert)

    found = ran.context("VisionOne.Note")
    assert [(one["id"], one["content"], one["workbench_id"]) for one in found] == [
        (notes[0], "a", alert),
        (notes[1], "b", alert),
    ]
    assert len(xsoar.run("list-notes", workbench_id=alert, limit="1").context("VisionOne.Note")) == 1


def test_a_note_is_changed_even_when_someone_else_was_quicker(
    xsoar: Any, twin: RunningTwin, alert: str, notes: list[str]
) -> None:
    twin.fail(Fault(path=f".*/notes/{notes[0]}", method="PATCH", status=412, code="PreconditionFailed"))

    ran = xsoar.run("edit-note", workbench_id=alert, note_id=notes[0], content="A")

    assert ran.errors == []
    assert texts(twin, alert) == ["A", "b"]


def test_a_note_that_reads_so_already_is_left_alone(
    xsoar: Any, twin: RunningTwin, alert: str, notes: list[str]
) -> None:
    ran = xsoar.run("edit-note", workbench_id=alert, note_id=notes[0], content="a")

    assert "reads so already" in ran.readable
    assert twin.requests.to("/notes/", method="PATCH") == []


def test_notes_are_deleted_and_one_that_is_gone_is_no_error(
    xsoar: Any, twin: RunningTwin, alert: str, notes: list[str]
) -> None:
    ran = xsoar.run("delete-notes", workbench_id=alert, note_id=[notes[0], "999"])

    assert ran.errors == []
    assert "Not on alert" in ran.readable
    assert texts(twin, alert) == ["b"]


def test_a_note_that_does_not_exist_cannot_be_changed(xsoar: Any, alert: str) -> None:
    [error] = xsoar.run("edit-note", workbench_id=alert, note_id="999", content="x").errors

    assert "404 NotFound" in error


@pytest.mark.parametrize("note_id", ["", " , "])
def test_nothing_named_deletes_nothing(xsoar: Any, twin: RunningTwin, alert: str, note_id: str) -> None:
    ran = xsoar.run("delete-notes", workbench_id=alert, note_id=note_id)

    assert "give note_id" in ran.errors[0]
    assert len(twin.requests) == 0
