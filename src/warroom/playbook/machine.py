"""The machine: an event in, the new plan and the next commands out; no I/O, no clock, no randomness.

Join by dead-path elimination (design D2): an edge becomes taken or dead; a task starts when every incoming edge is
resolved and one is taken, and is skipped, killing its own edges, when all are dead. A task in error resolves nothing:
the tasks after it stay blocked while other branches go on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from warroom.content.playbook import DEFAULT_LABEL, ERROR_LABEL, NO_LABEL, Edge, OnError, Playbook, Task, TaskKind
from warroom.model.plan import TASKS_PASSED, PlanState, TaskState

AT_ONCE = frozenset({TaskKind.START, TaskKind.TITLE})  # nothing to do: they complete as they start


@dataclass(frozen=True, slots=True)
class Mark:
    """A task's state, and the label that it left by."""

    state: TaskState
    branch: str = ""


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """The marks of one playbook run; a task without a mark has not started."""

    marks: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanStarted:
    """The playbook begins."""


@dataclass(frozen=True, slots=True)
class TaskDone:
    """A task ended well; `branch` is a condition's label."""

    task_id: str
    branch: str = NO_LABEL


@dataclass(frozen=True, slots=True)
class TaskFailed:
    """A task ended in an error; the playbook says whether that stops its branch."""

    task_id: str


@dataclass(frozen=True, slots=True)
class TaskUnavailable:
    """What the task calls is not there and the playbook says to skip the branch then."""

    task_id: str


@dataclass(frozen=True, slots=True)
class TaskReopened:
    """A person has a task in error run again."""

    task_id: str


Event: TypeAlias = PlanStarted | TaskDone | TaskFailed | TaskUnavailable | TaskReopened


@dataclass(frozen=True, slots=True)
class StartTask:
    task_id: str


@dataclass(frozen=True, slots=True)
class FinishPlan:
    state: PlanState


Command: TypeAlias = StartTask | FinishPlan


def advance(playbook: Playbook, plan: WorkPlan, event: Event) -> tuple[WorkPlan, list[Command]]:
    """Apply one event; an event seen before changes nothing and returns no commands."""
    marks = dict(plan.marks)
    match event:
        case PlanStarted():
            if marks:
                return plan, []
            started = _start(playbook, marks, [playbook.start])
        case TaskReopened(task_id):
            if _state(marks, task_id) is not TaskState.ERROR:
                return plan, []
            started = _start(playbook, marks, [task_id])
        case TaskDone() | TaskFailed() | TaskUnavailable():
            if _state(marks, event.task_id) not in {TaskState.IN_PROGRESS, TaskState.ERROR}:
                return plan, []
            mark = _outcome(playbook.tasks[event.task_id], event)
            if marks[event.task_id] == mark:
                return plan, []
            marks[event.task_id] = mark
            started = _spread(playbook, marks, [event.task_id])
        case _:
            assert_never(event)
    commands: list[Command] = [StartTask(task_id) for task_id in started]
    if not _active(marks):
        failed = any(mark.state is TaskState.ERROR for mark in marks.values())
        commands.append(FinishPlan(PlanState.FAILED if failed else PlanState.COMPLETED))
    return WorkPlan(marks), commands


def pending(plan: WorkPlan) -> list[str]:
    """Return the tasks that were started and have not ended, for a restart."""
    return sorted(task_id for task_id, mark in plan.marks.items() if mark.state is TaskState.IN_PROGRESS)


def blocked(playbook: Playbook, plan: WorkPlan) -> list[str]:
    """Return the tasks that cannot start because a task before them is in error."""
    behind = {task_id for task_id, mark in plan.marks.items() if mark.state is TaskState.ERROR}
    todo = sorted(behind)
    while todo:
        for targets in playbook.tasks[todo.pop()].next.values():
            fresh = [target for target in targets if target not in behind and target not in plan.marks]
            behind.update(fresh)
            todo.extend(fresh)
    return sorted(task_id for task_id in behind if task_id not in plan.marks)


def label_taken(task: Task, branch: str) -> str | None:
    """Name the label of `task.next` that a branch leads to: as written, else in any case, else the default, else None.

    >>> from warroom.content.playbook import TaskKind
    >>> task = Task(id="1", kind=TaskKind.CONDITION, name="", next={"Yes": ("2",), "#default#": ("3",)})
    >>> label_taken(task, "yes"), label_taken(task, "maybe")
    ('Yes', '#default#')
    """
    if branch in task.next:
        return branch
    folded = branch.casefold()
    same = next((label for label in task.next if label.casefold() == folded), None)
    if same is not None:
        return same
    if task.kind is TaskKind.CONDITION and branch != ERROR_LABEL and DEFAULT_LABEL in task.next:
        return DEFAULT_LABEL
    return None


def _state(marks: Mapping[str, Mark], task_id: str) -> TaskState:
    mark = marks.get(task_id)
    return mark.state if mark else TaskState.NOT_STARTED


def _active(marks: Mapping[str, Mark]) -> bool:
    return any(mark.state is TaskState.IN_PROGRESS for mark in marks.values())


def _outcome(task: Task, event: TaskDone | TaskFailed | TaskUnavailable) -> Mark:
    match event:
        case TaskDone(_, branch):
            return Mark(TaskState.COMPLETED, branch)
        case TaskUnavailable():
            return Mark(TaskState.SKIPPED)
        case TaskFailed():
            match task.on_error:
                case OnError.STOP:
                    return Mark(TaskState.ERROR)
                case OnError.CONTINUE:
                    return Mark(TaskState.COMPLETED, NO_LABEL)
                case OnError.ERROR_PATH:
                    return Mark(TaskState.COMPLETED, ERROR_LABEL)
                case _:
                    assert_never(task.on_error)
        case _:
            assert_never(event)


def _start(playbook: Playbook, marks: dict[str, Mark], ready: Iterable[str]) -> list[str]:
    """Mark tasks as started; those with nothing to do complete and spread on."""
    started: list[str] = []
    settled: list[str] = []
    for task_id in ready:
        if playbook.tasks[task_id].kind in AT_ONCE:
            marks[task_id] = Mark(TaskState.COMPLETED, NO_LABEL)
            settled.append(task_id)
        else:
            marks[task_id] = Mark(TaskState.IN_PROGRESS)
            started.append(task_id)
    return started + (_spread(playbook, marks, settled) if settled else [])


def _spread(playbook: Playbook, marks: dict[str, Mark], settled: list[str]) -> list[str]:
    """Follow the edges of tasks that have ended, as far as they decide something."""
    started: list[str] = []
    todo = list(settled)
    while todo:
        task_id = todo.pop(0)
        if marks[task_id].state not in TASKS_PASSED:
            continue
        for target in _targets(playbook.tasks[task_id]):
            if target in marks:
                continue
            verdict = _verdict(playbook, marks, playbook.incoming[target])
            if verdict is None:
                continue
            if verdict and playbook.tasks[target].kind not in AT_ONCE:
                marks[target] = Mark(TaskState.IN_PROGRESS)
                started.append(target)
                continue
            marks[target] = Mark(TaskState.COMPLETED, NO_LABEL) if verdict else Mark(TaskState.SKIPPED)
            todo.append(target)
    return started


def _targets(task: Task) -> list[str]:
    return list(dict.fromkeys(target for targets in task.next.values() for target in targets))


def _verdict(playbook: Playbook, marks: Mapping[str, Mark], edges: Iterable[Edge]) -> bool | None:
    """Whether a task starts (True), is skipped (False), or has to wait for more edges (None)."""
    taken = False
    for source, label in edges:
        mark = marks.get(source)
        if mark is None or mark.state not in TASKS_PASSED:
            return None
        if mark.state is TaskState.COMPLETED and label == label_taken(playbook.tasks[source], mark.branch):
            taken = True
    return taken
