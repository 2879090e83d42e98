"""What a store in memory remembers of mirroring."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from warroom.model.event import Event
from warroom.model.ids import IncidentId, InstanceId
from warroom.model.mirror import MirrorRecord, MirrorRun
from warroom.services.ports.store import Changes, MirrorQuery
from warroom.testing.stored import as_json_object

TOUCHING = {"incident", "entry"}


@dataclass(slots=True)
class MemoryMirrors:
    """The part of `MemoryStore` that keeps mirror records."""

    records: dict[IncidentId, MirrorRecord] = field(default_factory=dict)
    runs: dict[InstanceId, MirrorRun] = field(default_factory=dict)

    def take(self, changes: Changes) -> None:
        """Keep what a commit says; as a real store does, without anybody else's objects."""
        for record in changes.mirrors:
            own = replace(record, fields=as_json_object(record.fields), seen=dict(record.seen))
            self.records[record.incident] = own
        if run := changes.mirror_run:
            self.runs[run.instance] = replace(run, value=as_json_object(run.value))

    def run(self, instance: InstanceId) -> MirrorRun:
        return self.runs.get(instance, MirrorRun(instance=instance))

    def wanted(self, query: MirrorQuery, events: Sequence[Event]) -> list[MirrorRecord]:
        """The records that a query wants, by incident."""
        found = [record for _, record in sorted(self.records.items(), key=lambda item: int(item[0]))]
        found = [record for record in found if record.instance == query.instance]
        if (after := query.touched_after) is not None:
            touched = {event.incident for event in events if event.sequence > after and event.kind in TOUCHING}
            found = [record for record in found if record.due or record.incident in touched]
        return found[: query.limit]
