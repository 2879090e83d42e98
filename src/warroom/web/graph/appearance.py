"""The appearance of a task in the drawing: its kind and its state."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from warroom.content.playbook import ERROR_LABEL, Playbook, Task, TaskKind
from warroom.model.plan import FOR_PEOPLE, Frame, TaskRecord, TaskState
from warroom.playbook.machine import Mark, WorkPlan, blocked, label_taken
from warroom.web.graph.route import Edge


class Kind(StrEnum):
    """The kinds of cards; finer than the file's kinds of tasks."""

    START = "start"
    TITLE = "title"
    COMMAND = "command"
    SCRIPT = "script"
    CONDITION = "condition"
    DECISION = "decision"  # a condition that a person decides
    PERSON = "person"
    PLAYBOOK = "playbook"
    COLLECTION = "collection"


class Appearance(StrEnum):
    """States as CSS classes."""

    COMPLETED = "completed"
    RUNNING = "running"
    WAITING = "waiting"
    NEEDS_PERSON = "needs-person"
    ERROR = "error"
    SKIPPED = "skipped"
    PENDING = "pending"
    BLOCKED = "blocked"


APPEARANCES: Mapping[TaskState, Appearance] = {
    TaskState.NOT_STARTED: Appearance.PENDING,
    TaskState.IN_PROGRESS: Appearance.RUNNING,
    TaskState.WAITING: Appearance.WAITING,
    TaskState.COMPLETED: Appearance.COMPLETED,
    TaskState.ERROR: Appearance.ERROR,
    TaskState.SKIPPED: Appearance.SKIPPED,
    TaskState.BLOCKED: Appearance.BLOCKED,
}
SAID: Mapping[Appearance, str] = {
    Appearance.COMPLETED: "completed",
    Appearance.RUNNING: "running",
    Appearance.WAITING: "waiting",
    Appearance.NEEDS_PERSON: "waiting for a person",
    Appearance.ERROR: "in error",
    Appearance.SKIPPED: "skipped",
    Appearance.PENDING: "not started",
    Appearance.BLOCKED: "blocked behind an error",
}
URGENCY = (
    Appearance.NEEDS_PERSON,
    Appearance.ERROR,
    Appearance.RUNNING,
    Appearance.WAITING,
)  # what a reader should see first


class Flow(StrEnum):
    """The result of an edge, as a CSS class."""

    TAKEN = "taken"
    DEAD = "dead"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One task of a work plan as it is drawn. `frame` is the prefix of the tasks of its sub-playbook."""

    appearance: Appearance = Appearance.PENDING
    record: TaskRecord | None = None
    frame: str = ""

    @property
    def has_failed_over(self) -> bool:
        """Whether it ended in an error that the playbook handles."""
        return self.appearance is Appearance.COMPLETED and self.record is not None and self.record.branch == ERROR_LABEL

    @property
    def said(self) -> str:
        return "completed by its error path" if self.has_failed_over else SAID[self.appearance]


def kind_of(task: Task) -> Kind:
    match task.kind:
        case TaskKind.CONDITION:
            return Kind.CONDITION if task.cases or task.script else Kind.DECISION
        case TaskKind.REGULAR if not task.script:
            return Kind.PERSON
        case TaskKind.REGULAR:
            return Kind.COMMAND if task.is_command else Kind.SCRIPT
        case TaskKind.START | TaskKind.TITLE | TaskKind.PLAYBOOK | TaskKind.COLLECTION:
            return Kind(task.kind.value)
        case _:
            assert_never(task.kind)


def states_of(playbook: Playbook, tasks: Mapping[str, TaskRecord], prefix: str = "") -> dict[str, State]:
    """Return the state of each task of a frame, by the task's id."""
    own = {task_id: tasks[prefix + task_id] for task_id in playbook.tasks if prefix + task_id in tasks}
    marks = {task_id: Mark(record.state) for task_id, record in own.items() if _has_started(record)}
    behind_error = set(blocked(playbook, WorkPlan(marks)))
    inside = _urgent_inside(tasks, prefix)
    states = {}
    for task_id in playbook.tasks:
        record = own.get(task_id)
        appearance = Appearance.BLOCKED if task_id in behind_error else appearance_of(record)
        if appearance in {Appearance.RUNNING, Appearance.WAITING} and task_id in inside:
            appearance = inside[task_id]
        states[task_id] = State(appearance=appearance, record=record, frame=_frame(record, prefix + task_id))
    return states


def appearance_of(record: TaskRecord | None) -> Appearance:
    if record is None:
        return Appearance.PENDING
    if record.wait and record.wait.kind in FOR_PEOPLE:
        return Appearance.NEEDS_PERSON
    return APPEARANCES[record.state]


def flow_of(edge: Edge, task: Task, record: TaskRecord | None) -> Flow:
    """Return whether the work plan took an edge, never will, or has not reached it."""
    if record is None:
        return Flow.OPEN
    if record.state is TaskState.SKIPPED:
        return Flow.DEAD
    if record.state is TaskState.COMPLETED:
        return Flow.TAKEN if label_taken(task, record.branch) == edge.label else Flow.DEAD
    return Flow.OPEN


def active(states: Mapping[str, State]) -> str:
    """Return the id of the task to show first; "" when nothing is under way."""
    for appearance in URGENCY:
        found = [task_id for task_id, state in states.items() if state.appearance is appearance]
        if found:
            return found[0]
    return ""


def _has_started(record: TaskRecord) -> bool:
    return record.state not in {TaskState.NOT_STARTED, TaskState.BLOCKED}


def _urgent_inside(tasks: Mapping[str, TaskRecord], prefix: str) -> dict[str, Appearance]:
    """Find the tasks with a sub-playbook in which, at any depth, a task waits for a person."""
    found: dict[str, Appearance] = {}
    for key, record in tasks.items():
        rest = key.removeprefix(prefix)
        if key.startswith(prefix) and "/" in rest and appearance_of(record) is Appearance.NEEDS_PERSON:
            found[rest.partition("/")[0].partition("#")[0]] = Appearance.NEEDS_PERSON
    return found


def _frame(record: TaskRecord | None, key: str) -> str:
    frame: Frame | None = record.frame if record else None
    if frame is None:
        return ""
    return f"{key}#{frame.turn}/" if frame.turn >= 0 else f"{key}/"
