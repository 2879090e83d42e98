"""A work plan in memory: its frames, the machine's marks and the rows, kept in step."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from warroom.content.catalogue import Catalogue
from warroom.content.playbook import Playbook, Task, TimerTrigger
from warroom.model.ids import TaskKey
from warroom.model.lane import Lane
from warroom.model.plan import TASKS_ENDED, TASKS_UNDER_WAY, Frame, PlanRecord, PlanState, TaskRecord, TaskState, Wait
from warroom.playbook import Event, FinishPlan, Mark, StartTask, WorkPlan, advance
from warroom.services.commands.library import Library
from warroom.services.commands.targets import Resolved
from warroom.services.drive.performed import Ready
from warroom.services.execution.look_up import look_up


@dataclass(slots=True)
class FrameRun:
    """One (sub-)playbook as it runs; `prefix` is "" for the plan's own, "5/" under task 5, "5#2/" in a loop."""

    prefix: str
    frame: Frame
    playbook: Playbook
    work: WorkPlan = field(default_factory=WorkPlan)
    state: PlanState = PlanState.IN_PROGRESS

    def key(self, task_id: str) -> TaskKey:
        return TaskKey(self.prefix + task_id)

    @property
    def owner(self) -> TaskKey:
        """The task of the parent that runs this frame."""
        above, _, own = self.prefix.removesuffix("/").rpartition("/")
        return TaskKey(f"{above}/{own.partition('#')[0]}" if above else own.partition("#")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """A task that the machine starts."""

    key: TaskKey
    task: Task
    run: FrameRun
    lane: Lane = Lane.ROUTINE
    resolved: Resolved | None = None  # what the task calls, once it has been looked up
    ready: Ready | None = None  # an action that may run


def looked_up(catalogue: Catalogue, starting: Starting) -> Starting:
    """Look up what a task calls."""
    task = starting.task
    return replace(starting, resolved=look_up(catalogue, task.script, task.brand)) if task.script else starting


def split(key: TaskKey) -> tuple[str, str]:
    """Split a key into the prefix of its frame and the task's id.

    >>> split(TaskKey("5/2"))
    ('5/', '2')
    """
    head, slash, task_id = key.rpartition("/")
    return head + slash, task_id


def prefix_of(key: TaskKey, frame: Frame) -> str:
    """Name the tasks of a sub-playbook: "5/" under task 5, "5#2/" in the third turn of its loop."""
    return f"{key}#{frame.turn}/" if frame.turn >= 0 else f"{key}/"


class Play:
    """The state that one driver holds of one plan; `take_changed` hands out the rows to write."""

    def __init__(self, plan: PlanRecord, lane: Lane = Lane.ROUTINE) -> None:
        self.plan = plan
        self.lane = lane
        self.was_cut_off = False  # its last driver died while driving it
        self.frames: dict[str, FrameRun] = {}
        self.records: dict[TaskKey, TaskRecord] = {}
        self._under_way: dict[TaskKey, TaskRecord] = {}
        self._changed: dict[TaskKey, TaskRecord] = {}
        self._timers: list[TimerTrigger] = []

    @classmethod
    async def load(
        cls, plan: PlanRecord, records: Iterable[TaskRecord], library: Library, lane: Lane = Lane.ROUTINE
    ) -> "Play":
        """Rebuild the play from its rows."""
        play = cls(plan, lane)
        play.records = {record.key: record for record in records}
        play._under_way = {record.key: record for record in play.records.values() if record.state in TASKS_UNDER_WAY}
        frames = {prefix_of(record.key, record.frame): record.frame for record in play.records.values() if record.frame}
        play.frames[""] = FrameRun("", plan.frame, await library.of(plan))
        for prefix, frame in frames.items():
            play.frames[prefix] = FrameRun(prefix, frame, await library.pinned(frame))
        for prefix, run in play.frames.items():
            run.work = WorkPlan(play._marks(prefix))
            run.state = _frame_state(run.work)
        return play

    @property
    def root(self) -> FrameRun:
        return self.frames[""]

    def hasten(self) -> None:
        """Move the plan to the lane of people: a person has answered."""
        self.lane = min(self.lane, Lane.ANSWERED)

    def open_frame(self, key: TaskKey, frame: Frame, playbook: Playbook) -> FrameRun:
        """Begin a sub-playbook under the task `key`."""
        self.update(replace(self.records[key], frame=frame))
        run = FrameRun(prefix_of(key, frame), frame, playbook)
        self.frames[run.prefix] = run
        return run

    def child(self, key: TaskKey) -> FrameRun:
        """Return the frame that the task `key` runs now."""
        frame = self.records[key].frame
        assert frame is not None
        return self.frames[prefix_of(key, frame)]

    def tell(self, run: FrameRun, event: Event, at: datetime) -> list[Starting]:
        """Pass an event to the machine and update the rows; returns the tasks to start."""
        before = run.work.marks
        run.work, commands = advance(run.playbook, run.work, event)
        for task_id, mark in run.work.marks.items():
            if before.get(task_id) != mark:
                self._follow(run, task_id, mark, at)
        starting = []
        for command in commands:
            match command:
                case StartTask(task_id):
                    starting.append(self._starting(run.key(task_id), run))
                case FinishPlan(state):
                    run.state = state
        return starting

    def update(self, record: TaskRecord) -> None:
        """Replace a row."""
        self.records[record.key] = record
        self._under_way.pop(record.key, None)
        if record.state in TASKS_UNDER_WAY:
            self._under_way[record.key] = record
        self._changed[record.key] = record

    def take_changed(self) -> list[TaskRecord]:
        changed = list(self._changed.values())
        self._changed = {}
        return changed

    def take_timers(self) -> list[TimerTrigger]:
        """Hand out what the tasks that have started want of timers."""
        timers, self._timers = self._timers, []
        return timers

    def starting(self, key: TaskKey) -> Starting:
        """Describe a task that is under way already, to perform it once more."""
        return self._starting(key, self.frames[split(key)[0]])

    def _starting(self, key: TaskKey, run: FrameRun) -> Starting:
        return Starting(key=key, task=run.playbook.tasks[split(key)[1]], run=run, lane=self.lane)

    def under_way(self) -> list[TaskRecord]:
        return list(self._under_way.values())

    def waits(self, busy: Collection[TaskKey]) -> list[tuple[TaskRecord, Wait]]:
        """List the waiting tasks with their waits, except those that are being handled."""
        return [
            (record, record.wait)
            for record in self._under_way.values()
            if record.state is TaskState.WAITING and record.wait and record.key not in busy
        ]

    def _follow(self, run: FrameRun, task_id: str, mark: Mark, at: datetime) -> None:
        key = run.key(task_id)
        record = self.records.get(key)
        started = None if mark.state is TaskState.SKIPPED else at
        if started and not (record and record.started):
            self._timers += run.playbook.tasks[task_id].timers
        told: dict[str, Any] = {
            "state": mark.state,
            "branch": mark.branch,
            "started": (record and record.started) or started,
            "ended": at if mark.state in TASKS_ENDED else None,
        }
        if record is None:
            name = run.playbook.tasks[task_id].name
            self.update(TaskRecord(plan=self.plan.id, key=key, name=name, **told))
            return
        error = "" if mark.state is TaskState.IN_PROGRESS else record.error
        self.update(replace(record, wait=None, error=error, **told))

    def _marks(self, prefix: str) -> Mapping[str, Mark]:
        marks = {}
        for record in self.records.values():
            head, task_id = split(record.key)
            if head == prefix and record.state is not TaskState.NOT_STARTED:
                state = TaskState.IN_PROGRESS if record.state in TASKS_UNDER_WAY else record.state
                marks[task_id] = Mark(state, record.branch if state is TaskState.COMPLETED else "")
        return marks


def _frame_state(work: WorkPlan) -> PlanState:
    states = {mark.state for mark in work.marks.values()}
    if not states or TaskState.IN_PROGRESS in states:
        return PlanState.IN_PROGRESS
    return PlanState.FAILED if TaskState.ERROR in states else PlanState.COMPLETED
