"""The emergency stop for every door: pause, resume, what is paused, and many plans cancelled at once."""

import asyncio
from collections.abc import Sequence

from warroom.model.halt import Halt
from warroom.model.ids import IncidentId, PlanId
from warroom.model.json import Json, JsonObject
from warroom.model.plan import ENDED, PlanRecord
from warroom.model.user import Actor
from warroom.services.app import App
from warroom.services.cancelling import Which

PATIENCE_SECONDS = 5.0  # for plans to end that were told to: one that has an action under way ends with it


def halt_json(halt: Halt) -> JsonObject:
    """Shape what is paused; `instance` is null when everything is."""
    return {
        "instance": halt.instance or None,
        "reason": halt.reason,
        "by": halt.actor,
        "since": halt.since.isoformat(),
        "said": halt.said,
        "end": halt.end,
    }


async def pause(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Hold every action, or those on one instance; says which had left before."""
    paused = await app.pausing.pause(str(asked.get("instance") or ""), str(asked.get("reason") or ""), actor)
    return {
        **halt_json(paused.halt),
        "is_new": paused.is_new,
        "on_the_way": [
            {"plan": intent.plan, "task": intent.key, "command": intent.command, "began": intent.began.isoformat()}
            for intent in paused.on_the_way
        ],
    }


async def resume(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Let what was held go on; says what is still paused."""
    ended = await app.pausing.resume(str(asked.get("instance") or ""), str(asked.get("reason") or ""), actor)
    return {
        **halt_json(ended),
        "said": ended.was,
        "still": [halt_json(halt) for halt in await app.pausing.halts(actor)],
    }


async def list_halts(app: App, _asked: JsonObject, actor: Actor) -> Json:
    return [halt_json(halt) for halt in await app.pausing.halts(actor)]


async def cancel_plans(app: App, asked: JsonObject, actor: Actor) -> Json:
    """Cancel plans, and say which have ended and which end with the action that they have under way."""
    incident, plan = asked.get("incident"), asked.get("plan")
    which = Which(
        plan=PlanId(str(plan)) if plan else None,
        incident=IncidentId(str(incident)) if incident else None,
        playbook=str(asked.get("playbook") or ""),
        everything=bool(asked.get("all")),
    )
    told = await app.cancelling.cancel(which, str(asked.get("reason") or ""), actor)
    driving = [asyncio.ensure_future(app.conductor.drive(plan.id)) for plan in told]
    if driving:
        _, late = await asyncio.wait(driving, timeout=PATIENCE_SECONDS)
        for each in late:
            each.cancel()  # of the waiting, not of the plan
    return {"plans": [_cancelled(plan) for plan in await _as_they_are(app, told)]}


async def _as_they_are(app: App, told: Sequence[PlanRecord]) -> list[PlanRecord]:
    return [await app.store.plan(plan.id) for plan in told]


def _cancelled(plan: PlanRecord) -> JsonObject:
    return {
        "id": plan.id,
        "incident": plan.incident,
        "playbook": plan.frame.name,
        "state": plan.state.value,
        "ended": plan.state in ENDED,
    }
