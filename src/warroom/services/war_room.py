"""The War Room: typed commands, notes, and the entries of an incident."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom.content.integration import Argument
from warroom.content.playbook import Playbook
from warroom.content.read_playbook import read_playbook_text
from warroom.content.read_task import CONTROLS
from warroom.model.entry import Entry, EntryFormat
from warroom.model.errors import InvalidInputError
from warroom.model.ids import EntryId, IncidentId, entry_id
from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanRecord
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.command_line import CommandLine, as_playbook, parse, place_bare
from warroom.services.discretion import Discretion
from warroom.services.execution.builtins import BUILTINS, PERMISSIONS, named_playbook
from warroom.services.execution.call import Call, Controls, Origin
from warroom.services.execution.masking import MASK
from warroom.services.execution.targets import arguments_of, find_targets, is_action, secret_arguments
from warroom.services.journal import Journal
from warroom.services.library import Library
from warroom.services.plans import Plans
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Changes, EntryQuery, IncidentQuery, Store

ENTRIES = 1000  # in one answer, unless somebody asks for more or less
PLAYGROUND = "Playground"  # the type of the incident that commands without an incident run on


@dataclass(frozen=True, slots=True, kw_only=True)
class WarRoom:
    """What a person types and reads. A typed command is a work plan of one task: it polls and survives like one."""

    store: Store
    journal: Journal
    library: Library
    plans: Plans
    clock: Clock
    _making_playground: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def discretion(self) -> Discretion:
        return Discretion(self.journal)

    async def run(self, text: str, incident: Incident, actor: Actor, using: str = "") -> PlanRecord:
        """Start a typed command; misspelled names, missing arguments and missing instances are refused at once.

        It runs with the rights of the actor, so that nothing that it calls can do more.
        """
        require(actor, Permission.RUN_READS)
        line = parse(text)
        if using:
            line = replace(line, args={**line.args, "using": using})
        playbook, secret = await self._as_playbook(line, incident, actor)
        if line.name in PERMISSIONS:
            require(actor, PERMISSIONS[line.name])
        if line.name == "setPlaybook":
            self.library.catalogue.playbook(named_playbook(line.args))
        if is_action(self.library.catalogue, line.name, line.args.get("using-brand", "")):
            require(actor, Permission.RUN_ACTIONS)
        return await self.plans.launch(incident, playbook, {}, actor, secret)

    async def say(self, text: str, incident: IncidentId, actor: Actor) -> Entry:
        """Add a note."""
        require(actor, Permission.NOTE)
        await self.journal.incident(incident)  # one that is not there takes no notes
        number = await self.store.reserve_entries(incident, 1)
        now = self.clock.now()
        entry = Entry(
            id=entry_id(number, incident),
            incident=incident,
            format=EntryFormat.MARKDOWN,
            contents=text,
            created=now,
            actor=actor.name,
            note=True,
        )
        await self.journal.commit(Changes(actor=actor.name, at=now, entries=[entry]))
        return entry

    async def entries(
        self, incident: IncidentId, actor: Actor, after: int = 0, limit: int = ENTRIES
    ) -> Sequence[Entry]:
        """Give entries with a number above `after`, in order, without secrets that are not for the actor."""
        require(actor, Permission.SEE)
        return await self.discretion.entries(incident, await self.store.entries(incident, after, limit), actor)

    async def find(self, query: EntryQuery, actor: Actor) -> Sequence[Entry]:
        """Give the entries that a query wants, in order, without secrets that are not for the actor."""
        require(actor, Permission.SEE)
        await self.journal.incident(query.incident)
        return await self.discretion.entries(query.incident, await self.store.find_entries(query), actor)

    async def entry(self, entry: EntryId, actor: Actor) -> Entry:
        require(actor, Permission.SEE)
        found = await self.store.entry(entry)
        return (await self.discretion.entries(found.incident, [found], actor))[0]

    async def playground(self, actor: Actor) -> Incident:
        """Give the incident for commands that belong to none; it is made when first needed."""
        require(actor, Permission.RUN_READS)
        async with self._making_playground:  # two who need it at once get the same one
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

    async def _as_playbook(
        self, line: CommandLine, incident: Incident, actor: Actor
    ) -> tuple[Playbook, dict[str, str]]:
        """Give the playbook of a line, and the secret arguments that its text leaves out."""
        controls = Controls(using=line.args.get("using", ""), using_brand=line.args.get("using-brand", ""))
        call = Call(incident=incident, name=line.name, controls=controls, origin=Origin(actor=actor.name))
        targets = find_targets(self.library.catalogue, frozenset(BUILTINS), await self.journal.instances(), call)
        declared = arguments_of(targets[0])
        args = place_bare(line, declared)
        _check(line.name, declared, args)
        hidden = secret_arguments(self.library.catalogue, line.name, line.args.get("using-brand", ""))
        secret = {name: value for name, value in args.items() if name in hidden and value}
        text = as_playbook(line.name, {**args, **dict.fromkeys(secret, MASK)})
        return read_playbook_text(text, hashlib.sha256(text.encode()).hexdigest()), secret


def _check(name: str, declared: Sequence[Argument], args: dict[str, str]) -> None:
    if not declared:
        return
    known = {argument.name for argument in declared}
    unknown = sorted(set(args) - known - CONTROLS)
    if unknown:
        raise InvalidInputError(f"{name} has no argument {unknown[0]!r}. It takes: {', '.join(sorted(known))}.")
    for argument in declared:
        if argument.required and not args.get(argument.name) and argument.default_value in (None, ""):
            raise InvalidInputError(f"{name} needs the argument {argument.name!r}. Write {argument.name}=value.")
