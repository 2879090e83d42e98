"""Each playbook of the pack is a shell around steps with a context of their own: it acts on its inputs alone.

Wait for Response Task is the one that needs none: it acts on nothing, and looks only at the tasks that it was given.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.packs.visionone.live_pack import INTEGRATION, PACKS
from tests.packs.visionone.playbooks.playbook_readme import OURS
from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.content.value import Complex, Simple, Value

STEPS = " - Steps"
ALONE = "Vision One - Wait for Response Task"
ASK = "Vision One - Ask for Approval"
ROOTS = 2  # parts of a path that name what a command gives: VisionOne.Email
INNER = [book for book in OURS.playbooks.values() if book.name.endswith(STEPS)]
SHELLS = [book for book in OURS.playbooks.values() if book not in INNER and book.name != ALONE]
ANY_SHELL = pytest.mark.parametrize("book", SHELLS, ids=lambda book: book.name)
ANY_STEPS = pytest.mark.parametrize("book", INNER, ids=lambda book: book.name)


@cache
def declared() -> dict[str, Any]:
    return {command["name"]: command for command in _read(INTEGRATION / "VisionOneResponse.yml")["script"]["commands"]}


@cache
def _read(path: Path) -> dict[str, Any]:
    return dict(yaml.load(path.read_text(), yaml.CSafeLoader))


def outputs_of(task: Task) -> Iterator[str]:
    """Yield the roots of what a task leaves in the context."""
    if task.playbook:
        yield from (output.context_path for output in OURS.playbooks[task.playbook].outputs)
        return
    if not task.script:
        return
    scripts = PACKS.glob(f"*/Scripts/{task.script}/{task.script}.yml")
    made = declared()[task.script] if task.is_command else _read(next(scripts))
    for output in made.get("outputs") or ():
        parts = output["contextPath"].split(".")
        yield ".".join(parts[:ROOTS]) if parts[0] == "VisionOne" else parts[0]


def callers(name: str) -> list[tuple[str, Task]]:
    books = OURS.playbooks.values()
    return [(book.name, task) for book in books for task in book.tasks.values() if task.playbook == name]


def commands_in(task: Task, book: Playbook) -> set[str]:
    """Return the commands that a call of Ask for Approval declares, or that were kept for it under its path."""
    value = task.arguments["Command"]
    assert isinstance(value, Simple)
    if not str(value.value).startswith("${"):
        return set(str(value.value).split(","))
    path = str(value.value)[2:-1]
    kept = [each.arguments["value"] for each in book.tasks.values() if each.arguments.get("key") == Simple(value=path)]
    return {name for text in kept if isinstance(text, Simple) for name in declared() if name in _words(text)}


def _words(text: Simple) -> list[str]:
    return [word.strip('[]" ') for word in str(text.value).split(",")]


TIDIED = "Proposal"  # whose empty sentences leave no gap


def _untidied(value: Value) -> Value:
    """Return a text that is handed on whole, but for the blanks in it, as it is handed on otherwise."""
    match value:
        case Complex(root=root, accessor="", filters=(), transformers=changed):
            assert {change.operator for change in changed} <= {"replaceMatch", "trim"}
            return Simple(value=f"${{{root}}}")
    return value


@ANY_SHELL
def test_a_shell_does_nothing_but_hand_its_inputs_down(book: Playbook) -> None:
    kinds = sorted(task.kind for task in book.tasks.values())
    forgets = [task for task in book.tasks.values() if task.script]
    [steps] = [task for task in book.tasks.values() if task.playbook]

    assert kinds == sorted([TaskKind.START, TaskKind.PLAYBOOK, TaskKind.TITLE] + [TaskKind.REGULAR] * len(forgets))
    assert [task.script for task in forgets] in ([], ["DeleteContext"])
    assert steps.playbook == book.name + STEPS
    handed = {key: _untidied(value) if key == TIDIED else value for key, value in steps.arguments.items()}
    assert handed == {item.key: Simple(value=f"${{inputs.{item.key}}}") for item in book.inputs}


@ANY_STEPS
def test_steps_have_a_context_of_their_own_and_all_they_need_from_their_shell(book: Playbook) -> None:
    [(caller, task)] = callers(book.name)

    assert caller + STEPS == book.name
    assert task.separate_context
    assert [item.value for item in book.inputs] == [None] * len(book.inputs)
    assert {item.key for item in book.inputs} == {item.key for item in OURS.playbooks[caller].inputs}


@ANY_STEPS
def test_what_is_called_inside_has_a_context_of_its_own(book: Playbook) -> None:
    assert all(task.separate_context for task in book.tasks.values() if task.playbook)


@ANY_STEPS
def test_what_commands_leave_reaches_the_incident(book: Playbook) -> None:
    given = [output.context_path for output in book.outputs]
    left = {path for task in book.tasks.values() for path in outputs_of(task)}

    assert {path for path in left if not any(f"{path}.".startswith(f"{one}.") for one in given)} == set()


@pytest.mark.parametrize(("name", "task"), callers(ASK), ids=lambda value: getattr(value, "name", value))
def test_who_asks_declares_the_commands_that_follow_and_what_they_act_on(name: str, task: Task) -> None:
    book = OURS.playbooks[name]
    commands = commands_in(task, book)
    run = {each.script for each in book.tasks.values() if declared().get(each.script, {}).get("execution")}

    assert commands == run - {"trendmicro-visionone-add-note"}
    assert task.arguments["Targets"] != Simple(value="")
