"""What was done and still stands: isolations, blocks and locked accounts that nobody has undone for long."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.approvals.hosts import folded
from warroom.services.approvals.pieces import targets_of
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Action, ActionQuery, Store

STANDING_DAYS = 7.0
PAGE = 500
UNDONE_BY: Mapping[str, str] = MappingProxyType(
    {
        "trendmicro-visionone-isolate-endpoint": "trendmicro-visionone-restore-endpoint-connection",
        "trendmicro-visionone-add-to-block-list": "trendmicro-visionone-remove-from-block-list",
        "trendmicro-visionone-disable-user-account": "trendmicro-visionone-enable-user-account",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An action on one target that this server has not undone since, by the name under which it was done."""

    command: str
    target: str
    since: datetime
    incident: IncidentId
    undone_by: str

    @property
    def said(self) -> str:
        """Say what stands, since when, and what ends it."""
        return (
            f"{self.command} on {self.target} stands since {self.since:%Y-%m-%d %H:%M} UTC (incident {self.incident});"
            f" `!{self.undone_by}` undoes it. What was undone in the product itself is not known here."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Looks through the response audit; with 0 days, nothing is spoken of."""

    store: Store
    clock: Clock
    days: float = STANDING_DAYS
    undone_by: Mapping[str, str] = field(default_factory=lambda: UNDONE_BY)

    async def long(self, actor: Actor) -> list[Standing]:
        """Give what has stood for longer than so many days, the oldest first."""
        require(actor, Permission.SEE)
        if not self.days:
            return []
        before = self.clock.now() - timedelta(days=self.days)
        found = [one for done, undone in self.undone_by.items() for one in await self._of(done, undone)]
        return sorted((one for one in found if one.since < before), key=lambda one: one.since)

    async def _of(self, done: str, undone: str) -> list[Standing]:
        last = {piece: action.intent.began async for piece, action in self._targets(undone)}
        stands: dict[str, Standing] = {}
        async for piece, action in self._targets(done):
            began = action.intent.began
            if piece not in last or last[piece] < began:
                first = stands.get(piece)
                since = first.since if first else began
                stands[piece] = Standing(
                    command=done, target=piece, since=since, incident=action.plan.incident, undone_by=undone
                )
        return list(stands.values())

    async def _targets(self, command: str) -> AsyncIterator[tuple[str, Action]]:
        """Give the targets of a command that succeeded, the oldest first."""
        actions: list[Action] = []
        query = ActionQuery(command=command, limit=PAGE)
        while page := await self.store.actions(query):
            actions += page
            query = ActionQuery(command=command, limit=PAGE, before=page[-1].mark)
        for action in reversed(actions):
            if action.intent.done and not action.intent.failed:
                for piece in targets_of(action.intent.target, {}):
                    yield folded(piece), action
