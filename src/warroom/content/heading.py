"""The summary of an item that lists and look-ups use without reading the item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from warroom.content.incident_type import IncidentField
from warroom.content.integration import Integration, Runs, Script
from warroom.content.playbook import Input, Playbook, TaskKind
from warroom.model.json import Json

QUIET_KINDS = frozenset({TaskKind.START, TaskKind.TITLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookSummary:
    """A playbook's line in lists."""

    id: str
    name: str
    description: str
    inputs: tuple[Input, ...]  # without their values
    outputs: tuple[str, ...]  # context paths
    tasks: int  # without those that only begin and divide


class Heading(NamedTuple):
    """An item's names, and what else it is found by. Thousands are made at each start."""

    id: str
    name: str
    cli_name: str = ""  # of an incident field
    commands: Sequence[str] = ()  # of an integration
    about: Json = None  # of a playbook: its summary, as plain data
    runs: int = Runs.YES  # of a script or an integration: whether its code can run here

    @property
    def summary(self) -> PlaybookSummary:
        """Return a playbook's line in lists."""
        description, inputs, outputs, tasks = self.about
        return PlaybookSummary(
            id=self.id,
            name=self.name,
            description=description,
            inputs=tuple(Input(key=key, required=required, description=about) for key, required, about in inputs),
            outputs=tuple(outputs),
            tasks=tasks,
        )


def heading_of(item: Any) -> Heading:
    """Return the heading of an item of any kind."""
    match item:
        case Integration():
            return Heading(item.id, item.name, commands=tuple(item.commands), runs=int(item.code.runs))
        case Script():
            return Heading(item.id, item.name, runs=int(item.code.runs))
        case IncidentField():
            return Heading(item.id, item.name, cli_name=item.cli_name)
        case Playbook():
            return Heading(item.id, item.name, about=_about(item))
        case _:
            return Heading(item.id, item.name)


def summary_of(playbook: Playbook) -> PlaybookSummary:
    return heading_of(playbook).summary


def _about(playbook: Playbook) -> Json:
    inputs = [[one.key, one.required, one.description] for one in playbook.inputs]
    outputs = [one.context_path for one in playbook.outputs]
    tasks = sum(task.kind not in QUIET_KINDS for task in playbook.tasks.values())
    return [playbook.description, inputs, outputs, tasks]
