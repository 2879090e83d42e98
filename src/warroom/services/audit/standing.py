"""Actions still in force: isolations, blocks and locked accounts that have not been undone for days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeAlias

from warroom.model.ids import IncidentId
from warroom.model.user import Actor
from warroom.services.approvals.hosts import KnownHosts
from warroom.services.audit.ends import Ends, Key, Target, targets
from warroom.services.commands.library import Library
from warroom.services.people.access import Permission, require
from warroom.services.ports.clock import Clock
from warroom.services.ports.store import Action, ActionMark, ActionQuery, Store
from warroom.services.writing.journal import Journal

STANDING_DAYS = 7.0
PAGE = 500
Known: TypeAlias = tuple[IncidentId, ActionMark | None, bool]  # with its last action, and whether that has ended
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
        """Say what is in force, since when, and which command ends it."""
        return (
            f"{self.command} on {self.named} stands since {self.since:%Y-%m-%d %H:%M} UTC (incident {self.incident});"
            f" `!{self.undone_by}` undoes it. What was undone in the product itself is not known here."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Reads the response audit; with 0 days, nothing is reported."""

    store: Store
    journal: Journal
    library: Library  # says which arguments name targets, and which say what they are
    clock: Clock
    days: float = STANDING_DAYS
    undone_by: Mapping[str, str] = field(default_factory=lambda: UNDONE_BY)
    _hosts: dict[Known, KnownHosts] = field(default_factory=dict)  # of incidents, as of the last action on each

    async def long(self, actor: Actor) -> list[Standing]:
        """Return what has been in force for more than this many days, the oldest first."""
        require(actor, Permission.SEE)
        if not self.days:
            return []
        before = self.clock.now() - timedelta(days=self.days)
        found = [one for done, undone in self.undone_by.items() for one in await self._of(done, undone, before)]
        return sorted(found, key=lambda one: one.since)

    async def _of(self, done: str, undone: str, before: datetime) -> list[Standing]:
        starts = await self._targets(done)
        if not starts or starts[0].started >= before:
            return []
        ends = [end for end in await self._targets(undone) if end.started >= starts[0].started]
        known = await self._known_of([*starts, *ends])
        last = Ends.of(ends, known)
        stands: dict[Key, Target] = {}
        for one in starts:
            if not last.undone(one):
                stands.setdefault(one.key(known[one.incident]), one)
        return [_standing(one, undone, known[one.incident]) for one in stands.values() if one.started < before]

    async def _known_of(self, seen: Sequence[Target]) -> Mapping[IncidentId, KnownHosts]:
        """Return the hosts that the incidents of these targets describe."""
        return {number: await self._known(number) for number in {one.incident for one in seen}}

    async def _known(self, number: IncidentId) -> KnownHosts:
        """Read what an incident describes; it is read again after another action on it."""
        latest = await self.store.actions(ActionQuery(incident=number, limit=1))
        at = (number, latest[0].mark, latest[0].intent.ended is not None) if latest else (number, None, True)
        if at not in self._hosts:
            for old in [one for one in self._hosts if one[0] == number]:
                del self._hosts[old]
            incident = await self.journal.incident(number)
            self._hosts[at] = KnownHosts.of(await self.journal.context(number), incident)
        return self._hosts[at]

    async def _targets(self, command: str) -> list[Target]:
        """Return the targets of a command that succeeded, the oldest first."""
        actions: list[Action] = []
        query = ActionQuery(command=command, limit=PAGE)
        while page := await self.store.actions(query):
            actions += page
            query = ActionQuery(command=command, limit=PAGE, before=page[-1].mark)
        offers = self.library.catalogue.command_integrations(command)
        declared = {argument.name: argument for _, offer in offers[:1] for argument in offer.arguments}
        ended = [action for action in reversed(actions) if action.intent.ended and not action.intent.failed]
        return [one for action in ended for one in targets(action, declared)]


def _standing(one: Target, undone: str, known: KnownHosts) -> Standing:
    return Standing(
        command=one.action.intent.command,
        target=one.name,
        named=known.said(one.name),
        since=one.started,
        incident=one.incident,
        undone_by=undone,
    )
