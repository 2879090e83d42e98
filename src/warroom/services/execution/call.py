"""What is asked of the executor, and what comes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from warroom.model.context import ContextPatch
from warroom.model.entry import Entry
from warroom.model.halt import Held
from warroom.model.ids import EntryId, PlanId, TaskKey
from warroom.model.incident import Incident
from warroom.model.json import Json, JsonObject
from warroom.model.lane import Lane
from warroom.model.plan import Intent
from warroom.model.user import Role
from warroom.services.execution.binding import Binding
from warroom.services.execution.targets import Resolved
from warroom.services.replacing import Replacement


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a call comes from: the person or playbook, and the task of the work plan; entries carry it."""

    actor: str
    rights: Role = Role.ADMIN  # what the call may do, and what of the context it may see
    plan: PlanId | None = None
    task: TaskKey | None = None
    attempt: int = 0  # of the task, counted from 1
    scope: str = ""  # where in the context it reads and writes
    inputs: Mapping[str, Json] = field(default_factory=dict)  # of the playbook it runs in
    tags: tuple[str, ...] = ()
    note: bool = False
    lane: Lane = Lane.ROUTINE  # how soon it gets a worker where others wait for one


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
    is_carried: bool = False  # a look or running code passes the arguments on: nobody wrote each of their names
    line: EntryId | None = None  # in a later look of a scheduled command: the entry that says how it stands

    @property
    def name(self) -> str:
        return self.resolved.name


def handed_on(controls: Controls, using: str = "") -> Controls:
    """Give the controls of a call that a script makes: what the script was told to use holds for what it calls."""
    return Controls(
        using=using,
        handed=controls.using or controls.handed,
        handed_brand=controls.using_brand or controls.handed_brand,
    )


def binding_of(call: Call) -> Binding:
    """Say where a call belongs."""
    return Binding(incident=call.incident, using=call.controls.using, handed=call.controls.handed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The next look that a scheduled command asks for, in content seconds."""

    command: str
    args: JsonObject
    seconds: float
    timeout: float
    instance: str = ""
    instance_id: str = ""  # of that very instance: a later one of its name is another one
    line: EntryId | None = None  # the entry that says how it stands; the next look writes over it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a call left: entries and context changes to commit, its error, its label, the next look."""

    entries: Sequence[Entry] = ()
    patches: Sequence[ContextPatch] = ()
    incident: Incident | None = None  # changed by a built-in command
    error: str = ""
    label: str = ""  # what a condition script answered
    schedules: Sequence[Schedule] = ()
    raw: Sequence[Json] = ()  # the results as XSOAR would hand them to a script
    interrupted: bool = False  # a run was cut off: whether it acted is not known
    deaths: int = 0  # of worker processes under it
    intents: Sequence[Intent] = ()  # actions that a script called, committed as begun before they ran
    held: Sequence[Held] = ()  # actions that a script called, and that a halt did not let out
    replacements: Sequence[Replacement] = ()  # playbooks that were set


@dataclass(slots=True, kw_only=True)
class Effects:
    """What running code did by asking the server."""

    patches: list[ContextPatch] = field(default_factory=list)
    incident: Incident | None = None
    secrets: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    printed: str = ""  # by the code that it called

    def add(
        self,
        patches: Sequence[ContextPatch],
        incident: Incident | None = None,
        secrets: Sequence[str] = (),
        replacements: Sequence[Replacement] = (),
    ) -> None:
        """Add what a later call did; the newest incident counts."""
        self.patches += patches
        self.incident = incident or self.incident
        self.secrets += secrets
        self.replacements += replacements
