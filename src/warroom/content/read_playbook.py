"""Reads a playbook and makes sure that its tasks form one graph without loose ends."""

from collections.abc import Mapping
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from hashlib import sha256
from pathlib import Path

from warroom.content.playbook import Input, Output, Playbook, Task
from warroom.content.read_task import read_task
from warroom.content.read_value import read_value
from warroom.content.source import Node, Source
from warroom.content.yaml_source import read_yaml


def read_playbook(source: Source) -> Playbook:
    """The playbook that a file holds."""
    node = source.root()
    quiet = node.get("quiet").flag()
    tasks = {task_id: read_task(task, task_id, quiet_playbook=quiet) for task_id, task in node.get("tasks").table()}
    start = node.get("starttaskid").needed("A playbook")
    _check_start(node, start, tasks)
    _check_edges(node, tasks)
    _check_order(node, tasks)
    return Playbook(
        id=node.get("id").text() or node.get("name").needed("A playbook"),
        name=node.get("name", "id").text(),
        description=node.get("description").text(),
        start=start,
        tasks=tasks,
        inputs=tuple(_inputs(node.get("inputs"))),
        outputs=tuple(_outputs(node.get("outputs"))),
        text=source.text,
        sha256=sha256(source.text.encode()).hexdigest(),
        at=node.at,
        raw=node.object() or {},
    )


@lru_cache(maxsize=256)
def read_playbook_text(text: str, sha: str) -> Playbook:
    """The playbook of a stored text, for work plans that are pinned to it; read once."""
    return read_playbook(read_yaml(text, Path(f"playbook-{sha[:12]}.yml")))


def _inputs(node: Node) -> list[Input]:
    return [
        Input(
            key=key,
            value=read_value(entry.get("value")),
            required=entry.get("required").flag(),
            description=entry.get("description").text(),
        )
        for entry in node.entries()
        if (key := entry.get("key").text())  # without a key it is an indicator query, not an input
    ]


def _outputs(node: Node) -> list[Output]:
    return [
        Output(
            context_path=path,
            description=entry.get("description").text(),
            type=entry.get("type").text(),
        )
        for entry in node.entries()
        if (path := entry.get("contextPath").text())
    ]


def _check_start(node: Node, start: str, tasks: Mapping[str, Task]) -> None:
    if start not in tasks:
        raise node.get("starttaskid").error(
            f"The playbook starts at task {start}, which does not exist; add it or fix `starttaskid`."
        )


def _check_edges(node: Node, tasks: Mapping[str, Task]) -> None:
    for task_id, task in tasks.items():
        for label, targets in task.next.items():
            for number, target in enumerate(targets):
                if target not in tasks:
                    place = Node(node.source, ("tasks", task_id, "nexttasks", label, number), target)
                    raise place.error(
                        f"Task {task_id} leads to task {target}, which does not exist; add it or fix `nexttasks`."
                    )


def _check_order(node: Node, tasks: Mapping[str, Task]) -> None:
    """A work plan waits for all branches that can still arrive, so a circle would wait for itself."""
    leads_to = {task_id: {t for targets in task.next.values() for t in targets} for task_id, task in tasks.items()}
    try:
        TopologicalSorter(leads_to).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        place = Node(node.source, ("tasks", circle[-1]), None)
        raise place.error(
            f"Tasks {' → '.join(reversed(circle))} form a circle; use a sub-playbook with a loop instead."
        ) from error
