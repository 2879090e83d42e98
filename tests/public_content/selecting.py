"""Selects test playbooks that need no vendor: nothing that they reach calls a command of an integration."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from warroom.content.catalogue import Catalogue
from warroom.content.lint.calls import SET_PLAYBOOK
from warroom.content.not_built import NOT_BUILT
from warroom.content.playbook import Playbook, Task
from warroom.content.value import Simple
from warroom.services.execution.builtins import BUILTINS
from warroom.services.execution.look_up import BUILTIN_BRAND

LISTED = Path(__file__).with_name("needs.toml")


class Lack(StrEnum):
    """What a playbook needs that a machine by itself does not have."""

    INTERNET = "internet"
    VENDOR = "vendor"
    SET_UP = "set-up"
    IMAGE = "image"
    MENDING = "mending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one playbook needs, and why."""

    what: Lack
    why: str


@dataclass(slots=True, kw_only=True)
class Selection:
    """The playbooks to run, those of the list with what they need, and how many call commands of integrations."""

    chosen: list[Playbook] = field(default_factory=list)
    listed: dict[str, Need] = field(default_factory=dict)
    with_vendor: int = 0


def read_needs(path: Path = LISTED) -> dict[str, Need]:
    """Read the list of playbooks that call no vendor and yet cannot run here, by their IDs."""
    with path.open("rb") as file:
        rows = tomllib.load(file)["playbook"]
    return {row["id"]: Need(what=Lack(row["needs"]), why=row["why"]) for row in rows}


def select(playbooks: Sequence[Playbook], catalogue: Catalogue, needs: Mapping[str, Need]) -> Selection:
    """Sort playbooks into those that are run and those that are not."""
    selection = Selection()
    for playbook in playbooks:
        if next(vendor_commands(playbook, catalogue), None):
            selection.with_vendor += 1
        elif playbook.id in needs:
            selection.listed[playbook.id] = needs[playbook.id]
        else:
            selection.chosen.append(playbook)
    return selection


def vendor_commands(playbook: Playbook, catalogue: Catalogue) -> Iterator[str]:
    """Yield each command of an integration that a playbook or what it goes on with calls."""
    for each in reached(playbook, catalogue):
        for task in each.tasks.values():
            if calls_an_integration(task, catalogue):
                yield task.script


def reached(playbook: Playbook, catalogue: Catalogue) -> Iterator[Playbook]:
    """Yield a playbook and those that it or they go on with, each once."""
    left, seen = [playbook], {playbook.id}
    while left:
        yield (each := left.pop())
        for task in each.tasks.values():
            child = catalogue.find_playbook(goes_on_with(task))
            if child and child.id not in seen:
                seen.add(child.id)
                left.append(child)


def goes_on_with(task: Task) -> str:
    """Return the sub-playbook of a task, or the playbook that it puts in the place of its own; else an empty name."""
    match task:
        case Task(script=script, arguments={"name": Simple(value=str() as name)}) if script == SET_PLAYBOOK:
            return name
        case _:
            return task.playbook


def calls_an_integration(task: Task, catalogue: Catalogue) -> bool:
    """Whether a task calls a command of an integration: no script, and no built-in command of XSOAR."""
    if not task.script or task.brand == BUILTIN_BRAND:
        return False
    if not task.brand and (task.script in BUILTINS or task.script in NOT_BUILT):
        return False
    if not task.brand and catalogue.find_script(task.script):
        return False
    return task.is_command or bool(catalogue.command_integrations(task.script, task.brand))
