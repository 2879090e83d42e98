"""Fetches that were under way when their process died: after several deaths in a row an instance waits for a person."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from warroom.model.ids import InstanceId
from warroom.services.drive.deaths import SET_ASIDE_AFTER
from warroom.services.journal import Journal
from warroom.services.ports.fetches import FetchState, FetchStep
from warroom.services.ports.store import Changes


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchDeaths:
    """Marks in the store what is under way, and finds the marks that a dead process has left."""

    journal: Journal
    limit: int = SET_ASIDE_AFTER
    _began_here: set[InstanceId] = field(default_factory=set)
    _under_way: dict[InstanceId, FetchState] = field(default_factory=dict)

    def counted(self, state: FetchState) -> FetchState:
        """Give the state with one more death, where another process began a fetch and did not end it."""
        if state.begun is None or state.instance in self._began_here:
            return state
        return replace(state, begun=None, deaths=state.deaths + 1)

    def is_suspect(self, state: FetchState) -> bool:
        """Whether a fetch was under way at several deaths in a row; such ones run alone, and an innocent one ends."""
        return self.counted(state).deaths > 1

    def is_held(self, state: FetchState) -> bool:
        return state.deaths >= self.limit

    async def begin(self, state: FetchState, actor: str, now: datetime) -> FetchState:
        """Note in the store that a fetch is under way."""
        begun = replace(state, begun=now)
        await self._keep(begun, actor, now)
        self._began_here.add(state.instance)
        self._under_way[state.instance] = begun
        return begun

    def end(self, instance: InstanceId) -> None:
        """Forget a fetch whose end is in the store."""
        self._under_way.pop(instance, None)

    async def hold(self, state: FetchState, actor: str, now: datetime) -> None:
        """Keep how often it died, so that it stays held when nothing was under way at the next death."""
        await self._keep(state, actor, now)

    async def leave(self, actor: str, now: datetime) -> None:
        """Take the marks away of what is cut off by an end in good order, which is no death."""
        for state in list(self._under_way.values()):
            await self._keep(replace(state, begun=None), actor, now)
        self._under_way.clear()

    async def _keep(self, state: FetchState, actor: str, now: datetime) -> None:
        await self.journal.commit(Changes(actor=actor, at=now, fetch=FetchStep(state=state)))
