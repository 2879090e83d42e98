"""The event that the playbook's machine receives when a task has ended."""

from typing import assert_never

from warroom.playbook import Event, TaskDone, TaskFailed, TaskUnavailable
from warroom.services.drive.performed import Done, Failed, Unavailable


def event_of(task: str, ending: Done | Failed | Unavailable) -> tuple[Event, str]:
    """Return the event, and the error that the task's row keeps."""
    match ending:
        case Done(branch):
            return TaskDone(task, branch), ""
        case Failed(error):
            return TaskFailed(task), error
        case Unavailable(reason):
            return TaskUnavailable(task), reason
        case _:
            assert_never(ending)
