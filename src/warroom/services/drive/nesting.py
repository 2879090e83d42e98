"""Opens and closes the sub-playbooks of a plan."""

from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

from warroom.content.playbook import Playbook, TaskKind
from warroom.model.errors import WarroomError
from warroom.model.ids import TaskKey
from warroom.model.plan import Frame, PlanState
from warroom.playbook import Event, PlanStarted
from warroom.services.drive.batch import Batch
from warroom.services.drive.edits import together
from warroom.services.drive.performed import Performed, Unavailable
from warroom.services.drive.play import FrameRun, Starting, looked_up, split
from warroom.services.drive.session_state import SessionState
from warroom.services.writing.commit_retry import written

NO_PLAYBOOK = "There is no playbook {!r}; its branch is skipped."


class Nesting:
    """Tells the machine of each frame what happened; a sub-playbook that ends with it is closed after the commit."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._closing: list[TaskKey] = []

    def tell(self, key: TaskKey, event: Event) -> list[Starting]:
        """Tell the machine of a task's frame; returns the tasks to start."""
        return self._tell(self._state.play.frames[split(key)[0]], event)

    def start(self, run: FrameRun) -> list[Starting]:
        """Start a sub-playbook; one with nothing to do is closed next."""
        return self._tell(run, PlanStarted())

    def resume(self, owner: TaskKey) -> list[Starting]:
        """Take up the sub-playbook of a task where an earlier driver left it."""
        child = self._state.play.child(owner)
        if not child.work.marks:
            return self.start(child)
        self._close_next(child)
        return []

    def forget(self) -> None:
        """Close none of those that have ended: the plan stops."""
        self._closing = []

    async def open(self, batch: Batch) -> list[Starting]:
        """Open the sub-playbooks among the starting tasks; what they start counts as starting too."""
        catalogue = self._state.tools.library.catalogue
        ready: list[Starting] = []
        todo = list(batch.starting)
        while todo:
            item = todo.pop(0)
            if item.task.kind is not TaskKind.PLAYBOOK:
                ready.append(item if item.ready else looked_up(catalogue, item))
            elif item.task.skip_unavailable and not catalogue.find_playbook(item.task.playbook):
                self._state.inflight.launch(item.key, _skip(item))
            else:
                todo += await self._open(item, batch)
        return ready

    def close_ended(self) -> None:
        """Close those that have ended; to be called once the context holds what their last tasks wrote."""
        closing, self._closing = self._closing, []
        for owner in closing:
            self._state.inflight.launch(owner, self.or_failed(owner, self._close(owner)))

    async def or_failed(self, key: TaskKey, work: Awaitable[Performed]) -> Performed:
        """Run it; an error ends the task with its reason."""
        try:
            return await work
        except WarroomError as error:
            return await self._fail(self._state.play.starting(key), str(error))

    def _tell(self, run: FrameRun, event: Event) -> list[Starting]:
        starting = self._state.play.tell(run, event, self._state.tools.clock.now())
        self._close_next(run)
        return starting

    def _close_next(self, run: FrameRun) -> None:
        if run.prefix and run.state is not PlanState.IN_PROGRESS:
            self._closing.append(run.owner)

    async def _open(self, item: Starting, batch: Batch) -> list[Starting]:
        play = self._state.play
        try:
            frame, playbook = await written(partial(self._opened, item, batch), self._state.tools.clock)
        except WarroomError as error:
            play.update(replace(play.records[item.key], error=str(error)))
            self._state.inflight.launch(item.key, self._fail(item, str(error)))
            return []
        return self.start(play.open_frame(item.key, frame, playbook))

    async def _opened(self, item: Starting, batch: Batch) -> tuple[Frame, Playbook]:
        state, outcome = self._state, batch.outcome
        return await state.tools.frames.open(state.play.plan, item, outcome.patches, together(batch.edits))

    async def _close(self, owner: TaskKey) -> Performed:
        play = self._state.play
        return await self._state.tools.frames.close(play.plan, play.child(owner), play.frames[split(owner)[0]])

    async def _fail(self, starting: Starting, message: str) -> Performed:
        play = self._state.play
        return await self._state.tools.performer.fail(play.plan, starting, play.records[starting.key], message)


async def _skip(starting: Starting) -> Performed:
    return Performed(key=starting.key, ending=Unavailable(NO_PLAYBOOK.format(starting.task.playbook)))
