"""A whole runtime on public fakes: content given as YAML, commands as functions, time that moves when told."""

import asyncio
import hashlib
import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import IncidentField, IncidentType
from warroom.content.integration import Argument, Command, Integration, Script
from warroom.content.pack import Pack
from warroom.content.playbook import Playbook
from warroom.content.preprocess_rule import PreProcessRule
from warroom.content.read_playbook import read_playbook_text
from warroom.context.semantics import STANDARD, Semantics
from warroom.model.ids import IncidentId, InstanceId, PlanId, TaskKey, WorkerId
from warroom.model.incident import Incident
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, TaskRecord
from warroom.model.user import Actor, Role
from warroom.services.approvals.deciding import Approvals
from warroom.services.approvals.grants import Grants
from warroom.services.approvals.halting import Halting
from warroom.services.approvals.judge import Judge
from warroom.services.approvals.people import People
from warroom.services.approvals.refusing import with_withdrawals
from warroom.services.approvals.rules import Rules
from warroom.services.commands.library import Library
from warroom.services.drive.approval_check import ApprovalCheck
from warroom.services.drive.conductor import Conductor
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.drive.frames import Frames
from warroom.services.drive.holding import Holding
from warroom.services.drive.perform import Performer
from warroom.services.drive.tools import Tools
from warroom.services.execution.executor import Executor
from warroom.services.execution.gate import Gate
from warroom.services.execution.settings import Settings
from warroom.services.plans.plans import Plans
from warroom.services.writing.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import ManualClock
from warroom.testing.code import python_code
from warroom.testing.outgoing import FakeOutgoing
from warroom.testing.runner import FakeFunction, FakeRunner
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

LAB = "Lab"
ANA = Actor(name="ana", role=Role.ADMIN)
REQUIRED: Json = object()  # as an input's default: there is none and it needs a value


def lab(*commands: Command) -> Integration:
    """Make the integration `Lab` with these commands."""
    return Integration(id=LAB, name=LAB, commands={command.name: command for command in commands}, code=python_code(""))


def command(name: str, *arguments: str, execution: bool = False, arrays: tuple[str, ...] = ()) -> Command:
    """Make a command; arguments whose name ends in `!` are required."""
    made = tuple(
        Argument(name=item.removesuffix("!"), required=item.endswith("!"), is_array=item in arrays)
        for item in arguments
    )
    return Command(name=name, arguments=made, execution=execution)


def an_instance(name: str = "lab-1", **given: Any) -> IntegrationInstance:
    """Make an instance of the integration `Lab`."""
    return IntegrationInstance(**{"id": InstanceId(f"id-{name}"), "name": name, "integration": LAB, **given})


def playbook(
    text: str, name: str = "Book", *, inputs: Mapping[str, Any] | None = None, outputs: Sequence[str] = ()
) -> Playbook:
    """Read a playbook whose tasks are given as YAML; task 0 is the start and leads to task 1.

    `inputs` are names and defaults (None: it has none), `outputs` context paths.
    """
    head = f"id: {name}\nversion: -1\nname: {name}\nstarttaskid: '0'\n"
    head += f"inputs: {json.dumps([_input(key, value) for key, value in (inputs or {}).items()])}\n"
    head += f"outputs: {json.dumps([{'contextPath': path} for path in outputs])}\ntasks:\n"
    start = "  '0': {id: '0', taskid: s, type: start, task: {id: s, name: ''}, nexttasks: {'#none#': ['1']}}\n"
    body = head + start + textwrap.indent(textwrap.dedent(text), "  ")
    return read_playbook_text(body, hashlib.sha256(body.encode()).hexdigest())


def _input(key: str, default: Json) -> dict[str, Json]:
    if default is REQUIRED:
        return {"key": key, "required": True, "value": {}}
    return {"key": key, "value": {} if default is None else {"simple": default}}


def script(name: str, *arguments: str, **given: Any) -> Script:
    """Make a script; its function stands in the table under its name."""
    made = tuple(Argument(name=item.removesuffix("!"), required=item.endswith("!")) for item in arguments)
    return Script(**{"id": name, "name": name, "arguments": made, "code": python_code(""), **given})


def note(text: str, **context: Json) -> dict[str, Json]:
    """Make a result: a text, and what it writes to the context."""
    return {"Type": 1, "ContentsFormat": "text", "Contents": text, "EntryContext": context}


def failure(text: str) -> dict[str, Json]:
    """Make an error result."""
    return {"Type": 4, "ContentsFormat": "text", "Contents": text}


@dataclass
class World:
    """Everything that a test drives; `table` holds what commands and scripts do."""

    integration: Integration
    table: dict[str, FakeFunction]
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)
    scripts: Mapping[str, Script] = field(default_factory=dict)
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: ManualClock = field(default_factory=ManualClock)
    incident: Incident = field(default_factory=an_incident)
    others: Sequence[Integration] = ()
    instances: Sequence[IntegrationInstance] = (an_instance(),)
    fields: Sequence[IncidentField] = ()
    types: Sequence[IncidentType] = ()
    preprocess_rules: Sequence[PreProcessRule] = ()
    rules: Rules = field(default_factory=Rules)
    set_aside_after: int = SET_ASIDE_AFTER
    semantics: Semantics = STANDARD

    def __post_init__(self) -> None:
        pack = Pack(
            id="lab",
            name="lab",
            version="1.0.0",
            path=Path("lab"),
            integrations={each.id: each for each in (self.integration, *self.others)},
            playbooks=self.playbooks,
            scripts=self.scripts,
            incident_fields={item.id: item for item in self.fields},
            incident_types={item.id: item for item in self.types},
            preprocess_rules={item.id: item for item in self.preprocess_rules},
        )
        self.catalogue = Catalogue([pack])
        self.runner = FakeRunner(self.table)
        self.blobs = MemoryBlobs()
        self.outgoing = FakeOutgoing()
        self.restart()

    def restart(self) -> None:
        """Wire everything anew over what a process leaves behind: the store, the files, the outside world."""
        self.journal = Journal(self.store, on_close=with_withdrawals)
        self.library = Library(self.catalogue, self.store)
        judge = Judge(store=self.store, journal=self.journal, library=self.library, rules=self.rules)
        people = People(self.store.users)
        approvals = Approvals(store=self.store, judge=judge, people=people, clock=self.clock)
        self.halting = Halting(halts=self.store.halts, goes_on=("lab-collect-*",))
        gate = Gate(approvals=approvals, grants=Grants(self.store), halting=self.halting)
        self.executor = Executor(
            library=self.library,
            store=self.store,
            users=self.store.users,
            journal=self.journal,
            runner=self.runner,
            blobs=self.blobs,
            clock=self.clock,
            outgoing=self.outgoing,
            settings=Settings(),
            gate=gate,
        )
        self.tools = self._new_tools()
        self.plans = Plans(
            store=self.store,
            journal=self.journal,
            library=self.library,
            clock=self.clock,
            scripts=self.executor.scripts,
            approvals=approvals,
        )
        self.conductor = self.new_conductor("worker-1")

    def _new_tools(self) -> Tools:
        performer = Performer(self.executor, self.journal, self.clock, self.set_aside_after)
        return Tools(
            store=self.store,
            journal=self.journal,
            library=self.library,
            performer=performer,
            approval=ApprovalCheck(performer=performer, gate=self.executor.gate),
            holding=Holding(performer=performer, halting=self.halting),
            frames=Frames(self.library, self.journal, self.executor, self.clock, self.semantics),
            clock=self.clock,
            set_aside_after=self.set_aside_after,
        )

    def new_conductor(self, worker: str) -> Conductor:
        return Conductor(self.tools, WorkerId(worker))

    async def begin(self) -> None:
        """Store the incident and the instances of the integration."""
        await self.store.commit(some_changes(incidents=[self.incident]))
        for instance in self.instances:
            await self.journal.save_instance(instance, "test", self.clock.now())

    async def start(self, book: Playbook, inputs: Mapping[str, Json] | None = None) -> PlanRecord:
        """Start a playbook on the incident without driving it."""
        await self.begin()
        return await self.another(book, inputs)

    async def another(self, book: Playbook, inputs: Mapping[str, Json] | None = None) -> PlanRecord:
        """Start one more playbook on the incident without driving it."""
        return await self.plans.start(self.incident, book, inputs or {}, ANA)

    async def answer(self, plan: PlanId, key: str, choice: str = "", comment: str = "") -> None:
        """Answer a waiting task."""
        await self.plans.answer(plan, TaskKey(key), choice, comment, ANA)

    async def asked(self) -> list[TaskRecord]:
        """What waits for a person."""
        return [task for _, task in await self.plans.waiting_for_people(ANA)]

    async def play(self, book: Playbook, inputs: Mapping[str, Json] | None = None) -> PlanRecord:
        """Start a playbook and drive it until it ends or is parked."""
        plan = await self.start(book, inputs)
        await self.conductor.drive(plan.id)
        return await self.store.plan(plan.id)

    async def tasks(self, plan: PlanRecord) -> dict[str, TaskRecord]:
        return {task.key: task for task in await self.store.tasks(plan.id)}

    async def context(self) -> dict[str, Any]:
        return await self.journal.context(self.incident.id)

    async def said(self) -> list[Json]:
        """What stands in the War Room."""
        return [entry.readable or entry.contents for entry in await self.store.entries(IncidentId(self.incident.id))]


async def until(condition: Callable[[], Any]) -> None:
    """Let other tasks run until a condition holds; a test that waits in vain fails."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("It never came to that.")
