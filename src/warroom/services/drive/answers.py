"""Reads what people have answered, and applies each answer to the task that waits for it."""

from warroom.model.plan import Answer, TaskRecord, TaskState, Wait, WaitKind
from warroom.services.drive.answering import answered
from warroom.services.drive.perform import RUN_AGAIN
from warroom.services.drive.performed import Performed
from warroom.services.drive.session_state import SessionState
from warroom.services.drive.stopping import stop_among
from warroom.services.drive.waiting import Waiting
from warroom.services.writing.commit_retry import written

UNREAD = -1


class Answers:
    """The answers to one plan, as far as its driver has read them."""

    def __init__(self, state: SessionState, waiting: Waiting) -> None:
        self._state = state
        self._waiting = waiting
        self._claimed = state.play.plan.signal
        self._read = UNREAD  # the plan's signal when they were last read
        self._missed = False  # there may be one that is not read

    @property
    def read_at(self) -> int:
        """The plan's signal up to which all are read."""
        return max(self._read, self._claimed)

    def miss(self) -> None:
        """Note that there may be a new one."""
        self._missed = True

    async def find_stop(self) -> bool:
        """Whether the plan that was claimed is to be replaced or cancelled."""
        if self._claimed:
            self._state.stop = stop_among(await self._state.tools.store.answers(self._state.play.plan.id))
        return self._state.stop is not None

    async def take(self) -> list[Performed]:
        """Apply the answers that are new; returns the tasks that have ended with them."""
        asked = self._waiting.for_people()
        if not asked and not self._missed:
            return []
        self._missed = False
        store, clock, plan = self._state.tools.store, self._state.tools.clock, self._state.play.plan.id
        signal = (await written(lambda: store.plan(plan), clock)).signal
        if signal == self._read:
            return []
        self._read = signal
        answers = await written(lambda: store.answers(plan), clock)
        self._state.stop = self._state.stop or stop_among(answers)
        if self._state.stop:
            return []
        given = {(answer.key, answer.attempt): answer for answer in answers}
        applied = [
            self._apply(record, wait, answer)
            for record, wait in asked
            if (answer := given.get((record.key, record.attempts)))
        ]
        return [performed for performed in applied if performed]

    def _apply(self, record: TaskRecord, wait: Wait, answer: Answer) -> Performed | None:
        play, tools = self._state.play, self._state.tools
        play.hasten()
        if wait.kind is WaitKind.PERSON:
            return answered(record, wait, answer, play, tools.library.catalogue)
        if wait.kind is WaitKind.UNKNOWN and answer.choice == RUN_AGAIN:
            self._state.given_up += self._state.ledger.given_up(record.key, answer, tools.clock.now())
        next_step = tools.approval.after_answer(record, wait, answer)
        if isinstance(next_step, Performed):
            return next_step
        play.update(next_step.record)
        if next_step.record.state is TaskState.IN_PROGRESS:
            self._state.again.append(play.starting(record.key))
        return None
