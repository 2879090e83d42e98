"""What a task is and how far it is, as the drawing shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from warroom.content.playbook import ERROR_LABEL, Playbook, Task, TaskKind
from warroom.model.plan import FOR_PEOPLE, Frame, TaskRecord, TaskState
from warroom.playbook.machine import Mark, WorkPlan, blocked, label_taken
from warroom.web.graph.route import Edge


class Kind(StrEnum):
    """What a card shows at a glance; finer than the file's kinds."""

    START = "start"
    TITLE = "title"
    COMMAND = "command"
    SCRIPT = "script"
    CONDITION = "condition"
    DECISION = "decision"  # a condition that a person decides
    PERSON = "person"
    PLAYBOOK = "playbook"
    COLLECTION = "collection"


class Look(StrEnum):
    """States as CSS classes."""

    COMPLETED = "completed"
    RUNNING = "running"
    WAITING = "waiting"
    NEEDS_PERSON = "needs-person"
    ERROR = "error"
    SKIPPED = "skipped"
    PENDING = "pending"
    BLOCKED = "blocked"


LOOKS: Mapping[TaskState, Look] = {
    TaskState.NOT_STARTED: Look.PENDING,
    TaskState.IN_PROGRESS: Look.RUNNING,
    TaskState.WAITING: Look.WAITING,
    TaskState.COMPLETED: Look.COMPLETED,
    TaskState.ERROR: Look.ERROR,
    TaskState.SKIPPED: Look.SKIPPED,
    TaskState.BLOCKED: Look.BLOCKED,
}
SAID: Mapping[Look, str] = {
    Look.COMPLETED: "completed",
    Look.RUNNING: "running",
    Look.WAITING: "waiting",
    Look.NEEDS_PERSON: "waiting for a person",
    Look.ERROR: "in error",
    Look.SKIPPED: "skipped",
    Look.PENDING: "not started",
    Look.BLOCKED: "blocked behind an error",
}
URGENCY = (Look.NEEDS_PERSON, Look.ERROR, Look.RUNNING, Look.WAITING)  # what a reader should see first


class Flow(StrEnum):
    """What came of an edge, as a CSS class."""

    TAKEN = "taken"
    DEAD = "dead"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One task of a work plan as it is drawn. `frame` is the prefix of the tasks of its sub-playbook."""

    look: Look = Look.PENDING
    record: TaskRecord | None = None
    frame: str = ""

    @property
    def has_failed_over(self) -> bool:
        """Whether it ended in an error that the playbook deals with."""
        return self.look is Look.COMPLETED and self.record is not None and self.record.branch == ERROR_LABEL

    @property
    def said(self) -> str:
        return "completed by its error path" if self.has_failed_over else SAID[self.look]


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
    """The state of each task of a frame, by the task's id."""
    own = {task_id: tasks[prefix + task_id] for task_id in playbook.tasks if prefix + task_id in tasks}
    marks = {task_id: Mark(record.state) for task_id, record in own.items() if _has_begun(record)}
    behind_error = set(blocked(playbook, WorkPlan(marks)))
    inside = _urgent_inside(tasks, prefix)
    states = {}
    for task_id in playbook.tasks:
        record = own.get(task_id)
        look = Look.BLOCKED if task_id in behind_error else look_of(record)
        if look in {Look.RUNNING, Look.WAITING} and task_id in inside:
            look = inside[task_id]
        states[task_id] = State(look=look, record=record, frame=_frame(record, prefix + task_id))
    return states


def look_of(record: TaskRecord | None) -> Look:
    if record is None:
        return Look.PENDING
    if record.wait and record.wait.kind in FOR_PEOPLE:
        return Look.NEEDS_PERSON
    return LOOKS[record.state]


def flow_of(edge: Edge, task: Task, record: TaskRecord | None) -> Flow:
    """Whether the work plan went along an edge, never will, or has not come there."""
    if record is None:
        return Flow.OPEN
    if record.state is TaskState.SKIPPED:
        return Flow.DEAD
    if record.state is TaskState.COMPLETED:
        return Flow.TAKEN if label_taken(task, record.branch) == edge.label else Flow.DEAD
    return Flow.OPEN


def active(states: Mapping[str, State]) -> str:
    """The id of the task to look at first; "" when nothing is under way."""
    for look in URGENCY:
        found = [task_id for task_id, state in states.items() if state.look is look]
        if found:
            return found[0]
    return ""


def _has_begun(record: TaskRecord) -> bool:
    return record.state not in {TaskState.NOT_STARTED, TaskState.BLOCKED}


def _urgent_inside(tasks: Mapping[str, TaskRecord], prefix: str) -> dict[str, Look]:
    """For tasks with a sub-playbook: that someone is waited for inside, however deep."""
    found: dict[str, Look] = {}
    for key, record in tasks.items():
        rest = key.removeprefix(prefix)
        if key.startswith(prefix) and "/" in rest and look_of(record) is Look.NEEDS_PERSON:
            found[rest.partition("/")[0].partition("#")[0]] = Look.NEEDS_PERSON
    return found


def _frame(record: TaskRecord | None, key: str) -> str:
    frame: Frame | None = record.frame if record else None
    if frame is None:
        return ""
    return f"{key}#{frame.turn}/" if frame.turn >= 0 else f"{key}/"
