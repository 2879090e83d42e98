"""Fetches and rounds of mirroring that were under way when their process died: after several deaths they wait."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Generic, TypeVar

from warroom.model.ids import InstanceId
from warroom.model.mirror import MirrorRun
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.ports.fetches import FetchState, FetchStep
from warroom.services.ports.store import Changes
from warroom.services.writing.journal import Journal

LineT = TypeVar("LineT", FetchState, MirrorRun)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDeaths(Generic[LineT]):
    """Marks in the store which fetches or rounds are under way, and finds the marks that a dead process has left."""

    journal: Journal
    changes: Callable[[LineT, str, datetime], Changes]
    noun: str
    verb: str
    limit: int = SET_ASIDE_AFTER
    _started_here: set[InstanceId] = field(default_factory=set)
    _under_way: dict[InstanceId, tuple[LineT, str]] = field(default_factory=dict)

    def counted(self, state: LineT) -> LineT:
        """Return the state with one more death, where another process began and did not end it."""
        if state.started is None or state.instance in self._started_here:
            return state
        return replace(state, started=None, deaths=state.deaths + 1)

    def is_suspect(self, state: LineT) -> bool:
        """Whether it was under way at several deaths in a row; such work runs alone, so that the cause shows."""
        return self.counted(state).deaths > 1

    def is_held(self, state: LineT) -> bool:
        return state.deaths >= self.limit

    def held(self, state: LineT) -> str:
        """Say why it does not go on, and what now."""
        return (
            f"Its {self.noun} was under way at {state.deaths} deaths of the process and is held: it may have caused "
            f"them. Look at the log, then let it {self.verb} once ({self.verb.capitalize()} now, on the page "
            f"Integrations); when that ends, {self.verb}ing goes on."
        )

    async def start(self, state: LineT, actor: str, now: datetime) -> LineT:
        """Note in the store that it is under way."""
        started = replace(state, started=now)
        await self.journal.commit(self.changes(started, actor, now))
        self._started_here.add(state.instance)
        self._under_way[state.instance] = (started, actor)
        return started

    def end(self, instance: InstanceId) -> None:
        """Forget what has ended in the store."""
        self._under_way.pop(instance, None)

    async def hold(self, state: LineT, actor: str, now: datetime) -> None:
        """Store its count of deaths, so that it stays held when nothing was under way at the next death."""
        await self.journal.commit(self.changes(state, actor, now))

    async def leave(self, now: datetime) -> None:
        """Remove the marks of work that a regular shutdown cuts off: that is not a death."""
        for state, actor in list(self._under_way.values()):
            await self.journal.commit(self.changes(replace(state, started=None), actor, now))
        self._under_way.clear()


def fetch_deaths(journal: Journal, limit: int = SET_ASIDE_AFTER) -> LineDeaths[FetchState]:
    """Count for fetches."""
    return LineDeaths(journal=journal, changes=_fetch, noun="fetch", verb="fetch", limit=limit)


def mirror_deaths(journal: Journal, limit: int = SET_ASIDE_AFTER) -> LineDeaths[MirrorRun]:
    """Count for rounds of mirroring."""
    return LineDeaths(journal=journal, changes=_mirror, noun="mirroring", verb="mirror", limit=limit)


def _fetch(state: FetchState, actor: str, now: datetime) -> Changes:
    return Changes(actor=actor, at=now, fetch=FetchStep(state=state))


def _mirror(run: MirrorRun, actor: str, now: datetime) -> Changes:
    return Changes(actor=actor, at=now, mirror_run=run)
