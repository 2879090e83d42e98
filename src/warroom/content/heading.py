"""What lists and look-ups need to know of an item, so that they do without the item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from warroom.content.incident_type import IncidentField
from warroom.content.integration import Integration
from warroom.content.playbook import Input, Playbook, TaskKind
from warroom.model.json import Json

QUIET_KINDS = frozenset({TaskKind.START, TaskKind.TITLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """What a list of playbooks says of one."""

    id: str
    name: str
    description: str
    inputs: tuple[Input, ...]  # without their values
    outputs: tuple[str, ...]  # context paths
    tasks: int  # without those that only begin and divide


class Heading(NamedTuple):
    """An item's names, and what else it is found by. There are thousands of them at each start."""

    id: str
    name: str
    cli_name: str = ""  # of an incident field
    commands: Sequence[str] = ()  # of an integration
    summary: Json = None  # of a playbook: its brief, as plain data

    @property
    def brief(self) -> Brief:
        """What a list says of this playbook."""
        description, inputs, outputs, tasks = self.summary
        return Brief(
            id=self.id,
            name=self.name,
            description=description,
            inputs=tuple(Input(key=key, required=required, description=about) for key, required, about in inputs),
            outputs=tuple(outputs),
            tasks=tasks,
        )


def heading_of(item: Any) -> Heading:
    """Give the heading of an item of any kind."""
    match item:
        case Integration():
            return Heading(item.id, item.name, commands=tuple(item.commands))
        case IncidentField():
            return Heading(item.id, item.name, cli_name=item.cli_name)
        case Playbook():
            return Heading(item.id, item.name, summary=_summary(item))
        case _:
            return Heading(item.id, item.name)


def brief_of(playbook: Playbook) -> Brief:
    return heading_of(playbook).brief


def _summary(playbook: Playbook) -> Json:
    inputs = [[one.key, one.required, one.description] for one in playbook.inputs]
    outputs = [one.context_path for one in playbook.outputs]
    tasks = sum(task.kind not in QUIET_KINDS for task in playbook.tasks.values())
    return [playbook.description, inputs, outputs, tasks]
