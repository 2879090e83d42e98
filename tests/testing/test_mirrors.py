"""What mirroring remembers is tested in tests/store, on memory, SQLite and PostgreSQL."""

from warroom.model.ids import IncidentId
from warroom.model.json import Json
from warroom.model.mirror import MirrorRecord
from warroom.testing.clock import START
from warroom.testing.mirrors import MemoryMirrors
from warroom.testing.samples import some_changes


def test_what_comes_back_is_nobody_elses_object() -> None:
    fields: dict[str, Json] = {"tags": ["a"]}
    mirrors = MemoryMirrors()
    record = MirrorRecord(incident=IncidentId("1"), instance="one", fields=fields, synced=START)
    mirrors.take(some_changes(mirrors=[record]))
    fields["tags"].append("b")
    assert mirrors.records[record.incident].fields == {"tags": ["a"]}
