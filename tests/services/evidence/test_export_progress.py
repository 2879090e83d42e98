"""How far an export is can be asked while it is made."""

from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from tests.services.proof.exports import ANA, CASE, FILES, exporting
from warroom.model.errors import NotFoundError
from warroom.model.ids import IncidentId
from warroom.model.user import Role
from warroom.services.evidence.exporting import Wanted
from warroom.services.evidence.meters import Meters
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.clock import START
from warroom.testing.samples import an_actor

ALL = Wanted(incident=CASE)


class WatchedBlobs(MemoryBlobs):
    """Notes how far the export is whenever it opens bytes."""

    def __init__(self, meters: Meters) -> None:
        super().__init__()
        self.meters = meters
        self.seen: list[tuple[str, int, int, int, int]] = []

    def open(self, sha256: str) -> BinaryIO:
        self.seen += [(one.stage, one.files, one.of_files, one.bytes, one.of_bytes) for one in self.meters.now()]
        return super().open(sha256)


async def test_how_far_it_is_can_be_asked_while_it_is_made(tmp_path: Path) -> None:
    held = await exporting()
    blobs = WatchedBlobs(held.meters)
    for name, data in FILES.items():
        await blobs.put(data, name)
    watched = replace(held, evidence=replace(held.evidence, blobs=blobs))
    sizes = [len(data) for data in FILES.values()]
    before = [sum(sizes[:place]) for place in range(3)]
    for target in ("case", "case.zip"):
        blobs.seen.clear()
        await watched.to_path(ALL, tmp_path / target, ANA)
        assert blobs.seen == [
            (stage, place, 3, before[place], sum(sizes)) for stage in ("checking", "writing") for place in range(3)
        ]
    assert await watched.under_way(ANA) == []


async def test_only_exports_of_the_incident_are_told_and_only_to_readers(tmp_path: Path) -> None:
    held = await exporting()
    with held.meters.started(CASE, "ana", START), held.meters.started(IncidentId("2"), "bob", START):
        assert [one.by for one in await held.under_way(an_actor(role=Role.READER), CASE)] == ["ana"]
        assert [one.by for one in await held.under_way(ANA)] == ["ana", "bob"]
    with pytest.raises(NotFoundError):
        await held.to_path(Wanted(incident=IncidentId("99")), tmp_path / "case", ANA)
    assert await held.under_way(ANA) == []
