"""What the machine is told, and what the row keeps."""

import pytest

from warroom.playbook import Event, TaskDone, TaskFailed, TaskUnavailable
from warroom.services.drive.ended import event_of
from warroom.services.drive.performed import Done, Failed, Unavailable


@pytest.mark.parametrize(
    ("ending", "event", "error"),
    [
        (Done(), TaskDone("7"), ""),
        (Done("yes"), TaskDone("7", "yes"), ""),
        (Failed("no such host"), TaskFailed("7"), "no such host"),
        (Unavailable("There is no script Nope."), TaskUnavailable("7"), "There is no script Nope."),
    ],
)
def test_each_ending_has_its_event_and_its_error(ending: Done | Failed | Unavailable, event: Event, error: str) -> None:
    assert event_of("7", ending) == (event, error)
