"""Playbooks: list, read, run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.content.source import spelled
from warroom.content.value import Complex, Simple, Value
from warroom.doors.answer import shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.installed import PlaybookLine, playbooks_of
from warroom.doors.operation import reads, writes
from warroom.doors.plans import PlanShown, plan_now
from warroom.doors.war_room import incident_or_playground
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.json import Json
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission


class OnePlaybook(Asked):
    """Which playbook, by id or name."""

    playbook: str


class PlaybookRun(Asked):
    """Which playbook to run, with which inputs; without an incident it runs on the playground."""

    name: str = Field(min_length=1, max_length=500)
    inputs: dict[str, Json] = Field(default_factory=dict)
    incident: str = ""
    wait: bool = False  # until it ends, or waits for a person


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputShown:
    """What a playbook writes into the context, and where."""

    path: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A task of a playbook, what it calls, and which tasks come next by which branch."""

    id: str
    name: str
    kind: TaskKind
    command: str
    playbook: str
    next: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputWithDefault:
    """An input, and what the playbook takes where none is given, as it is written; empty where that is nothing."""

    key: str
    required: bool
    description: str
    default: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholePlaybook:
    """A playbook with its tasks and what they call."""

    id: str
    name: str
    description: str
    inputs: Sequence[InputWithDefault]
    outputs: Sequence[OutputShown]
    tasks: Sequence[Step]


def _whole(playbook: Playbook) -> WholePlaybook:
    inputs = [shaped(InputWithDefault, item, default=_default(item.value)) for item in playbook.inputs]
    outputs = [OutputShown(path=item.context_path, description=item.description) for item in playbook.outputs]
    tasks = [_step(task) for task in playbook.tasks.values()]
    return shaped(WholePlaybook, playbook, inputs=inputs, outputs=outputs, tasks=tasks)


def _default(value: Value | None) -> str:
    match value:
        case Complex(root=root, accessor=accessor):
            return f"${{{f'{root}.{accessor}' if accessor else root}}}"
        case Simple(value=written) if written is not None:
            return spelled(written)
        case _:
            return ""


def _step(task: Task) -> Step:
    return shaped(Step, task, command=task.script, next={label: list(ids) for label, ids in task.next.items()})


@reads("playbook.list", Permission.SEE)
async def list_playbooks(app: App, _asked: Nothing, _actor: Actor) -> list[PlaybookLine]:
    """List the playbooks of the installed packs, by name."""
    return playbooks_of(app.library.catalogue)


@reads("playbook.show", Permission.SEE, NotFoundError)
async def show_playbook(app: App, asked: OnePlaybook, _actor: Actor) -> WholePlaybook:
    """Return a playbook by id or name, with its tasks."""
    return _whole(app.library.catalogue.playbook(asked.playbook))


@writes("playbook.run", Permission.RUN_PLAYBOOKS, NotFoundError, ConflictError)
async def run_playbook(app: App, asked: PlaybookRun, actor: Actor) -> PlanShown:
    """Start a playbook on an incident."""
    playbook = app.library.catalogue.playbook(asked.name)
    incident = await incident_or_playground(app, asked.incident, actor)
    plan = await app.plans.start(incident, playbook, asked.inputs, actor)
    if asked.wait:
        await app.conductor.see_through(plan.id)
    return shaped(PlanShown, await plan_now(app, plan.id, actor))
