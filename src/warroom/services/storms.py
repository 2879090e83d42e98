"""Storms: alerts that belong to an incident that is there already are linked to it, and make none of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from warroom.mapping.incident_from import MappedIncident
from warroom.mapping.storm import StormRule, storm_keys
from warroom.model.entry import Entry, EntryFormat
from warroom.model.ids import IncidentId, entry_id
from warroom.model.incident import Incident, Status
from warroom.model.json import JsonObject
from warroom.services.ports.clock import Clock
from warroom.services.ports.fetches import Linked, StormKey
from warroom.services.ports.store import Store

NAMED = 20  # linked alerts that an entry names; its contents have all of them
STORM_TAG = "storm"
UNMIRRORED = "Linked alerts are not mirrored: close them where they come from when you close this incident."


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What becomes an incident of its own, what is linked to which one, and by what later ones are known."""

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
        """Give the incident to link to; an alert without an id of its source could not be told when it comes again."""
        if not item.incident.mirror:
            return None
        return next((one for one in leaders if one.severity >= item.incident.severity), None)

    async def _leaders(self, keys: Sequence[str]) -> dict[str, Incident]:
        """Give those that lead now: in the rule's time, and not closed."""
        known = await self.store.storm_leaders(keys, self.since)
        incidents = {number: await self.store.incident(number) for number in set(known.values())}
        return {key: incidents[number] for key, number in known.items() if incidents[number].status is not Status.DONE}

    async def entries(self, grouped: Grouped, actor: str) -> list[Entry]:
        """Say in each leader's War Room what was linked to it, with all that came."""
        return [await self._entry(leader, items, actor) for leader, items in grouped.linked.items()]

    async def _entry(self, leader: IncidentId, items: Sequence[MappedIncident], actor: str) -> Entry:
        number = await self.store.reserve_entries(leader, 1)
        names = [f"- {_remote(item.incident)} {item.incident.name}" for item in items]
        more = [f"- and {len(names) - NAMED} more"] if len(names) > NAMED else []
        alerts = "1 more alert belongs" if len(items) == 1 else f"{len(items)} more alerts belong"
        head = f"{alerts} to this incident: {self.rule.said}."
        return Entry(
            id=entry_id(number, leader),
            incident=leader,
            format=EntryFormat.JSON,
            contents=[_alert(item.incident) for item in items],
            human_readable="\n".join([head, "", UNMIRRORED, "", *names[:NAMED], *more]),
            created=self.clock.now(),
            actor=actor,
            tags=(STORM_TAG,),
        )


def _alert(incident: Incident) -> JsonObject:
    return {**incident.as_xsoar(), "id": _remote(incident)}


def _remote(incident: Incident) -> str:
    return incident.mirror.id if incident.mirror else ""
