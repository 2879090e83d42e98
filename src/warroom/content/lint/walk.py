"""All places of a playbook that hold values or comparisons, with the way to them in its file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from warroom.content.lint.subject import Subject, called
from warroom.content.playbook import Task
from warroom.content.source import KeyPath
from warroom.content.value import AllOfAnyOf, Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One value or condition; `path` leads to it from the task, or from the playbook without one."""

    said: str
    path: KeyPath
    task: Task | None = None
    value: Value | None = None
    is_context: bool = False
    comparisons: AllOfAnyOf = ()


def places(subject: Subject) -> Iterator[Place]:
    for each in subject.playbook.inputs:
        if each.value is not None:
            path = (*subject.own_path("inputs", each.key, "key"), "value")
            yield Place(said=f"The input `{each.key}`", path=path, value=each.value)
    for task in subject.playbook.tasks.values():
        yield from _of_task(task)


def _of_task(task: Task) -> Iterator[Place]:
    said = called(task)
    yield from _arguments(task, {**task.arguments, **task.controls}, ("scriptarguments",))
    for number, case in enumerate(task.cases):
        yield Place(said=said, path=("conditions", number, "condition"), task=task, comparisons=case.condition)
    if task.loop:
        yield Place(said=said, path=("loop", "builtincondition"), task=task, comparisons=task.loop.until)
        yield from _arguments(task, task.loop.script_arguments, ("loop", "scriptArguments"))
    for number, mapping in enumerate(task.field_mappings):
        yield Place(said=said, path=("fieldMapping", number, "output"), task=task, value=mapping.output)


def _arguments(task: Task, values: Mapping[str, Value], path: KeyPath) -> Iterator[Place]:
    for name, value in values.items():
        yield Place(said=f"{called(task)}, argument `{name}`", path=(*path, name), task=task, value=value)
