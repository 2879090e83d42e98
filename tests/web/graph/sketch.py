"""Small playbooks to draw."""

import random
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.web.graph.geometry import Box, Point

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "]]><!-- &lt; & ' \"",
    "evil\u202egpj.exe\u2066",
    "null\x00 bell\x07 escape\x1b[2J",
    "lone \ud800 half \uffff",
    "javascript:alert(1)",
    "x" * 5000,
)
SVG = "{http://www.w3.org/2000/svg}"
LABELS = {"none": "#none#", "default": "#default#", "error": "#error#"}


def task(
    task_id: str,
    kind: TaskKind = TaskKind.REGULAR,
    at: tuple[float, float] | None = None,
    *,
    name: str | None = None,
    script: str = "Print",
    **edges: Any,
) -> Task:
    """A task; edges are label="2 3", with none, default and error for XSOAR's #…# labels."""
    following = {LABELS.get(label, label): tuple(ids.split()) for label, ids in edges.items()}
    shown = f"Task {task_id}" if name is None else name
    return Task(id=task_id, kind=kind, name=shown, script=script, next=following, position=at)


def book(*tasks: Task, name: str = "Sketch", version: str = "") -> Playbook:
    """A playbook that starts at its first task."""
    return Playbook(id=name, name=name, start=tasks[0].id, tasks={each.id: each for each in tasks}, sha256=version)


def column(*positions: tuple[float, float]) -> Playbook:
    """Tasks in a row of edges, each at its position."""
    last = len(positions) - 1
    edges: list[dict[str, Any]] = [{"none": str(number + 1)} if number < last else {} for number in range(last + 1)]
    return book(*(task(str(number), at=at, **edges[number]) for number, at in enumerate(positions)))


def random_book(seed: int, tasks: int = 14) -> Playbook:
    """A playbook without positions: every task is reached, some lead far down, errors and conditions among them."""
    dice = random.Random(seed)
    edges: dict[int, dict[str, list[str]]] = {number: {} for number in range(tasks)}
    for target in range(1, tasks):
        for source in {dice.randrange(max(0, target - 5), target), dice.randrange(target)}:
            label = dice.choice(("none", "none", "yes", "default", "error"))
            edges[source].setdefault(label, []).append(str(target))
    joined: dict[int, dict[str, Any]] = {
        number: {label: " ".join(ids) for label, ids in each.items()} for number, each in edges.items()
    }
    return book(*(task(str(number), **each) for number, each in joined.items()))


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def nodes(svg: str) -> Mapping[str, ET.Element]:
    """The groups of tasks by key."""
    return {group.attrib["data-task"]: group for group in parsed(svg).iter(f"{SVG}g") if "data-task" in group.attrib}


def edges(svg: str) -> Mapping[tuple[str, str], str]:
    """The classes of edges by their ends."""
    groups = [group.attrib for group in parsed(svg).iter(f"{SVG}g") if "data-from" in group.attrib]
    return {(group["data-from"], group["data-to"]): group["class"] for group in groups}


def shown(element: ET.Element) -> str:
    return " ".join(element.itertext())


def crosses(one: Point, other: Point, box: Box) -> bool:
    """Whether an upright or level line goes through the inside of a box."""
    left, right = sorted((one.x, other.x))
    top, bottom = sorted((one.y, other.y))
    return left < box.right and box.x < right and top < box.bottom and box.y < bottom
