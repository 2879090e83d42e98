"""Commands that are to run at a later time: each is a work plan of one task, which waits for its time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from warroom.content.playbook import NO_LABEL
from warroom.model.ids import IncidentId, TaskKey
from warroom.model.json import Json
from warroom.model.plan import (
    Frame,
    PlanKind,
    PlanRecord,
    PlanState,
    QueueJob,
    TaskRecord,
    TaskState,
    TypedCommand,
    Wait,
    WaitKind,
    job_of,
)
from warroom.model.user import Role
from warroom.services.commands.command_line import as_playbook, title
from warroom.services.plans.preparing import new_plan_id
from warroom.services.ports.store import Store
from warroom.services.secrecy.masking import MASK


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command with its arguments to the letter, on whose behalf it runs, and where in the context."""

    incident: IncidentId
    command: str
    args: Mapping[str, str]
    secrets: frozenset[str] = frozenset()  # the arguments that are never shown
    actor: str
    rights: Role
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A plan with its tasks and its first job; all are committed together."""

    plan: PlanRecord
    tasks: tuple[TaskRecord, ...]
    job: QueueJob


def scheduled(store: Store, asked: Asked, now: datetime, at: datetime | None = None) -> Scheduled:
    """Make the plan of a command that runs at a time; without one, at once."""
    secret = {name: asked.args[name] for name in asked.secrets & set(asked.args) if asked.args[name]}
    name = title(asked.command)
    plan = PlanRecord(
        id=new_plan_id(),
        incident=asked.incident,
        kind=PlanKind.COMMAND,
        frame=Frame(playbook=name, name=name, scope=asked.scope),
        command=TypedCommand(name=asked.command, args={**asked.args, **dict.fromkeys(secret, MASK)}),
        created=now,
        started_by=asked.actor,
        rights=asked.rights,
        sealed=store.seal(secret) if secret else "",
    )
    if at is None:
        return Scheduled(plan=plan, tasks=(), job=job_of(plan))
    waiting = replace(plan, state=PlanState.WAITING, wake_at=at)
    return Scheduled(plan=waiting, tasks=_tasks(plan, now, at), job=job_of(plan, at))


def _tasks(plan: PlanRecord, now: datetime, at: datetime) -> tuple[TaskRecord, ...]:
    """Make the rows of a plan whose start has ended and whose command waits."""
    assert plan.command is not None
    start, command = as_playbook(plan.command).tasks.values()
    data: dict[str, Json] = {"name": command.name}
    wait = Wait(kind=WaitKind.SCHEDULED, since=now, wake_at=at, data=data)
    ended = TaskRecord(
        plan=plan.id,
        key=TaskKey(start.id),
        name=start.name,
        state=TaskState.COMPLETED,
        branch=NO_LABEL,
        started=now,
        ended=now,
    )
    waits = TaskRecord(
        plan=plan.id, key=TaskKey(command.id), name=command.name, state=TaskState.WAITING, started=now, wait=wait
    )
    return (ended, waits)
