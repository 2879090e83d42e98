"""Response tasks: a task's life is a table, and its status is what the table says at a time."""

import heapq
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

from visionone_sim.settings import ResponseStatus, Timeline
from visionone_sim.tenant.targets import EndpointTarget, Target
from visionone_sim.wire import JsonObject

Action: TypeAlias = Literal[
    "isolate",
    "restoreIsolate",
    "collectFile",
    "terminateProcess",
    "runCustomScript",
    "runOsquery",
    "runYaraRules",
    "malwareScanForMultiple",
    "isolateContainer",
    "restoreContainer",
    "terminateContainer",
    "block",
    "restoreBlock",
    "quarantineMessage",
    "restoreMessage",
    "deleteMessage",
    "disableAccount",
    "enableAccount",
    "forceSignOut",
    "resetPassword",
]
STATUSES: tuple[ResponseStatus, ...] = get_args(ResponseStatus)
ENDED: frozenset[ResponseStatus] = frozenset({"succeeded", "failed", "rejected", "canceled"})

WAITING_FOR_APPROVAL: Timeline = ((0, "pendingApproval"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskError:
    code: str
    message: str
    number: str | None = None

    def wire(self) -> JsonObject:
        fields = {"code": self.code, "message": self.message, "number": self.number}
        return {key: value for key, value in fields.items() if value is not None}


AGENT_TIMEOUT = TaskError(code="Timeout", message="The agent did not connect in time.", number="4009408")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the things that a task acts on, with a status of its own: a message in a mailbox, an account."""

    key: str
    facts: JsonObject
    error: TaskError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseTask:
    id: str
    action: Action
    target: Target
    description: str | None
    account: str
    created: datetime
    timeline: Timeline
    error: TaskError | None = None
    parts: tuple[Part, ...] = ()

    def status(self, now: datetime) -> ResponseStatus:
        """Return the last status that has begun."""
        age = (now - self.created).total_seconds()
        return [status for after, status in self.timeline if after <= age or after == 0][-1]

    def last_action(self, now: datetime) -> datetime:
        """Return when the present status began."""
        age = (now - self.created).total_seconds()
        return self.created + timedelta(seconds=max(after for after, _ in self.timeline if after <= age or after == 0))

    def ended(self, now: datetime) -> bool:
        return self.status(now) in ENDED

    def ends_at(self) -> datetime | None:
        """Return when the task ends if nothing changes."""
        after, status = self.timeline[-1]
        return self.created + timedelta(seconds=after) if status in ENDED else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The forced outcome of the next task of an action."""

    action: Action
    timeline: Timeline
    error: TaskError | None = None


class TaskBook(Mapping[str, ResponseTask]):
    """All response tasks by id, oldest first."""

    _first = 1  # also where a snapshot has none: it was taken before books could begin elsewhere

    def __init__(self) -> None:
        self._tasks: dict[str, ResponseTask] = {}
        self._open: dict[str, None] = {}
        self._under_way: dict[tuple[Action, Target], str] = {}
        self._ends: list[tuple[datetime, str]] = []
        self._outcomes: deque[Outcome] = deque()

    def __getitem__(self, task_id: str) -> ResponseTask:
        return self._tasks[task_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def count_from(self, first: int) -> None:
        """Set the number of the first task, so that two tenants have none in common."""
        self._first = first

    def next_id(self) -> str:
        return f"{self._first + len(self._tasks):08d}"

    def add(self, task: ResponseTask) -> ResponseTask:
        """Take a new task in; a prepared outcome for its action replaces its own timeline."""
        outcome = next((outcome for outcome in self._outcomes if outcome.action == task.action), None)
        if outcome is not None:
            self._outcomes.remove(outcome)
            task = replace(task, timeline=outcome.timeline, error=outcome.error)
        self._open[task.id] = None
        self._under_way[task.action, task.target] = task.id
        return self._keep(task)

    def expect(self, outcome: Outcome) -> None:
        """Prepare the course of an action's next task."""
        self._outcomes.append(outcome)

    def running_twin_of(self, action: Action, target: Target, now: datetime) -> ResponseTask | None:
        """Find a task that does the same and has not ended."""
        task_id = self._under_way.get((action, target))
        task = self._tasks[task_id] if task_id is not None else None
        return task if task is not None and not task.ended(now) else None

    def replan(self, task_id: str, timeline: Timeline, now: datetime, error: TaskError | None = None) -> ResponseTask:
        """Change how a task that has not ended continues from now on."""
        task = self._tasks[task_id]
        if task.ended(now):
            raise ValueError(f"Task {task_id} has ended as {task.status(now)} and cannot change any more.")
        age = (now - task.created).total_seconds()
        past = tuple((after, status) for after, status in task.timeline if after <= age)
        future = tuple((age + after, status) for after, status in timeline)
        return self._keep(replace(task, timeline=past + future, error=error))

    def settle(self, now: datetime) -> list[ResponseTask]:
        """Return the tasks that ended since the last call, in the order of their ends."""
        ended = []
        while self._ends and self._ends[0][0] <= now:
            _, task_id = heapq.heappop(self._ends)
            task = self._tasks[task_id]
            # A task that was planned again has several rows here; only the current one counts, and counts once.
            if task_id in self._open and task.ended(now):
                del self._open[task_id]
                ended.append(task)
        return ended

    def open_on(self, agent_guid: str) -> list[ResponseTask]:
        """Return the tasks of one agent that have not ended."""
        # A copy, because a test may look on while the server's thread adds a task.
        tasks = [self._tasks[task_id] for task_id in list(self._open)]
        return [
            task for task in tasks if isinstance(task.target, EndpointTarget) and task.target.agent_guid == agent_guid
        ]

    def _keep(self, task: ResponseTask) -> ResponseTask:
        self._tasks[task.id] = task
        end = task.ends_at()
        if end is not None:
            heapq.heappush(self._ends, (end, task.id))
        return task
