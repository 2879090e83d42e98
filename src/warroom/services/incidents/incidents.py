"""Incidents: create, look up, assign, change, close, reopen; a new one starts its type's playbook."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Severity, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.plan import PlanRecord
from warroom.model.user import Actor
from warroom.services.commands.library import Library
from warroom.services.execution.fields import known_people, with_fields
from warroom.services.people.access import Permission, require
from warroom.services.people.users import folded
from warroom.services.plans.new_incident import with_playbook
from warroom.services.plans.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, IncidentGroup, IncidentQuery, Store
from warroom.services.ports.users import UserStore
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Edit, Journal
from warroom.services.writing.lines import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Incidents:
    """What can be done with incidents as a whole."""

    store: Store
    journal: Journal
    library: Library
    plans: Plans
    users: UserStore
    clock: Clock

    async def get(self, incident: IncidentId, actor: Actor) -> Incident:
        require(actor, Permission.SEE)
        return await self.store.incident(incident)

    async def find(self, query: IncidentQuery, actor: Actor) -> list[Incident]:
        require(actor, Permission.SEE)
        return await self.store.incidents(query)

    async def count(self, query: IncidentQuery, actor: Actor) -> int:
        require(actor, Permission.SEE)
        return await self.store.count_incidents(query)

    async def groups(self, query: IncidentQuery, actor: Actor) -> list[IncidentGroup]:
        """Count incidents by type, status, severity and owner."""
        require(actor, Permission.SEE)
        return await self.store.incident_groups(query)

    async def context_for(self, actor: Actor, incident: IncidentId) -> JsonObject:
        """Return an incident's whole context; below responder, the secrets in it are masked. Do not change it."""
        require(actor, Permission.SEE)
        return await Redaction(self.journal).context(incident, actor)

    async def create(
        self,
        name: str,
        actor: Actor,
        *,
        type_name: str = "",
        severity: Severity = Severity.UNKNOWN,
        details: str = "",
        instance: str = "",
    ) -> tuple[Incident, PlanRecord | None]:
        """Create an incident by hand and start its type's playbook, when it has one that runs by itself.

        With an instance, commands run there, as for an incident that it has fetched.
        """
        require(actor, Permission.CREATE_INCIDENTS)
        if not name.strip():
            raise InvalidInputError("An incident needs a name. Give it one.")
        source = await self._instance(instance) if instance else None
        now = self.clock.now()
        incident = Incident(
            id=IncidentId(str(await self.store.reserve_incidents(1))),
            name=name.strip(),
            type=self.library.catalogue.incident_type(type_name).name if type_name else "Unclassified",
            severity=severity,
            details=details,
            source_brand=source.integration if source else "",
            source_instance=source.name if source else "",
            source_id=source.id if source else "",
            occurred=now,
            created=now,
            modified=now,
            owner=actor.name,
        )
        return await self._started(incident, actor)

    async def _started(self, incident: Incident, actor: Actor) -> tuple[Incident, PlanRecord | None]:
        """Store a new incident, and have its playbook start."""
        made = await with_playbook(self.plans, incident, actor.name)
        await self.journal.commit(
            Changes(
                actor=actor.name,
                at=incident.created,
                incidents=[made.incident],
                plans=made.plans,
                jobs=made.jobs,
                durable=True,
            )
        )
        return made.incident, made.plan

    async def _instance(self, name: str) -> IntegrationInstance:
        found = [instance for instance in await self.journal.instances() if instance.name == name]
        if not found:
            raise NotFoundError(f"There is no instance {name!r}. `warroom instance list` shows what there is.")
        return found[0]

    async def assign(self, incident: IncidentId, owner: str, actor: Actor) -> Incident:
        """Assign an incident to a user, to oneself, or with an empty name to nobody."""
        require(actor, Permission.ASSIGN)
        name = owner.strip()
        if name not in {"", actor.name}:
            name = folded(name)
            if (await self.users.user(name)).disabled:
                raise InvalidInputError(f"{name} can no longer sign in. Assign the incident to another user.")
        said = (
            f"{actor.name} gave the incident to {name}." if name else f"{actor.name} took the incident from its owner."
        )
        return await self._edited(incident, lambda current: replace(current, owner=name), said, actor)

    async def update_fields(self, incident: IncidentId, values: Mapping[str, Json], actor: Actor) -> Incident:
        """Set fields by system name, cliName or display name: name, type, severity, details, custom fields."""
        require(actor, Permission.EDIT_INCIDENTS)
        said = f"{actor.name} changed {', '.join(sorted(values))}."
        catalogue = self.library.catalogue
        known = await known_people(catalogue, self.users, values, actor.name)
        return await self._edited(incident, lambda current: with_fields(catalogue, current, known), said, actor)

    async def reopen(self, incident: IncidentId, actor: Actor) -> Incident:
        """Take up a closed incident again; why it had been closed stays in the War Room."""
        require(actor, Permission.CLOSE_INCIDENTS)

        def opened(current: Incident) -> Incident:
            if current.status is not Status.DONE:
                raise ConflictError(f"Incident {incident} is not closed. There is nothing to reopen.")
            return replace(current, status=Status.ACTIVE, closed=None, close_reason="", close_notes="")

        return await self._edited(incident, opened, f"{actor.name} reopened the incident.", actor)

    async def close(self, incident: IncidentId, reason: str, notes: str, actor: Actor) -> Incident:
        """Close an incident; closing it twice is refused, so that a reason is never overwritten."""
        require(actor, Permission.CLOSE_INCIDENTS)
        now = self.clock.now()

        def closed(current: Incident) -> Incident:
            if current.status is Status.DONE:
                said = current.close_reason or "no reason given"
                raise ConflictError(f"Incident {incident} is closed already ({said}). Read its reason and notes.")
            return replace(current, status=Status.DONE, closed=now, close_reason=reason, close_notes=notes)

        why = f": {reason}" if reason else ""
        return await self._edited(incident, closed, f"{actor.name} closed the incident{why}. {notes}".strip(), actor)

    async def _edited(self, incident: IncidentId, edit: Edit, said: str, actor: Actor) -> Incident:
        """Commit an edit with a line in the War Room that says who did it."""
        await self.journal.incident(incident)  # raises NotFoundError
        now = self.clock.now()
        line = Line(incident=incident, text=said, at=now, actor=actor.name)
        await self.journal.commit(
            Changes(actor=actor.name, at=now, entries=[await line.entry(self.store)]),
            {incident: lambda current: replace(edit(current), modified=now)},
        )
        return await self.journal.incident(incident)
