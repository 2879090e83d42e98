"""A playbook as its file says it: tasks, edges, inputs and outputs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from warroom.content.value import AllOfAnyOf, Case, Value
from warroom.model.errors import Location
from warroom.model.json import Json, JsonObject

NO_LABEL = "#none#"
DEFAULT_LABEL = "#default#"
ERROR_LABEL = "#error#"

Edge: TypeAlias = tuple[str, str]  # (task at its start, label)


class TaskKind(StrEnum):
    START = "start"
    TITLE = "title"
    REGULAR = "regular"
    CONDITION = "condition"
    PLAYBOOK = "playbook"
    COLLECTION = "collection"


class OnError(StrEnum):
    STOP = "stop"
    CONTINUE = "continue"  # go on as if nothing had happened
    ERROR_PATH = "errorPath"  # take the edge #error#


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A sub-playbook's loop; a stanza without any of these is XSOAR's way to write "no loop"."""

    for_each: bool = False
    until: AllOfAnyOf = ()
    script: str = ""
    script_arguments: Mapping[str, Value] = field(default_factory=dict)
    wait: int = 1  # seconds between turns
    max: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMapping:
    incident_field: str
    output: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerTrigger:
    """A timer of the incident, by its field, and what it does: start, pause or stop."""

    field: str
    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A node of a playbook. `arguments` are the command's; `controls` are XSOAR's own (retry-count, using, …)."""

    id: str
    kind: TaskKind
    name: str
    description: str = ""
    brand: str = ""  # of a command: "" means any
    script: str = ""  # name of a script or command; "" with kind REGULAR or CONDITION and no `cases`: a person's task
    is_command: bool = False
    playbook: str = ""  # name or id of the sub-playbook
    arguments: Mapping[str, Value] = field(default_factory=dict)
    controls: Mapping[str, Value] = field(default_factory=dict)
    cases: tuple[Case, ...] = ()
    next: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # label -> ids of tasks
    on_error: OnError = OnError.STOP
    skip_unavailable: bool = False
    separate_context: bool = True
    loop: Loop | None = None
    message: JsonObject | None = None
    form: JsonObject | None = None
    field_mappings: tuple[FieldMapping, ...] = ()
    timers: tuple[TimerTrigger, ...] = ()  # what happens to timers of the incident when the task starts
    tags: tuple[str, ...] = ()
    note: bool = False
    evidence: bool = False
    quiet: bool = False
    extract: str = ""  # indicators from its results: none, inline, outofband; empty: as the server does
    position: tuple[float, float] | None = None
    at: Location | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A declared input; `value` is the default, evaluated in the sub-playbook."""

    key: str
    value: Value | None = None
    required: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    context_path: str
    description: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playbook:
    """A playbook. `text` is the file as it was read, `sha256` its hash: the version a work plan is pinned to."""

    id: str
    name: str
    description: str = ""
    start: str
    tasks: Mapping[str, Task]
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    text: str = field(default="", repr=False)
    sha256: str = ""
    at: Location | None = None
    raw: Mapping[str, Json] = field(default_factory=dict, repr=False)
    incoming: Mapping[str, Sequence[Edge]] = field(init=False, repr=False, compare=False)  # by the task that they reach

    def __post_init__(self) -> None:
        object.__setattr__(self, "incoming", _incoming(self.tasks.values()))


def _incoming(tasks: Iterable[Task]) -> dict[str, list[Edge]]:
    edges: dict[str, list[Edge]] = {}
    for task in tasks:
        for label, targets in task.next.items():
            for target in targets:
                edges.setdefault(target, []).append((task.id, label))
    return edges
