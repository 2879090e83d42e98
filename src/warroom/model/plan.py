"""A work plan: a playbook as it runs on one incident, kept as rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from warroom.model.ids import IncidentId, PlanId, TaskKey, WorkerId
from warroom.model.json import Json, JsonObject
from warroom.model.user import Role


class TaskState(StrEnum):
    """XSOAR's words for a task of a work plan."""

    NOT_STARTED = "NotStarted"
    IN_PROGRESS = "InProgress"
    WAITING = "Waiting"  # for a time, a poll or a person
    COMPLETED = "Completed"
    ERROR = "Error"
    SKIPPED = "WillNotBeExecuted"
    BLOCKED = "Blocked"  # behind a task in error


class PlanState(StrEnum):
    """XSOAR's words for a playbook run."""

    IN_PROGRESS = "inprogress"
    WAITING = "waiting"
    COMPLETED = "completed"
    FAILED = "failed"
    REPLACED = "replaced"  # ours: it was replaced by another playbook
    CANCELLED = "cancelled"  # ours: a person ended it


class PlanKind(StrEnum):
    """What a plan carries out."""

    PLAYBOOK = "playbook"
    COMMAND = "command"  # typed by a person: it has that person's rights, and leaves the incident's playbook as it is


TASKS_UNDER_WAY = frozenset({TaskState.IN_PROGRESS, TaskState.WAITING})
TASKS_PASSED = frozenset({TaskState.COMPLETED, TaskState.SKIPPED})  # the next tasks may start
TASKS_ENDED = TASKS_PASSED | {TaskState.ERROR}
ENDED = frozenset({PlanState.COMPLETED, PlanState.FAILED, PlanState.REPLACED, PlanState.CANCELLED})
STOP = "!"  # starts the key of an answer to a plan as a whole; the plan that replaces it follows, if any


class WaitKind(StrEnum):
    """What a waiting task waits for."""

    POLL = "poll"  # the next poll of a scheduled command
    RETRY = "retry"  # the next try of a command that failed
    LOOP = "loop"  # the next turn of a sub-playbook's loop
    PERSON = "person"  # an answer to a manual task or condition
    UNKNOWN = "unknown"  # a person's answer about an action that began and may or may not have happened
    APPROVAL = "approval"  # a person's approval of an action, which has not begun
    SET_ASIDE = "set aside"  # a person's answer about a task that was under way at several deaths of the process
    EXPIRED = "expired"  # a request for approval lapsed: a person decides whether to ask again
    SCHEDULED = "scheduled"  # the time at which the command is to run
    PAUSED = "paused"  # the end of a halt: then the action or poll runs


FOR_PEOPLE = frozenset({WaitKind.PERSON, WaitKind.UNKNOWN, WaitKind.APPROVAL, WaitKind.EXPIRED, WaitKind.SET_ASIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Why a task waits. `data` is the driver's: the command to run next, the options to choose from."""

    kind: WaitKind
    since: datetime
    wake_at: datetime | None = None  # None: only an answer ends it
    deadline: datetime | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One run of a (sub-)playbook: which text of it, with which inputs, in which part of the context."""

    playbook: str  # id
    name: str
    content: str = ""  # SHA-256 of the playbook's text: the version that this run is pinned to; a command has none
    inputs: Mapping[str, Json] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)  # of inputs that lack a part: the reference that led nowhere
    scope: str = ""  # "" is the incident's context, else the key of a private node ("subplaybook-…")
    turn: int = -1  # of a loop, counted from 0; -1 is no loop
    turns: int = 0  # of a loop over items; 0 in a loop until something holds
    loop_inputs: Mapping[str, Json] = field(default_factory=dict)  # as resolved before the first turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """The state of one task; `key` is its path through sub-playbooks and loop turns."""

    plan: PlanId
    key: TaskKey
    name: str
    state: TaskState
    branch: str = ""
    attempts: int = 0
    started: datetime | None = None
    ended: datetime | None = None
    error: str = ""
    wait: Wait | None = None
    frame: Frame | None = None  # of the sub-playbook that this task runs
    inputs: JsonObject = field(default_factory=dict)  # as resolved, for the reader; no secrets
    approved: str = ""  # the action that was approved and may pass once, encrypted; removed when the task has ended
    deaths: int = 0  # deaths of processes while it was under way, since its last result
    worker_deaths: int = 0  # deaths of worker processes that ran it, over its tries


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCommand:
    """A command as a person typed it; of a secret argument only a mask: its value is in the plan's `sealed`."""

    name: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRecord:
    """A work plan's own row. `epoch` fences drivers, `signal` counts answers so that parking cannot miss one."""

    id: PlanId
    incident: IncidentId
    kind: PlanKind = PlanKind.PLAYBOOK
    frame: Frame
    command: TypedCommand | None = None  # of a plan of that kind
    state: PlanState = PlanState.IN_PROGRESS
    epoch: int = 0
    signal: int = 0
    worker: WorkerId | None = None
    wake_at: datetime | None = None
    created: datetime
    ended: datetime | None = None
    error: str = ""
    started_by: str = ""  # the person or API key, "fetch" for an alert that came in
    rights: Role = Role.ADMIN  # the role of its commands: the system's for a playbook, the typist's for a typed command
    sealed: str = ""  # the secret arguments of a typed command, encrypted; removed when the plan has ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved:
    """Who approved an action, when and why; `key` and `attempt` are those of the answer."""

    by: str
    at: datetime
    reason: str
    key: TaskKey
    attempt: int
    instances: tuple[str, ...] = ()  # by name; of a form's answer none, since it is asked before there is a command
    changed: Mapping[str, Json] = field(default_factory=dict)  # arguments, each with before and after; no secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Notes that an action is about to run; committed before it does, for recovery after a crash (design D4).

    What came of it is added when it has ended: that is what the response audit shows.
    """

    plan: PlanId
    key: TaskKey  # of the task; "5@1" for the first action that the script of task 5 called
    attempt: int
    command: str
    idempotency_key: str = ""
    started: datetime
    ended: datetime | None = None
    actor: str = ""  # the person who typed it, or "DBot"
    target: Mapping[str, Json] = field(default_factory=dict)  # its arguments, shortened and without secrets
    answer: str = ""  # its result, shortened
    failed: bool = False
    approved: Approved | None = None  # None: it needed no approval
    refused: str = ""  # how its request for approval ended, of an action that never began


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person's answer to a waiting task; of several for one attempt of the task, the first one counts."""

    plan: PlanId
    key: TaskKey
    attempt: int = 0  # the task's attempt that asked; a later question is another one
    choice: str  # the label of the branch, or "" for a manual task that is simply done
    comment: str = ""
    form: Mapping[str, Json] = field(default_factory=dict)  # answers to a form, by the question's id
    approves: Mapping[str, Json] = field(default_factory=dict)  # what exactly was approved or rejected; no secrets
    sealed: str = ""  # the action as it was approved with other arguments, encrypted
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueJob:
    """One piece of queued work: drive a plan, fetch from an instance or mirror with it; `at` None means now."""

    kind: str  # "plan" | "people" (a plan that a person waits for) | "fetch" | "mirror"
    target: str  # a PlanId or an InstanceId
    at: datetime | None = None


def job_of(plan: PlanRecord, at: datetime | None = None) -> QueueJob:
    """Return the job that drives a plan."""
    return QueueJob(kind="people" if plan.kind is PlanKind.COMMAND else "plan", target=plan.id, at=at)
