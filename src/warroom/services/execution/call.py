"""The executor's input and output."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.halt import HeldAction
from warroom.model.ids import EntryId, PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane
from warroom.model.plan import Intent
from warroom.model.user import Role
from warroom.services.commands.binding import Binding
from warroom.services.commands.targets import Resolved
from warroom.services.plans.new_incident import NewIncident
from warroom.services.plans.playbook_replacement import Replacement
from warroom.services.plans.scheduled import Scheduled
from warroom.services.ports.value_scripts import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The origin of a call: the person or playbook, and the task of the work plan; entries store it."""

    actor: str
    rights: Role = Role.ADMIN  # the role that decides what the call may do, and what of the context it may see
    plan: PlanId | None = None
    task: TaskKey | None = None
    attempt: int = 0  # of the task, counted from 1
    scope: str = ""  # where in the context it reads and writes
    inputs: Mapping[str, Json] = field(default_factory=dict)  # of the playbook it runs in
    tags: tuple[str, ...] = ()
    note: bool = False
    lane: Lane = Lane.ROUTINE  # how soon it gets a worker where others wait for one
    is_enriching: bool = False  # asked about an indicator: it starts no further enrichment
    is_incoming: bool = False  # its incident is not stored yet: a pre-process rule's script runs on it
    changes_nothing: bool = False  # nothing commits its outcome, so calls that would change something are refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """XSOAR's own arguments of a call, resolved; times in content seconds."""

    using: str = ""
    using_brand: str = ""
    handed: str = ""  # `using` of the script that makes the call, and
    handed_brand: str = ""  # its `using-brand`: they hold for what the script calls, where that has such an instance
    timeout: float | None = None
    extend_context: str = ""
    ignore_outputs: bool = False
    raw_response: bool = False
    auto_extract: str = ""  # none, inline, outofband


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One command or script to run on an incident."""

    incident: Incident
    resolved: Resolved
    args: Mapping[str, Json] = field(default_factory=dict)
    controls: Controls = field(default_factory=Controls)
    origin: Origin
    idempotency_key: str = ""
    only: tuple[str, ...] | None = None  # of an approved action: the instances, by name, on which it was approved
    only_ids: tuple[str, ...] = ()  # the same instances by their ids
    is_carried: bool = False  # a poll or running code passes the arguments on, so unknown ones are tolerated
    is_poll: bool = False  # a later run that a scheduled command asked for
    line: EntryId | None = None  # in a later poll of a scheduled command: the entry with its interim result

    @property
    def name(self) -> str:
        return self.resolved.name


def handed_on(controls: Controls, using: str = "") -> Controls:
    """Return the controls of a call that a script makes: the script's `using` holds for its calls, too."""
    return Controls(
        using=using,
        handed=controls.using or controls.handed,
        handed_brand=controls.using_brand or controls.handed_brand,
    )


def reader_of(call: Call) -> Reader:
    """Return for whom values of a call are evaluated."""
    own = call.origin
    return Reader(incident=call.incident, rights=own.rights, scope=own.scope, inputs=own.inputs, lane=own.lane)


def asked_by_server(call: Call) -> Call:
    """Return a call that the server makes for itself, such as a fetch: no task commits what its code asks for."""
    return replace(call, origin=replace(call.origin, changes_nothing=True))


def binding_of(call: Call) -> Binding:
    """Return the binding of a call."""
    return Binding(incident=call.incident, using=call.controls.using, handed=call.controls.handed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The next poll that a scheduled command asks for, in content seconds."""

    command: str
    args: JsonObject
    seconds: float
    timeout: float
    instance: str = ""
    instance_id: str = ""  # the instance's id: a later instance of its name has another
    line: EntryId | None = None  # the entry with the interim result, which the next poll replaces


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The result of one call or of several: what to commit, its error, its label, the next polls."""

    entries: Sequence[Entry] = ()
    patches: Sequence[ContextPatch] = ()
    incident: Incident | None = None  # changed by a built-in command
    error: str = ""
    label: str = ""  # a condition script's answer
    schedules: Sequence[Schedule] = ()
    raw: Sequence[Json] = ()  # the results as XSOAR would hand them to a script
    interrupted: bool = False  # a run was cut off: its outcome is unknown
    deaths: int = 0  # deaths of worker processes during it
    intents: Sequence[Intent] = ()  # actions that a script called, committed as begun before they ran
    held: Sequence[HeldAction] = ()  # actions that a script called, and that a halt stopped
    replacements: Sequence[Replacement] = ()  # playbooks that were set
    created: Sequence[NewIncident] = ()  # incidents that were created, with their plans
    scheduled: Sequence[Scheduled] = ()  # commands that are to run later, or on other incidents

    def __add__(self, later: "Outcome") -> "Outcome":
        """Return both in order: the first error and the first label count, and the newest incident."""
        return Outcome(
            entries=[*self.entries, *later.entries],
            patches=[*self.patches, *later.patches],
            incident=later.incident or self.incident,
            error=self.error or later.error,
            label=self.label or later.label,
            schedules=[*self.schedules, *later.schedules],
            raw=[*self.raw, *later.raw],
            interrupted=self.interrupted or later.interrupted,
            deaths=self.deaths + later.deaths,
            intents=[*self.intents, *later.intents],
            held=[*self.held, *later.held],
            replacements=[*self.replacements, *later.replacements],
            created=[*self.created, *later.created],
            scheduled=[*self.scheduled, *later.scheduled],
        )


@dataclass(slots=True, kw_only=True)
class Actions:
    """The actions that running code calls, which all code that it calls shares: what has begun, and what was held."""

    intents: list[Intent] = field(default_factory=list)
    held: list[HeldAction] = field(default_factory=list)

    @property
    def outcome(self) -> Outcome:
        return Outcome(intents=self.intents, held=self.held)
