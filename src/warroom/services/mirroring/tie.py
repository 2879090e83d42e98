"""An incident and the stored state of its remote record: what has changed here since, and what may be sent."""

from dataclasses import dataclass, replace
from datetime import datetime

from warroom.content.catalogue import Catalogue
from warroom.content.incident_type import Mapper
from warroom.context.scripted import Scripts
from warroom.mapping.incident_from import incoming_mapper
from warroom.mapping.map_fields import UNREADABLE, MappedFields, map_fields
from warroom.mapping.map_out import Outgoing, map_out
from warroom.mapping.take_in import Shared, TakenIn, seen_in, take_in
from warroom.model.border import parsed
from warroom.model.incident import Incident, Status
from warroom.model.instance import IntegrationInstance
from warroom.model.json import Json, JsonObject
from warroom.model.mirror import MirrorRecord

INCOMING = frozenset({"In", "Both"})
OUTGOING = frozenset({"Out", "Both"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Maps:
    """The mappers of an instance, both ways."""

    catalogue: Catalogue
    incoming: Mapper | None
    outgoing: Mapper | None
    scripts: Scripts | None = None

    def mapped(self, incident: Incident, record: JsonObject) -> MappedFields:
        """A record of the other side as fields of this incident."""
        return map_fields(self.incoming, incident.type, record, self.catalogue.find_field, self.scripts)

    def out(self, incident: Incident) -> Outgoing:
        """An incident's fields by the other side's names."""
        return map_out(self.outgoing, incident, self.scripts)


def maps_of(instance: IntegrationInstance, catalogue: Catalogue) -> Maps:
    integration = catalogue.find_integration(instance.integration)
    out = instance.mapper_out or (integration.mapper_out if integration else "")
    incoming = catalogue.mappers.get(incoming_mapper(instance, catalogue))
    return Maps(catalogue=catalogue, incoming=incoming, outgoing=catalogue.outgoing_mappers.get(out))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """One incident, as it is, and the state that both sides last agreed on."""

    incident: Incident
    record: MirrorRecord
    outgoing: Outgoing

    @property
    def remote_id(self) -> str:
        return self.incident.remote

    @property
    def goes_in(self) -> bool:
        return self.incident.mirror is not None and self.incident.mirror.direction in INCOMING

    @property
    def goes_out(self) -> bool:
        return self.incident.mirror is not None and self.incident.mirror.direction in OUTGOING

    @property
    def is_closed(self) -> bool:
        return self.incident.status is Status.DONE

    @property
    def delta(self) -> dict[str, Json]:
        """What has changed here, by the other side's names, and what may or may not have been sent."""
        unsure = {name: self.outgoing.values.get(name, "") for name in self.record.unsure}
        return {**unsure, **self.outgoing.delta(self.record.fields)}

    def taken_in(self, mapped: MappedFields) -> TakenIn:
        """Merge what the other side has; what was changed here and is yet to be sent stays."""
        synced = frozenset(self.outgoing.sources.values())
        dirty = self.outgoing.made_of(self.delta) if self.goes_out else frozenset()
        return take_in(self.incident, mapped, Shared(synced=synced, dirty=dirty, seen=self.record.seen))

    def after(self, taken: TakenIn, outgoing: Outgoing) -> MirrorRecord:
        """What both sides have in common when that was taken in: a change that is yet to be sent is no part of it."""
        unsent = self.delta if self.goes_out else {}
        kept = {name for name in unsent if self.outgoing.sources.get(name) not in taken.agreed}
        names = dict.fromkeys((*outgoing.values, *self.record.fields))
        common = {name: (self.record.fields if name in kept else outgoing.values).get(name) for name in names}
        return replace(
            self.record,
            fields={name: value for name, value in common.items() if value is not None},
            unsure=tuple(name for name in self.record.unsure if name in kept),
            seen=taken.seen,
        )


def tie_of(incident: Incident, record: MirrorRecord, maps: Maps) -> Tie:
    return Tie(incident=incident, record=record, outgoing=maps.out(incident))


def first_record(incident: Incident, maps: Maps, now: datetime) -> MirrorRecord | None:
    """What to remember of an incident that was just fetched; None when it is not to be mirrored."""
    mirror = incident.mirror
    if mirror is None or mirror.direction not in INCOMING | OUTGOING:
        return None
    out = maps.out(incident)
    seen = seen_in(maps.mapped(incident, _raw(incident)), frozenset(out.sources.values()))
    return MirrorRecord(incident=incident.id, instance=mirror.instance, fields=dict(out.values), seen=seen, synced=now)


def owing(record: MirrorRecord) -> MirrorRecord:
    """Note that something could not be sent."""
    return replace(record, owes=True, due=True)


def behind(record: MirrorRecord) -> MirrorRecord:
    """Note that something could not be taken in."""
    return replace(record, behind=True, due=True)


def _raw(incident: Incident) -> JsonObject:
    try:
        raw = parsed(incident.raw_json or "{}")
    except UNREADABLE:
        return {}
    return raw if isinstance(raw, dict) else {}
