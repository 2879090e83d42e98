"""Another playbook for an incident: the plan that starts, and what tells those under way to stop."""

from collections.abc import Sequence
from dataclasses import dataclass

from warroom.content.playbook import Playbook
from warroom.model.ids import PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.plan import ENDED, STOP, Answer, Leg, PlanKind, PlanRecord
from warroom.services.journal import Edit
from warroom.services.plans import active_with
from warroom.services.preparing import Preparing


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What is committed with the command that asked for it; `stops` are answers to the plans that it replaces."""

    plan: PlanRecord
    stops: Sequence[Answer] = ()

    @property
    def edit(self) -> Edit:
        """What changes of the incident."""
        return active_with(self.plan.frame.name)

    @property
    def touched(self) -> list[PlanId]:
        """The plans that somebody has to look at now: the old ones, which end, then the new one."""
        return [*(stop.plan for stop in self.stops), self.plan.id]

    @property
    def legs(self) -> list[Leg]:
        return [Leg(kind="plan", target=plan) for plan in self.touched]


def is_stop(answer: Answer) -> bool:
    """Whether it answers no task, but says that the plan ends: another playbook takes its place, or it is cancelled."""
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
