"""Storms: alerts that belong to an incident that is there already are linked to it, and make none of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.mapping.incident_from import MappedIncident
from warroom.mapping.storm import StormRule, storm_keys
from warroom.model.entry import Entry
from warroom.model.ids import IncidentId
from warroom.model.incident import Incident, Status
from warroom.services.intake.alert_lines import alerts_line
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import Linked, StormKey
from warroom.services.ports.store import Store

STORM_TAG = "storm"
UNMIRRORED = "Linked alerts are not mirrored: close them where they come from when you close this incident."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A grouped page: what becomes an incident of its own, what is linked to which one, and the keys for later ones."""

    own: Sequence[MappedIncident]
    linked: Mapping[IncidentId, Sequence[MappedIncident]] = field(default_factory=dict)
    keys: Sequence[StormKey] = ()

    def records(self, source: str, clock: Clock) -> list[Linked]:
        """What is remembered of each linked alert, so that it is not taken again."""
        return [
            Linked(source=source, remote=mirror.id, incident=leader, at=clock.now())
            for leader, items in self.linked.items()
            for item in items
            if (mirror := item.incident.mirror)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Storms:
    """Groups a page by a rule; the first incident of a storm leads it for the rule's time."""

    store: Store
    clock: Clock
    rule: StormRule

    @property
    def since(self) -> datetime:
        """From when on an incident may lead a storm."""
        return self.clock.now() - timedelta(minutes=self.rule.minutes)

    async def group(self, mapped: Sequence[MappedIncident]) -> Grouped:
        """Sort a page. An alert that is worse than its leader is an incident of its own, and leads from then on."""
        if self.rule.minutes <= 0 or not mapped:
            return Grouped(own=mapped)
        keys = {item.incident.id: storm_keys(item.incident, self.rule) for item in mapped}
        leaders = await self._leaders([key for found in keys.values() for key in found])
        own: list[MappedIncident] = []
        linked: dict[IncidentId, list[MappedIncident]] = {}
        new: dict[str, StormKey] = {}
        for item in mapped:
            leader = self._leader(item, [leaders[key] for key in keys[item.incident.id] if key in leaders])
            if leader:
                linked.setdefault(leader.id, []).append(item)
                continue
            own.append(item)
            for key in keys[item.incident.id]:
                leaders[key] = item.incident
                new[key] = StormKey(key=key, incident=item.incident.id, at=self.clock.now())
        return Grouped(own=own, linked=linked, keys=list(new.values()))

    def _leader(self, item: MappedIncident, leaders: Sequence[Incident]) -> Incident | None:
        """Return the incident to link to; None for an alert without an id at its source: later it is not recognized."""
        if not item.incident.mirror:
            return None
        return next((one for one in leaders if one.severity >= item.incident.severity), None)

    async def _leaders(self, keys: Sequence[str]) -> dict[str, Incident]:
        """Return the incidents that others link to now: within the rule's time, and not closed."""
        known = await self.store.storm_leaders(keys, self.since)
        incidents = {number: await self.store.incident(number) for number in set(known.values())}
        return {key: incidents[number] for key, number in known.items() if incidents[number].status is not Status.DONE}

    async def entries(self, grouped: Grouped, actor: str) -> list[Entry]:
        """Write into each leader's War Room what was linked to it, with the alerts."""
        return [await self._entry(leader, items, actor) for leader, items in grouped.linked.items()]

    async def _entry(self, leader: IncidentId, items: Sequence[MappedIncident], actor: str) -> Entry:
        alerts = "1 more alert belongs" if len(items) == 1 else f"{len(items)} more alerts belong"
        head = f"{alerts} to this incident: {self.rule.said}.\n\n{UNMIRRORED}"
        linked = [item.incident for item in items]
        line = alerts_line(leader, linked, head, at=self.clock.now(), actor=actor, tag=STORM_TAG)
        return await line.entry(self.store)
