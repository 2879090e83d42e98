"""Replacing an incident's playbook: the plan that starts, and the answers that stop those under way."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.content.playbook import Playbook
from warroom.model.ids import PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.plan import ENDED, STOP, Answer, PlanKind, PlanRecord, QueueJob
from warroom.services.plans.plans import active_with
from warroom.services.plans.preparing import Preparing
from warroom.services.writing.journal import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A replacement, committed with the command that asked for it; `stops` are answers to the replaced plans."""

    plan: PlanRecord
    stops: Sequence[Answer] = ()

    @property
    def edit(self) -> Edit:
        """Return the edit of the incident."""
        return active_with(self.plan.frame.name)

    @property
    def touched(self) -> list[PlanId]:
        """The plans to wake afterwards: the old ones, which end, then the new one."""
        return [*(stop.plan for stop in self.stops), self.plan.id]

    @property
    def jobs(self) -> list[QueueJob]:
        return [QueueJob(kind="plan", target=plan) for plan in self.touched]


def is_stop(answer: Answer) -> bool:
    """Whether an answer ends its plan instead of answering a task: it is replaced by another playbook, or cancelled."""
    return answer.key.startswith(STOP)


async def replacement(plans: Preparing, incident: Incident, playbook: Playbook, actor: str) -> Replacement:
    """Make the plan of another playbook for an incident; typed commands under way are left alone."""
    plan = await plans.prepare(incident, playbook, {}, actor)
    stops = [
        Answer(plan=old.id, key=TaskKey(f"{STOP}{plan.id}"), choice=playbook.name, actor=actor, at=plan.created)
        for old in await plans.store.plans(incident.id)
        if old.state not in ENDED and old.kind is not PlanKind.COMMAND
    ]
    return Replacement(plan=plan, stops=stops)


def latest(replacements: Sequence[Replacement]) -> list[Replacement]:
    """Keep the last one of each incident: those before it never start."""
    return list({one.plan.incident: one for one in replacements}.values())
