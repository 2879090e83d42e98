"""Writes what a playbook's README says about its yml: what it calls, its inputs, its outputs, its picture.

Run as `python -m tests.packs.visionone.playbooks.playbook_readme`. What stands above the first heading is written by
hand; of a README that is not there yet, it is the playbook's description.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tests.our_packs import our_pack
from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.content.value import Complex, KeyValue, Simple, Value

FIRST = "## Dependencies"
INPUTS, OUTPUTS = ("Name", "Description", "Default Value", "Required"), ("Path", "Description", "Type")
OURS = our_pack()


def place(book: Playbook) -> Path:
    """Return the path of a playbook's README."""
    assert book.at is not None
    return book.at.path.with_name(f"{book.at.path.stem}_README.md")


def render(book: Playbook, before: str = "") -> str:
    """Write the README of a playbook, with the opening that it has."""
    opening = before.partition(FIRST)[0].strip() or book.description
    image = book.name.replace(" ", "_")
    parts = [
        opening,
        FIRST,
        "This playbook uses the following sub-playbooks, integrations, and scripts.",
        *_called(book.tasks),
        "## Playbook Inputs\n\n---",
        _table(("Name", "Description", "Default Value", "Required"), _inputs(book))
        or "There are no inputs for this playbook.",
        "## Playbook Outputs\n\n---",
        _table(OUTPUTS, _outputs(book)) or "There are no outputs for this playbook.",
        "## Playbook Image\n\n---",
        f"![{book.name}](../doc_files/{image}.png)",
    ]
    return "\n\n".join(parts) + "\n"


def _called(tasks: Mapping[str, Task]) -> Iterator[str]:
    all_tasks = tasks.values()
    commands = {task.script for task in all_tasks if task.is_command}
    called = {
        "Sub-playbooks": {task.playbook for task in all_tasks if task.kind is TaskKind.PLAYBOOK},
        "Integrations": {task.brand for task in all_tasks if task.is_command},
        "Scripts": {task.script for task in all_tasks if task.script and not task.is_command},
        "Commands": commands,
    }
    for what, names in called.items():
        yield f"### {what}"
        yield "\n".join(f"- {name}" for name in sorted(names)) or f"This playbook does not use any {what.lower()}."


def _inputs(book: Playbook) -> Iterator[tuple[str, ...]]:
    for item in book.inputs:
        yield item.key, item.description, _written(item.value), "Required" if item.required else "Optional"


def _outputs(book: Playbook) -> Iterator[tuple[str, ...]]:
    for item in book.outputs:
        yield item.context_path, item.description, item.type


def _written(value: Value | None) -> str:
    match value:
        case Simple(value=text):
            return str(text).removeprefix("${").removesuffix("}") if str(text).startswith("${") else str(text)
        case Complex(root=root, accessor=accessor, transformers=calls):
            first = ".".join(part for part in (root, accessor) if part)
            more = [call.args["item"].value for call in calls if call.operator == "append"]
            return ", ".join([first, *(_written(path) for path in more)])
        case KeyValue(pairs=pairs):
            return ", ".join(f"{key}: {_written(each)}" for key, each in pairs.items())
        case None:
            return ""


def _table(columns: Iterable[str], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    titles = [f"**{column}**" for column in columns]
    return "\n".join([f"| {' | '.join(titles)} |", f"|{' --- |' * len(titles)}", *lines]) if lines else ""


def main() -> None:
    for book in OURS.playbooks.values():
        path = place(book)
        path.write_text(render(book, path.read_text() if path.exists() else ""))


if __name__ == "__main__":
    main()
