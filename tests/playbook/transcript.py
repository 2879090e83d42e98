"""A transcript of the machine: `<<` says what it must ask for, `>>` what happens next."""

from collections.abc import Mapping

from warroom.content.playbook import OnError, Playbook, Task, TaskKind
from warroom.playbook import Command, Event, PlanStarted, WorkPlan, advance


def task(task_id: str, kind: TaskKind = TaskKind.REGULAR, on_error: OnError = OnError.STOP, **edges: str) -> Task:
    """Make a task; edges are label="2 3", with none, default and error for XSOAR's #…# labels."""
    labels = {"none": "#none#", "default": "#default#", "error": "#error#"}
    following = {labels.get(label, label): tuple(ids.split()) for label, ids in edges.items()}
    return Task(id=task_id, kind=kind, name=task_id, next=following, on_error=on_error)


def playbook(*tasks: Task) -> Playbook:
    """Make a playbook whose first task is a start task `0` leading to the first of `tasks`."""
    start = task("0", TaskKind.START, none=tasks[0].id)
    nodes: Mapping[str, Task] = {node.id: node for node in (start, *tasks)}
    return Playbook(id="p", name="p", start="0", tasks=nodes)


class Drive:
    """Feeds events to the machine and compares what it asks for."""

    def __init__(self, book: Playbook) -> None:
        self.book = book
        self.plan, self.asked = advance(book, WorkPlan(), PlanStarted())

    def __lshift__(self, expected: list[Command]) -> "Drive":
        assert self.asked == expected
        return self

    def __rshift__(self, event: Event) -> "Drive":
        self.plan, self.asked = advance(self.book, self.plan, event)
        return self
