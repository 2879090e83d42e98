"""Incidents: create, look up, close; a new one starts its type's playbook."""

from dataclasses import dataclass, replace

from warroom.model.errors import ConflictError, InvalidInputError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.plan import Leg, PlanRecord
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, IncidentQuery, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """What can be done with incidents as a whole."""

    store: Store
    journal: Journal
    library: Library
    plans: Plans
    clock: Clock

    async def get(self, incident: IncidentId) -> Incident:
        return await self.store.incident(incident)

    async def find(self, query: IncidentQuery) -> list[Incident]:
        return await self.store.incidents(query)

    async def create(
        self, name: str, actor: str, *, type_name: str = "", severity: Severity = Severity.UNKNOWN, details: str = ""
    ) -> tuple[Incident, PlanRecord | None]:
        """Create an incident by hand and start its type's playbook, when it has one that runs by itself."""
        if not name.strip():
            raise InvalidInputError("An incident needs a name. Give it one.")
        now = self.clock.now()
        incident = Incident(
            id=IncidentId(str(await self.store.reserve_incidents(1))),
            name=name.strip(),
            type=self.library.catalogue.incident_type(type_name).name if type_name else "Unclassified",
            severity=severity,
            details=details,
            occurred=now,
            created=now,
            modified=now,
            owner=actor,
        )
        incident, plan = await self.with_playbook(incident)
        await self.journal.commit(
            Changes(
                actor=actor,
                at=now,
                incidents=[incident],
                plans=[plan] if plan else [],
                legs=[Leg(kind="plan", target=plan.id)] if plan else [],
                durable=True,
            )
        )
        return incident, plan

    async def with_playbook(self, incident: Incident) -> tuple[Incident, PlanRecord | None]:
        """Give an incident that is about to be stored its type's playbook, and that playbook's plan."""
        kind = self.library.catalogue.find_incident_type(incident.type)
        if kind is None or not kind.playbook or not kind.autorun:
            return incident, None
        playbook = self.library.catalogue.playbook(kind.playbook)
        plan = await self.plans.prepare(incident, playbook, {})
        return replace(incident, status=Status.ACTIVE, playbook=playbook.name), plan

    async def close(self, incident: IncidentId, reason: str, notes: str, actor: str) -> Incident:
        """Close an incident; closing it twice is refused, so that a reason is never overwritten."""
        now = self.clock.now()

        def closed(current: Incident) -> Incident:
            if current.status is Status.DONE:
                said = current.close_reason or "no reason given"
                raise ConflictError(f"Incident {incident} is closed already ({said}). Read its reason and notes.")
            return replace(
                current, status=Status.DONE, closed=now, modified=now, close_reason=reason, close_notes=notes
            )

        await self.journal.commit(Changes(actor=actor, at=now), {incident: closed})
        return await self.journal.incident(incident)
