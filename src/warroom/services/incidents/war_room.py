"""The War Room: typed commands, notes, and the entries of an incident."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom.content.read_task import CONTROLS
from warroom.model.entry import Entry, EntryFormat
from warroom.model.ids import EntryId, IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanRecord, TypedCommand
from warroom.model.user import Actor
from warroom.services.approvals.halting import Halting
from warroom.services.commands.arguments import refuse_missing, refuse_unknown
from warroom.services.commands.binding import EVERY, Binding, targets_of
from warroom.services.commands.command_line import CommandLine, parse, place_bare
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved, Target
from warroom.services.execution.builtins import PERMISSIONS, named_playbook
from warroom.services.execution.fields import taken_fields
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.execution.look_up import look_up
from warroom.services.people.access import Permission, require
from warroom.services.plans.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, EntryQuery, IncidentQuery, Store
from warroom.services.secrecy.masking import MASK
from warroom.services.secrecy.redaction import Redaction
from warroom.services.writing.journal import Journal
from warroom.services.writing.lines import Line

ENTRIES = 1000  # in one answer by default


@dataclass(frozen=True, slots=True, kw_only=True)
class WarRoom:
    """Use cases of the War Room. A typed command is a work plan of one task: it polls and survives like one."""

    store: Store
    journal: Journal
    library: Library
    plans: Plans
    halting: Halting
    clock: Clock
    _making_playground: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def redaction(self) -> Redaction:
        return Redaction(self.journal)

    async def run(self, text: str, incident: Incident, actor: Actor, using: str = "") -> PlanRecord:
        """Start a typed command; misspelled names, missing arguments or instances, what is paused: refused at once.

        It runs with the rights of the actor, so that nothing that it calls can do more.
        """
        require(actor, Permission.RUN_READS)
        line = parse(text)
        if using:
            line = replace(line, args={**line.args, "using": using})
        resolved = look_up(self.library.catalogue, line.name, using_brand=line.args.get("using-brand", ""))
        command, secret, targets = await self._command(line, resolved, incident)
        if line.name in PERMISSIONS:
            require(actor, PERMISSIONS[line.name])
        if line.name == "setPlaybook":
            self.library.catalogue.playbook(named_playbook(line.args))
        if resolved.is_action:
            require(actor, Permission.RUN_ACTIONS)
            await self.halting.refuse(resolved, targets)
        return await self.plans.start_command(incident, command, secret, actor)

    async def say(self, text: str, incident: IncidentId, actor: Actor) -> Entry:
        """Add a note."""
        require(actor, Permission.NOTE)
        await self.journal.incident(incident)  # raises NotFoundError
        now = self.clock.now()
        line = Line(incident=incident, text=text, at=now, actor=actor.name, format=EntryFormat.MARKDOWN, note=True)
        entry = await line.entry(self.store)
        await self.journal.commit(Changes(actor=actor.name, at=now, entries=[entry]))
        return entry

    async def entries(
        self, incident: IncidentId, actor: Actor, after: int = 0, limit: int = ENTRIES
    ) -> Sequence[Entry]:
        """Return entries with a number above `after`, in order, without secrets that are not for the actor."""
        require(actor, Permission.SEE)
        return await self.redaction.entries(incident, await self.store.entries(incident, after, limit), actor)

    async def find(self, query: EntryQuery, actor: Actor) -> Sequence[Entry]:
        """Return the entries of a query, in order, without secrets that the actor may not see."""
        require(actor, Permission.SEE)
        await self.journal.incident(query.incident)
        return await self.redaction.entries(query.incident, await self.store.find_entries(query), actor)

    async def entry(self, entry: EntryId, actor: Actor) -> Entry:
        require(actor, Permission.SEE)
        found = await self.store.entry(entry)
        return (await self.redaction.entries(found.incident, [found], actor))[0]

    async def playground(self, actor: Actor) -> Incident:
        """Return the incident for commands that belong to none; it is created when first needed."""
        require(actor, Permission.RUN_READS)
        async with self._making_playground:  # concurrent callers get the same one
            found = await self.store.incidents(IncidentQuery(type=PLAYGROUND, limit=1))
            return found[0] if found else await self._new_playground(actor)

    async def _new_playground(self, actor: Actor) -> Incident:
        now = self.clock.now()
        incident = Incident(
            id=IncidentId(str(await self.store.reserve_incidents(1))),
            name="Playground",
            type=PLAYGROUND,
            status=Status.ARCHIVE,
            occurred=now,
            created=now,
            modified=now,
        )
        await self.journal.commit(Changes(actor=actor.name, at=now, incidents=[incident]))
        return incident

    async def _command(
        self, line: CommandLine, resolved: Resolved, incident: Incident
    ) -> tuple[TypedCommand, dict[str, str], Sequence[Target]]:
        """Check a line against what it names; returns the command, its masked secret arguments, and its targets."""
        instances = await self.journal.instances()
        binding = Binding(incident=incident, using=line.args.get("using", ""))
        target = targets_of(resolved, instances, replace(binding, using=binding.using or EVERY))[0]
        args = place_bare(line, target.arguments)
        given = {name: value for name, value in args.items() if name not in CONTROLS}
        refuse_unknown(line.name, target.arguments, given, taken_fields(target, self.library.catalogue))
        refuse_missing(line.name, target.arguments, given)
        targets = targets_of(resolved, instances, binding)  # unclear or missing targets are refused at once
        secret = {name: value for name, value in args.items() if name in resolved.secrets and value}
        return TypedCommand(name=line.name, args={**args, **dict.fromkeys(secret, MASK)}), secret, targets
