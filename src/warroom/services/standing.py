"""What was done and still stands: isolations, blocks and locked accounts that nobody has undone for long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import TypeAlias

from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.access import Permission, require
from warroom.services.approvals.hosts import KnownHosts, folded
from warroom.services.approvals.pieces import targets_of
from warroom.services.journal import Journal
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Action, ActionMark, ActionQuery, Store

STANDING_DAYS = 7.0
PAGE = 500
Known: TypeAlias = tuple[IncidentId, ActionMark | None, bool]  # with its last action, and whether that has ended
Ended: TypeAlias = tuple[str, Action]  # a target, folded, and what was done to it
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
    named: str  # the same, with a host's name beside its GUID
    since: datetime
    incident: IncidentId
    undone_by: str

    @property
    def said(self) -> str:
        """Say what stands, since when, and what ends it."""
        return (
            f"{self.command} on {self.named} stands since {self.since:%Y-%m-%d %H:%M} UTC (incident {self.incident});"
            f" `!{self.undone_by}` undoes it. What was undone in the product itself is not known here."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Looks through the response audit; with 0 days, nothing is spoken of."""

    store: Store
    journal: Journal
    clock: Clock
    days: float = STANDING_DAYS
    undone_by: Mapping[str, str] = field(default_factory=lambda: UNDONE_BY)
    _hosts: dict[Known, KnownHosts] = field(default_factory=dict)  # of incidents, as of the last action on each

    async def long(self, actor: Actor) -> list[Standing]:
        """Give what has stood for longer than so many days, the oldest first."""
        require(actor, Permission.SEE)
        if not self.days:
            return []
        before = self.clock.now() - timedelta(days=self.days)
        found = [one for done, undone in self.undone_by.items() for one in await self._of(done, undone, before)]
        return sorted(found, key=lambda one: one.since)

    async def _of(self, done: str, undone: str, before: datetime) -> list[Standing]:
        ends = await self._targets(undone)
        last = {piece: action.intent.began for piece, action in ends}
        stands: dict[str, list[Action]] = {}
        for piece, action in await self._targets(done):
            if piece not in last or last[piece] < action.intent.began:
                stands.setdefault(piece, []).append(action)
        old = {piece: actions for piece, actions in stands.items() if actions[0].intent.began < before}
        if not old:
            return []
        known = await self._known_of([*chain(*old.values()), *(end for _, end in ends)])
        made = []
        for piece, actions in old.items():
            if (left := _left(piece, actions, ends, known)) and left[0].intent.began < before:
                made.append(_standing(piece, left[0], undone, known))
        return made

    async def _known_of(self, actions: Sequence[Action]) -> Mapping[IncidentId, KnownHosts]:
        """Give the hosts that the incidents of these actions describe."""
        return {number: await self._known(number) for number in {action.plan.incident for action in actions}}

    async def _known(self, number: IncidentId) -> KnownHosts:
        """Read what an incident describes; it is read anew once there is another action on it."""
        latest = await self.store.actions(ActionQuery(incident=number, limit=1))
        at = (number, latest[0].mark, latest[0].intent.done is not None) if latest else (number, None, True)
        if at not in self._hosts:
            for old in [one for one in self._hosts if one[0] == number]:
                del self._hosts[old]
            incident = await self.journal.incident(number)
            self._hosts[at] = KnownHosts.of(await self.journal.context(number), incident)
        return self._hosts[at]

    async def _targets(self, command: str) -> list[Ended]:
        """Give the targets of a command that succeeded, the oldest first."""
        actions: list[Action] = []
        query = ActionQuery(command=command, limit=PAGE)
        while page := await self.store.actions(query):
            actions += page
            query = ActionQuery(command=command, limit=PAGE, before=page[-1].mark)
        return [
            (folded(piece), action)
            for action in reversed(actions)
            if action.intent.done and not action.intent.failed
            for piece in targets_of(action.intent.target, {})
        ]


def _left(
    piece: str, actions: Sequence[Action], ends: Sequence[Ended], known: Mapping[IncidentId, KnownHosts]
) -> Sequence[Action]:
    """Leave out the actions that were undone under another name of the same host, by what their incidents say."""
    for other, end in ends:
        later = [action for action in actions if action.intent.began > end.intent.began]
        if len(later) < len(actions) and _are_one(
            piece, other, [known[actions[0].plan.incident], known[end.plan.incident]]
        ):
            actions = later
    return actions


def _are_one(piece: str, other: str, seen: Sequence[KnownHosts]) -> bool:
    return piece != other and any(known.same(piece) == known.same(other) for known in seen)


def _standing(piece: str, action: Action, undone: str, known: Mapping[IncidentId, KnownHosts]) -> Standing:
    return Standing(
        command=action.intent.command,
        target=piece,
        named=known[action.plan.incident].said(piece),
        since=action.intent.began,
        incident=action.plan.incident,
        undone_by=undone,
    )
