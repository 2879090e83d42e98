"""Runs playbooks in the real runtime, one incident each, and judges how they ended."""

import asyncio
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tests.public_content.asserting import ends_on_purpose, is_assertion
from tests.public_content.causes import EXPECTATION, Cause, cause_of
from tests.public_content.products import NOTHING, Round, inputs_for
from warroom.content.playbook import Playbook, Task, TaskKind
from warroom.model.errors import ConflictError, WarroomError
from warroom.model.ids import IncidentId, PlanId, TaskKey
from warroom.model.plan import ENDED, FOR_PEOPLE, PlanKind, PlanRecord, PlanState, TaskRecord, TaskState
from warroom.model.user import SYSTEM
from warroom.services.app import App
from warroom.services.drive.play import Play, split
from warroom.services.plans.cancelling import PlanSelection

AT_ONCE = 3
MOST_PLANS = 5  # that take each other's place
GRACE_SECONDS = 20  # in which a playbook that was cancelled ends
TURN = re.compile(r"#\d+")


class Ending(StrEnum):
    """How the run of a playbook ended."""

    COMPLETED = "completed"
    ON_PURPOSE = "ended in an error on purpose"
    FAILED = "failed"
    WAITS = "waits for a person"
    OVER_TIME = "not ended in its time"
    NOT_STARTED = "not started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one playbook ended; `cause` is why it did not complete, `assertions` how many of them were executed."""

    playbook: str
    name: str
    ending: Ending
    cause: Cause | None = None
    assertions: int = 0
    branches: Collection[tuple[str, str, str]] = ()  # of conditions: playbook, task, and the way that it took

    @property
    def is_well(self) -> bool:
        return self.ending in {Ending.COMPLETED, Ending.ON_PURPOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How playbooks are run: for so many seconds each, and with whom answering, if anyone does."""

    seconds: float
    round: Round | None = None


async def run_all(app: App, playbooks: Sequence[Playbook], setting: Setting) -> list[Outcome]:
    """Run each playbook, several at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(playbook: Playbook) -> Outcome:
        async with places:
            return await run_one(app, playbook, setting)

    return list(await asyncio.gather(*map(one, playbooks)))


async def run_one(app: App, playbook: Playbook, setting: Setting) -> Outcome:
    """Run a playbook on a new incident until it has ended, waits for a person alone, or its time is over."""
    seconds, turn = setting.seconds, setting.round
    incident, _ = await app.incidents.create(playbook.name + (NOTHING if turn and not turn.finds else ""), SYSTEM)
    try:
        await app.plans.start(incident, playbook, inputs_for(playbook) if turn else {}, SYSTEM)
    except WarroomError as error:
        refused = cause_of(str(error), None)
        return Outcome(playbook=playbook.id, name=playbook.name, ending=Ending.NOT_STARTED, cause=refused)
    until = app.clock.now() + timedelta(seconds=seconds)
    try:
        async with asyncio.timeout(seconds):
            is_over = not await _see_through(app, incident.id, until, turn)
    except TimeoutError:
        is_over = True
    last = await _last_plan(app, incident.id)
    is_over = is_over and last.state not in ENDED
    run = Ran(await Play.load(last, await app.store.tasks(last.id), app.library))
    ending, cause = run.over_time() if is_over else run.judged()
    if is_over:
        await _cancel(app, last.id)
    return Outcome(
        playbook=playbook.id,
        name=playbook.name,
        ending=ending,
        cause=cause,
        assertions=run.assertions(cause),
        branches=run.branches(),
    )


async def _last_plan(app: App, incident: IncidentId) -> PlanRecord:
    """Return the plan of an incident that took the place of the others, if one did."""
    return [plan for plan in await app.store.plans(incident) if plan.kind is not PlanKind.COMMAND][-1]


async def _scheduled(app: App, incident: IncidentId) -> list[PlanRecord]:
    """Return the commands that a playbook has scheduled and that have not ended."""
    plans = await app.store.plans(incident)
    return [plan for plan in plans if plan.kind is PlanKind.COMMAND and plan.state not in ENDED]


async def _see_through(app: App, incident: IncidentId, until: datetime, turn: Round | None) -> bool:
    """Drive an incident's plan, then what takes its place, until it has ended or only a person can move it.

    False when it would wait for longer than it may.
    """
    seen: set[str] = set()
    while True:
        plan = await _last_plan(app, incident)
        if plan.id not in seen and len(seen) >= MOST_PLANS:
            return False  # it puts itself in its own place
        seen.add(plan.id)
        await app.conductor.drive(plan.id)
        record = await _last_plan(app, incident)
        if record.id != plan.id:
            continue
        if record.state not in ENDED and turn and await turn.answer(app, record):
            continue
        due = [one for one in (record, *await _scheduled(app, incident)) if one.wake_at]
        if record.state in ENDED or not due:
            return True
        first = min(due, key=lambda one: one.wake_at or until)
        assert first.wake_at
        if first.wake_at > until:
            return any(task.wait and task.wait.kind in FOR_PEOPLE for task in await app.store.tasks(record.id))
        await app.clock.sleep_until(first.wake_at)
        await app.conductor.drive(first.id)


async def _cancel(app: App, plan: PlanId) -> None:
    """End a plan; a script that does not end goes on until its own limit, and nobody waits for it."""
    with suppress(ConflictError, TimeoutError):  # it has just ended by itself
        await app.cancelling.cancel(PlanSelection(plan=plan), "Its time was over.", SYSTEM)
        async with asyncio.timeout(GRACE_SECONDS):
            await app.conductor.drive(plan)


class Ran:
    """A plan that goes no further, with the tasks of its playbooks."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._books = {TURN.sub("", prefix): run.playbook for prefix, run in play.frames.items()}

    def judged(self) -> tuple[Ending, Cause | None]:
        """Say how the plan ended, and why when it did not end well."""
        plan = self._play.plan
        match plan.state:
            case PlanState.COMPLETED:
                return Ending.COMPLETED, None
            case PlanState.WAITING:
                return Ending.WAITS, self._asked()
        failed = self._first_in_error()
        if failed is None:
            return Ending.FAILED, cause_of(plan.error, None)
        if ends_on_purpose(self._way(failed.key)):
            return Ending.ON_PURPOSE, None
        return Ending.FAILED, cause_of(failed.error, self._task(failed.key)[0])

    def over_time(self) -> tuple[Ending, Cause | None]:
        """Say which tasks were not done when the time was over."""
        names = ", ".join(one.name for one in self._play.under_way() if not one.frame)
        cause = Cause(what="it takes longer than it may", which=names or self._play.plan.frame.name)
        return Ending.OVER_TIME, cause

    def assertions(self, cause: Cause | None) -> int:
        """Count the assertions that were executed: those that ended well, and one that did not hold."""
        ended = [record for record in self._play.records.values() if record.state is TaskState.COMPLETED]
        held = sum(is_assertion(*self._task(record.key)) for record in ended)
        return held + (cause is not None and cause.what == EXPECTATION)

    def branches(self) -> frozenset[tuple[str, str, str]]:
        """Return the way that each condition took that has ended."""
        ended = [record for record in self._play.records.values() if record.state is TaskState.COMPLETED]
        found = ((*self._task(record.key), record.branch) for record in ended)
        return frozenset(
            (playbook.id, task.id, branch) for task, playbook, branch in found if task.kind is TaskKind.CONDITION
        )

    def _first_in_error(self) -> TaskRecord | None:
        """Return the task that ended in an error first; a task whose sub-playbook did is not meant."""
        failed = [one for one in self._play.records.values() if one.state is TaskState.ERROR]
        own = [
            one for one in failed if not any(other.key.startswith((f"{one.key}/", f"{one.key}#")) for other in failed)
        ]
        return min(own, key=lambda one: (one.ended is None, one.ended), default=None)

    def _asked(self) -> Cause:
        waiting = [one.name for one in self._play.under_way() if one.wait and one.wait.kind in FOR_PEOPLE]
        return Cause(what="a person is asked", which=", ".join(waiting) or "nothing")

    def _task(self, key: TaskKey) -> tuple[Task, Playbook]:
        prefix, task_id = split(key)
        playbook = self._books[TURN.sub("", prefix)]
        return playbook.tasks[task_id], playbook

    def _way(self, key: TaskKey) -> list[tuple[Playbook, str]]:
        """Return the task and, before it, those that run the playbooks that it is in."""
        parts = TURN.sub("", key).split("/")
        prefixes = ["".join(f"{part}/" for part in parts[:depth]) for depth in range(len(parts))]
        return [(self._books[prefix], part) for prefix, part in zip(prefixes, parts, strict=True)]
