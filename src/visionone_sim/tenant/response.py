"""Response tasks: made of requests; their effects happen when they succeed."""

import threading
from dataclasses import replace
from typing import Any

from visionone_sim.errors import TaskDuplicationError, VendorError
from visionone_sim.settings import Timeline
from visionone_sim.tenant.actions.rule import Plan
from visionone_sim.tenant.actions.table import RULES
from visionone_sim.tenant.archives import Archive, ArchiveShelf
from visionone_sim.tenant.estate import Estate
from visionone_sim.tenant.targets import Demand
from visionone_sim.tenant.tasks import (
    AGENT_TIMEOUT,
    WAITING_FOR_APPROVAL,
    Action,
    ResponseTask,
    TaskBook,
    TaskError,
)

PASSWORD_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105  # an alphabet


class ResponseTasks:
    """The response tasks of one estate, and the files that they hand over."""

    def __init__(self, estate: Estate) -> None:
        self.tasks = TaskBook()
        self.archives = ArchiveShelf(compress_below_bytes=estate.settings.compress_below_bytes)
        self.passwords: dict[str, str] = {}
        self._demands: dict[str, Demand] = {}
        self._estate = estate
        # A test may look on, and thereby settle, while the server's thread does so too.
        self._settling = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_settling"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _settling=threading.Lock())

    def start(self, action: Action, demand: Demand, *, account: str) -> ResponseTask:
        """Begin a task, or refuse it."""
        plan = RULES[action].plan(self._estate, demand)
        now = self._estate.clock.now()
        running = self.tasks.running_twin_of(action, plan.target, now)
        if running is not None and self._estate.settings.refuse_duplicates:
            raise TaskDuplicationError(running.id)
        timeline, error = self._course(plan)
        task = ResponseTask(
            id=self.tasks.next_id(),
            action=action,
            target=plan.target,
            description=demand.description,
            account=account,
            created=now,
            timeline=timeline,
            error=error,
            parts=plan.parts,
        )
        self._demands[task.id] = demand
        self._order_archive(task.id, plan)
        return self.tasks.add(task)

    def settle(self) -> None:
        """Apply the effects of all tasks that have succeeded by now."""
        now = self._estate.clock.now()
        with self._settling:
            for task in self.tasks.settle(now):
                if task.status(now) == "succeeded":
                    RULES[task.action].effect(self._estate, task)

    def replan(self, task_id: str, timeline: Timeline, error: TaskError | None = None) -> ResponseTask:
        """Change how a task continues from now on."""
        return self.tasks.replan(task_id, timeline, self._estate.clock.now(), error)

    def approve(self, task_id: str) -> ResponseTask:
        """Start a task that waits for approval."""
        timeline, error = self._course_now(task_id)
        # Approved tasks go straight to running; only an absent agent makes them queue.
        begun = tuple(step for step in timeline if step[1] != "queued") if error is not AGENT_TIMEOUT else timeline
        return self.replan(task_id, begun, error)

    def connect(self, agent_guid: str, connected: bool) -> None:
        """Bring an agent back, which begins what was queued for it, or take it away."""
        self._estate.inventory.connect(agent_guid, connected)
        if not connected:
            return
        now = self._estate.clock.now()
        for task in self.tasks.open_on(agent_guid):
            if task.status(now) == "queued":
                self.replan(task.id, *self._course_now(task.id))

    def archive(self, task: ResponseTask) -> Archive | None:
        """Return the archive of a task's file, once it is made; it may take a moment, so not on an event loop."""
        future = self.archives.get(task.id)
        return future.result() if future is not None else None

    def close(self) -> None:
        self.archives.close()

    def _course_now(self, task_id: str) -> tuple[Timeline, TaskError | None]:
        """Evaluate the demand again in the present state."""
        task = self.tasks[task_id]
        try:
            plan = RULES[task.action].plan(self._estate, self._demands[task_id])
        except VendorError as error:
            plan = Plan(target=task.target, obstacle=TaskError(code=error.code, message=error.message))
        self._order_archive(task_id, plan)
        return self._course(replace(plan, target=task.target), approved=True)

    def _course(self, plan: Plan, *, approved: bool = False) -> tuple[Timeline, TaskError | None]:
        """Decide the course of a task."""
        settings = self._estate.settings
        if settings.approval_required and not approved:
            return WAITING_FOR_APPROVAL, None
        if plan.waits_for_agent:
            return ((0, "queued"), (settings.offline_timeout_seconds, "failed")), AGENT_TIMEOUT
        if plan.obstacle is not None:
            normal = settings.timeline
            return (*normal[:-1], (normal[-1][0], "failed")), plan.obstacle
        return settings.timeline, None

    def _order_archive(self, task_id: str, plan: Plan) -> None:
        if plan.download is None:
            return
        if task_id not in self.passwords:
            self.passwords[task_id] = "".join(self._estate.rng.choices(PASSWORD_LETTERS, k=12))
        download = plan.download
        self.archives.order(task_id, path=download.path, content=download.content, password=self.passwords[task_id])
