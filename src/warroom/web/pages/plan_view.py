"""A work plan as its page shows it: the picture with opened sub-playbooks, the list of tasks, and how far it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from warroom.content.playbook import Playbook, TaskKind
from warroom.model.plan import TASKS_PASSED, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.model.sentence import counted
from warroom.services.commands.library import Library
from warroom.web.graph.appearance import Appearance, appearance_of
from warroom.web.graph.svg import Drawings, work_plan_svg
from warroom.web.pages.text import one_line, spent

LIVE = frozenset({TaskState.IN_PROGRESS, TaskState.WAITING, TaskState.ERROR})
QUIET = frozenset({TaskKind.START, TaskKind.TITLE})
DEEPEST = 6  # sub-playbooks within sub-playbooks that are opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the task list; `depth` counts the sub-playbooks that it is in."""

    key: str
    name: str
    appearance: Appearance
    depth: int
    took: str
    is_quiet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a plan is: of all tasks those that it has passed, the skipped ones among them."""

    passed: int
    skipped: int
    total: int

    @property
    def says(self) -> str:
        """Say it in a few words.

        >>> Progress(passed=20, skipped=13, total=20).says, Progress(passed=1, skipped=0, total=1).says
        ('7 of 20 tasks done, 13 skipped', '1 of 1 task done')
        """
        said = f"{self.passed - self.skipped} of {counted(self.total, 'task')} done"
        return f"{said}, {self.skipped} skipped" if self.skipped else said


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """Everything that the Work Plan tab shows of one plan."""

    plan: PlanRecord
    svg: Markup
    width: float
    height: float
    active: str
    opened: tuple[str, ...]
    rows: tuple[Row, ...]
    progress: Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The sub-playbooks that a reader has opened and closed; `follow` also opens those under way."""

    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    follow: bool = True

    def wants(self, prefix: str, record: TaskRecord) -> bool:
        if prefix in self.closed:
            return False
        return prefix in self.opened or (self.follow and record.state in LIVE)


async def plan_view(
    library: Library, drawings: Drawings, plan: PlanRecord, tasks: Sequence[TaskRecord], wish: Wish
) -> PlanView:
    """Draw a plan with its states."""
    playbook = await library.of(plan)
    records = {str(task.key): task for task in tasks}
    opened = await _opened(library, playbook, records, wish)
    picture = work_plan_svg(playbook, records, drawing=drawings.of(playbook, opened))
    rows = tuple(_rows(playbook, records, opened))
    shown = [row for row in rows if row.depth == 0 and not row.is_quiet]
    return PlanView(
        plan=plan,
        svg=Markup(picture.svg),  # noqa: S704  # our own drawing, which escapes what it shows
        width=picture.width,
        height=picture.height,
        active=picture.active,
        opened=tuple(sorted(opened)),
        rows=rows,
        progress=Progress(
            passed=sum(row.appearance in {Appearance.COMPLETED, Appearance.SKIPPED} for row in shown),
            skipped=sum(row.appearance is Appearance.SKIPPED for row in shown),
            total=len(shown),
        ),
    )


async def _opened(
    library: Library, playbook: Playbook, records: Mapping[str, TaskRecord], wish: Wish, prefix: str = ""
) -> dict[str, Playbook]:
    """Find the frames to draw in place, with the texts that their runs are pinned to."""
    found: dict[str, Playbook] = {}
    if prefix.count("/") >= DEEPEST:
        return found
    for task_id in playbook.tasks:
        record = records.get(prefix + task_id)
        if record is None or record.frame is None:
            continue
        below = prefix_of(record)
        if wish.wants(below, record):
            child = await library.pinned(record.frame)
            found[below] = child
            found |= await _opened(library, child, records, wish, below)
    return found


def prefix_of(record: TaskRecord) -> str:
    """Say how the keys of the tasks below a sub-playbook's task begin."""
    turn = record.frame.turn if record.frame else -1
    return f"{record.key}#{turn}/" if turn >= 0 else f"{record.key}/"


def _rows(
    playbook: Playbook, records: Mapping[str, TaskRecord], opened: Mapping[str, Playbook], prefix: str = ""
) -> Iterable[Row]:
    depth = prefix.count("/")
    for task in sorted(playbook.tasks.values(), key=lambda task: _place(records.get(prefix + task.id), task.position)):
        record = records.get(prefix + task.id)
        yield Row(
            key=prefix + task.id,
            name=one_line(task.name, 120) or ("Start" if task.kind is TaskKind.START else "Untitled"),
            appearance=appearance_of(record),
            depth=depth,
            took=spent(record.started, record.ended) if record else "",
            is_quiet=task.kind in QUIET,
        )
        below = prefix_of(record) if record and record.frame else ""
        if below and below in opened:
            yield from _rows(opened[below], records, opened, below)


def _place(record: TaskRecord | None, position: tuple[float, float] | None) -> tuple[bool, float, float, float]:
    """Put tasks in the order in which they began; those that have not, as they are drawn."""
    x, y = position or (0.0, 0.0)
    started = record.started.timestamp() if record and record.started else 0.0
    return not started, started, y, x


def progress(playbook: Playbook, tasks: Iterable[TaskRecord]) -> Progress:
    """Count the tasks that are done, those that were skipped, and all of them."""
    shown = {task.id for task in playbook.tasks.values() if task.kind not in QUIET}
    passed = [task.state for task in tasks if task.key in shown and task.state in TASKS_PASSED]
    return Progress(passed=len(passed), skipped=passed.count(TaskState.SKIPPED), total=len(shown))


SAID: Mapping[PlanState, str] = {
    PlanState.IN_PROGRESS: "running",
    PlanState.WAITING: "waiting",
    PlanState.COMPLETED: "completed",
    PlanState.FAILED: "stopped by an error",
    PlanState.REPLACED: "replaced by another playbook",
    PlanState.CANCELLED: "cancelled",
}
