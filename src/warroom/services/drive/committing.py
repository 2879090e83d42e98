"""Commits what ended and what starts of a plan in one transaction, and only then starts it (design D3 and D4)."""

from collections.abc import Awaitable, Callable, Mapping

from warroom.model.ids import IncidentId, PlanId
from warroom.services.drive.batch import Batch
from warroom.services.drive.ledger import intents_of
from warroom.services.drive.nesting import Nesting
from warroom.services.drive.perform import actor_of
from warroom.services.drive.performed import Performed
from warroom.services.drive.play import Starting
from warroom.services.drive.session_state import SessionState
from warroom.services.drive.stopping import as_ended, ending
from warroom.services.execution.timer_commands import triggered
from warroom.services.ports.store import Changes, Fence
from warroom.services.writing.commit_retry import written
from warroom.services.writing.journal import NO_EDITS, Edit


class Committing:
    """Writes for one driver; `wake` wakes the plans that a commit touches."""

    def __init__(self, state: SessionState, nesting: Nesting, wake: Callable[[PlanId], None]) -> None:
        self._state = state
        self._nesting = nesting
        self._wake = wake

    async def commit(self, batch: Batch) -> None:
        """Write what ended and what starts now in one commit, then start it: an action never runs before its intent."""
        play, starting = self._state.play, await self._nesting.open(batch)
        replacements = batch.replacements()
        if timers := play.take_timers():
            tools = self._state.tools
            batch.edits.append(triggered(tools.library.catalogue, timers, tools.clock.now()))
        changes = self._changes(batch, starting)
        edits = batch.edits_by_incident(play.plan.incident)
        if changes.tasks or changes.entries or changes.plans or changes.intents or edits:
            await self.write(changes, edits)
        play.plan = next((plan for plan in changes.plans if plan.id == play.plan.id), play.plan)
        for touched in (plan for one in replacements for plan in one.touched):
            self._wake(touched)
        self._nesting.close_ended()
        for item in starting:
            self._state.inflight.launch(item.key, self._work(item))

    async def end(self) -> None:
        """End the plan, which is replaced or cancelled."""
        state = self._state
        assert state.stop is not None
        changes = await ending(state.tools.store, state.play, state.stop, state.tools.clock.now())
        await self.write(changes)
        (state.play.plan,) = changes.plans

    async def write(self, changes: Changes, edits: Mapping[IncidentId, Edit] = NO_EDITS) -> None:
        """Commit, and retry during an outage: results must survive it."""
        journal = self._state.tools.journal
        await written(lambda: journal.commit(changes, edits), self._state.tools.clock)

    def _changes(self, batch: Batch, starting: list[Starting]) -> Changes:
        play, now, replacements = self._state.play, self._state.tools.clock.now(), batch.replacements()
        created, later = batch.outcome.created, batch.outcome.scheduled
        made = [*(plan for one in created for plan in one.plans), *(one.plan for one in later)]
        jobs = [*(job for one in replacements for job in one.jobs), *(job for one in created for job in one.jobs)]
        started = intents_of(starting, play, now)
        self._state.ledger.start(*started)
        plan = as_ended(play, now)
        return Changes(
            actor=actor_of(play.plan),
            at=now,
            fence=Fence(plan=play.plan.id, epoch=play.plan.epoch),
            incidents=[one.incident for one in created],
            entries=batch.outcome.entries,
            patches=batch.outcome.patches,
            tasks=[*play.take_changed(), *(task for one in later for task in one.tasks)],
            intents=[*batch.outcome.intents, *started],
            plans=[*([plan] if plan else ()), *(one.plan for one in replacements), *made],
            answers=[stop for one in replacements for stop in one.stops],
            jobs=[*jobs, *(one.job for one in later)],
            durable=bool(started or created),
        )

    def _work(self, item: Starting) -> Awaitable[Performed]:
        """What a task does next: an action is checked first, and runs once its intent is committed."""
        play, tools = self._state.play, self._state.tools
        record = play.records[item.key]
        if item.ready is None and item.resolved and item.resolved.is_action:
            return tools.approval.check(play.plan, item, record)
        return tools.holding.perform(play.plan, item, record)
