"""Response actions: who may be acted on, how the task will go by, what it does when it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from visionone_sim.clock import Clock
from visionone_sim.errors import BadRequestError, NotSupportedError, TaskDuplicationError
from visionone_sim.settings import Settings, Timeline
from visionone_sim.tenant.archives import Archive, ArchiveShelf
from visionone_sim.tenant.endpoints import Endpoint, Inventory
from visionone_sim.tenant.tasks import (
    AGENT_TIMEOUT,
    FILE_NOT_FOUND,
    WAITING_FOR_APPROVAL,
    Action,
    ResponseTask,
    Target,
    TaskBook,
    TaskError,
)

EFFECTS: dict[Action, Callable[[Inventory, Target], None]] = {
    "isolate": lambda inventory, target: inventory.isolate(target.agent_guid, isolated=True),
    "restoreIsolate": lambda inventory, target: inventory.isolate(target.agent_guid, isolated=False),
    "collectFile": lambda _inventory, _target: None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """One target of a response call, as the client named it."""

    agent_guid: str | None = None
    endpoint_name: str | None = None
    file_path: str | None = None
    description: str | None = None


class ResponseDesk:
    """Takes demands, makes tasks of them, and lets their effects happen when they succeed."""

    def __init__(self, *, clock: Clock, settings: Settings, inventory: Inventory, rng: Random) -> None:
        self.tasks = TaskBook()
        self.archives = ArchiveShelf(compress_below_bytes=settings.compress_below_bytes)
        self.passwords: dict[str, str] = {}
        self._clock = clock
        self._settings = settings
        self._inventory = inventory
        self._rng = rng

    def start(self, action: Action, demand: Demand, *, account: str) -> ResponseTask:
        """Begin a task, or refuse it."""
        endpoint = self._inventory.target(agent_guid=demand.agent_guid, name=demand.endpoint_name)
        self._require_able(action, demand, endpoint)
        target = Target(agent_guid=endpoint.agent_guid, endpoint_name=endpoint.name, file_path=demand.file_path)
        now = self._clock.now()
        running = self.tasks.running_twin_of(action, target, now)
        if running is not None and self._settings.refuse_duplicates:
            raise TaskDuplicationError(running.id)
        timeline, error = self._course(endpoint, target)
        task = ResponseTask(
            id=self.tasks.next_id(),
            action=action,
            target=target,
            description=demand.description,
            account=account,
            created=now,
            timeline=timeline,
            error=error,
        )
        self._order_archive(task, endpoint)
        return self.tasks.add(task)

    def settle(self) -> None:
        """Let the effects of all tasks that have succeeded by now happen."""
        now = self._clock.now()
        for task in self.tasks.settle(now):
            if task.status(now) == "succeeded":
                EFFECTS[task.action](self._inventory, task.target)

    def replan(self, task_id: str, timeline: Timeline, error: TaskError | None = None) -> ResponseTask:
        """Let a task go by differently from now on."""
        return self.tasks.replan(task_id, timeline, self._clock.now(), error)

    def approve(self, task_id: str) -> ResponseTask:
        """Let a task that waits for approval begin."""
        task = self.tasks[task_id]
        timeline, error = self._course(self._inventory[task.target.agent_guid], task.target, approved=True)
        # Approved tasks go straight to running; only an absent agent makes them queue.
        begun = tuple(step for step in timeline if step[1] != "queued") if error is not AGENT_TIMEOUT else timeline
        return self.replan(task_id, begun, error)

    def connect(self, agent_guid: str, connected: bool) -> None:
        """Bring an agent back, which begins what was queued for it, or take it away."""
        self._inventory.connect(agent_guid, connected)
        endpoint = self._inventory[agent_guid]
        for task in self.tasks.open_on(agent_guid):
            if connected and task.status(self._clock.now()) == "queued":
                timeline, error = self._course(endpoint, task.target, approved=True)
                self.replan(task.id, timeline, error)

    def archive(self, task: ResponseTask) -> Archive | None:
        """Return the archive of a collected file, once it is made; it may take a moment, so not on an event loop."""
        future = self.archives.get(task.id)
        return future.result() if future is not None else None

    def close(self) -> None:
        self.archives.close()

    def _require_able(self, action: Action, demand: Demand, endpoint: Endpoint) -> None:
        if action != "collectFile":
            return
        if not demand.file_path:
            raise BadRequestError("The field filePath is required.", target="filePath")
        if endpoint.product_code not in self._settings.collecting_products:
            raise NotSupportedError("The agent on this endpoint does not support the action.")

    def _course(
        self, endpoint: Endpoint, target: Target, *, approved: bool = False
    ) -> tuple[Timeline, TaskError | None]:
        """Decide how a task goes by, from what the tenant and the endpoint are like."""
        if self._settings.approval_required and not approved:
            return WAITING_FOR_APPROVAL, None
        if not endpoint.connected:
            return ((0, "queued"), (self._settings.offline_timeout_seconds, "failed")), AGENT_TIMEOUT
        if target.file_path is not None and endpoint.file(target.file_path) is None:
            normal = self._settings.timeline
            return (*normal[:-1], (normal[-1][0], "failed")), FILE_NOT_FOUND
        return self._settings.timeline, None

    def _order_archive(self, task: ResponseTask, endpoint: Endpoint) -> None:
        path = task.target.file_path
        file = endpoint.file(path) if path is not None else None
        if file is not None:
            password = "".join(self._rng.choices("abcdefghijkmnpqrstuvwxyz23456789", k=12))
            self.passwords[task.id] = password
            self.archives.order(task.id, path=file.path, content=file.content, password=password)
