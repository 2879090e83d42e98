"""Checks of the graph: tasks that nothing leads to, labels without an edge and edges without a label."""

from collections.abc import Iterator

from warroom.content.lint.finding import Rule
from warroom.content.lint.subject import Subject, called, listed
from warroom.content.playbook import DEFAULT_LABEL, ERROR_LABEL, OnError, Playbook, Task, TaskKind


def check_edges(subject: Subject) -> None:
    reached = _reached(subject.playbook)
    for task in subject.playbook.tasks.values():
        if task.id not in reached:
            subject.report(
                Rule.UNREACHABLE_TASK, f"{called(task)} is never reached; lead an edge to it or delete it.", task
            )
        _check_labels(subject, task)
        _check_error_path(subject, task)


def _reached(playbook: Playbook) -> set[str]:
    reached: set[str] = set()
    todo = [playbook.start]
    while todo:
        task_id = todo.pop()
        if task_id not in reached:
            reached.add(task_id)
            todo.extend(target for targets in playbook.tasks[task_id].next.values() for target in targets)
    return reached


def _check_labels(subject: Subject, task: Task) -> None:
    """Return the possible labels: a condition's cases, the choices offered to a person; a script can return any."""
    if task.kind is not TaskKind.CONDITION or task.script:
        return
    given = list(_given(task))
    edges = {label.casefold() for label in task.next}
    for number, label in enumerate(given):
        if label.casefold() not in edges and DEFAULT_LABEL not in task.next:
            where = ("conditions", number) if task.cases else ("message",)
            sentence = f"{called(task)} can answer `{label}`, but no edge leads on from there; add one to `nexttasks`."
            subject.report(Rule.UNHANDLED_LABEL, sentence, task, *where)
    known = {DEFAULT_LABEL, ERROR_LABEL, *(label.casefold() for label in given)}
    for label in task.next:
        if task.cases and label.casefold() not in known:
            sentence = f"{called(task)} has an edge `{label}`, but never answers that; it answers {listed(given)}."
            subject.report(Rule.UNKNOWN_LABEL, sentence, task, "nexttasks", label)


def _given(task: Task) -> Iterator[str]:
    if task.cases:
        yield from (case.label for case in task.cases)
    else:
        options = (task.message or {}).get("replyOptions")
        yield from (str(option) for option in (options if isinstance(options, list) else ()) if option)


def _check_error_path(subject: Subject, task: Task) -> None:
    if task.on_error is OnError.ERROR_PATH and ERROR_LABEL not in task.next:
        sentence = f"{called(task)} goes on by its error path, but has no edge `{ERROR_LABEL}`; its branch would end."
        subject.report(Rule.NO_ERROR_PATH, sentence, task, "continueonerrortype")
    if task.on_error is not OnError.ERROR_PATH and ERROR_LABEL in task.next:
        sentence = (
            f"{called(task)} has an edge `{ERROR_LABEL}` that is never taken; set `continueonerror: true` and "
            "`continueonerrortype: errorPath`."
        )
        subject.report(Rule.UNUSED_ERROR_PATH, sentence, task, "nexttasks", ERROR_LABEL)
