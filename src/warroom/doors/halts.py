"""The emergency stop: pause, resume, what is paused, and many plans cancelled at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from warroom.doors.answer import shaped
from warroom.doors.asked import Asked, Nothing
from warroom.doors.operation import reads, writes
from warroom.model.errors import ConflictError, NotFoundError
from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import ENDED, PlanState
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.people.access import Permission
from warroom.services.plans.cancelling import PlanSelection

TIMEOUT_SECONDS = 5.0  # for cancelled plans to end: one with an action under way ends after it


class Stop(Asked):
    """What is paused or resumed: one instance, by its name, or everything; and why."""

    instance: str = Field(default="", max_length=200)
    reason: str = Field(default="", max_length=1000)


class Cancel(Asked):
    """Which open plans end: one, an incident's, a playbook's (both: that playbook's on it), or all; and why.

    `all` beside one that narrows is refused.
    """

    plan: str = Field(default="", max_length=200)
    incident: str = Field(default="", max_length=20)
    playbook: str = Field(default="", max_length=200)
    all: bool = False
    reason: str = Field(default="", max_length=1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltShown:
    """What is paused; `instance` is null when everything is."""

    instance: str | None
    reason: str
    by: str
    since: datetime
    said: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTheWay:
    """An action that had left before the pause."""

    plan: PlanId
    task: TaskKey
    command: str
    began: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(HaltShown):
    """What is paused now, and what had left before."""

    is_new: bool
    on_the_way: Sequence[OnTheWay]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(HaltShown):
    """What had been paused, and what still is."""

    still: Sequence[HaltShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelledPlan:
    """A plan that was cancelled, as it is now."""

    id: PlanId
    incident: IncidentId
    playbook: str
    state: PlanState
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """The plans that were cancelled."""

    plans: Sequence[CancelledPlan]


def _halt(halt: Halt) -> HaltShown:
    return shaped(HaltShown, halt, instance=halt.instance or None, by=halt.actor)


@reads("halt.list", Permission.SEE)
async def list_halts(app: App, _asked: Nothing, actor: Actor) -> list[HaltShown]:
    """List what is paused, by whom, since when and why; empty when nothing is."""
    return [_halt(halt) for halt in await app.pausing.halts(actor)]


@writes("pause", Permission.PAUSE, NotFoundError)
async def pause(app: App, asked: Stop, actor: Actor) -> Paused:
    """Pause: no command that changes something leaves until it is resumed; `on_the_way` names what had left before."""
    paused = await app.pausing.pause(asked.instance, asked.reason, actor)
    halt = paused.halt
    on_the_way = [shaped(OnTheWay, intent, task=intent.key, began=intent.started) for intent in paused.on_the_way]
    given = {"instance": halt.instance or None, "by": halt.actor, "is_new": paused.is_new}
    return shaped(Paused, halt, **given, on_the_way=on_the_way)


@writes("resume", Permission.PAUSE, ConflictError)
async def resume(app: App, asked: Stop, actor: Actor) -> Resumed:
    """Resume: the plans that wait go on, each action once."""
    ended = await app.pausing.resume(asked.instance, asked.reason, actor)
    still = [_halt(halt) for halt in await app.pausing.halts(actor)]
    return shaped(Resumed, ended, instance=ended.instance or None, by=ended.actor, said=ended.was, still=still)


@writes("plan.cancel", Permission.CANCEL_PLANS, NotFoundError, ConflictError)
async def cancel_plans(app: App, asked: Cancel, actor: Actor) -> Cancelled:
    """Cancel open plans; one that has an action under way ends with it."""
    which = PlanSelection(
        plan=PlanId(asked.plan) if asked.plan else None,
        incident=IncidentId(asked.incident) if asked.incident else None,
        playbook=asked.playbook,
        everything=asked.all,
    )
    told = await app.cancelling.cancel(which, asked.reason, actor)
    driving = [asyncio.ensure_future(app.conductor.drive(plan.id)) for plan in told]
    if driving:
        _, late = await asyncio.wait(driving, timeout=TIMEOUT_SECONDS)
        for each in late:
            each.cancel()  # of the waiting, not of the plan
    found = [await app.store.plan(plan.id) for plan in told]
    return Cancelled(
        plans=[shaped(CancelledPlan, one, playbook=one.frame.name, ended=one.state in ENDED) for one in found]
    )
