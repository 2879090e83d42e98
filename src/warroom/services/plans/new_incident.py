"""A new incident and the plan of its type's playbook, which are committed together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanRecord, QueueJob
from warroom.services.plans.preparing import Preparing


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIncident:
    """An incident to store, and its plan where its type has a playbook that runs by itself."""

    incident: Incident
    plan: PlanRecord | None = None

    @property
    def plans(self) -> Sequence[PlanRecord]:
        return [self.plan] if self.plan else []

    @property
    def jobs(self) -> Sequence[QueueJob]:
        return [QueueJob(kind="plan", target=plan.id) for plan in self.plans]


async def with_playbook(preparing: Preparing, incident: Incident, started_by: str) -> NewIncident:
    """Add the playbook of an incident's type to it, and prepare that playbook's plan."""
    catalogue = preparing.library.catalogue
    kind = catalogue.find_incident_type(incident.type)
    if kind is None or not kind.playbook or not kind.autorun:
        return NewIncident(incident=incident)
    playbook = catalogue.playbook(kind.playbook)
    plan = await preparing.prepare(incident, playbook, {}, started_by)
    return NewIncident(incident=replace(incident, status=Status.ACTIVE, playbook=playbook.name), plan=plan)
