import hashlib
from pathlib import Path

import pytest

from tests.services.world import ANA
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.services.discretion import Discretion
from warroom.services.evidence import LONGEST_NAME, Evidence, plain_name
from warroom.services.journal import Journal
from warroom.testing.blobs import MemoryBlobs
from warroom.testing.samples import an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

DUMP = EntryId("1@1")


async def evidence(name: str = "lsass.zip", data: bytes = b"evidence") -> Evidence:
    store, blobs = MemoryStore(), MemoryBlobs()
    file = await blobs.put(data, name)
    entries = [an_entry(1, file=file), an_entry(2, contents="no file"), an_entry(1, incident=2, file=file)]
    await store.commit(some_changes(incidents=[an_incident(1), an_incident(2)], entries=entries))
    return Evidence(store=store, blobs=blobs, discretion=Discretion(Journal(store)))


async def test_files_are_listed_of_one_incident_or_of_all() -> None:
    held = await evidence()
    assert [entry.id for entry in await held.list(ANA)] == ["1@1", "1@2"]
    assert [entry.id for entry in await held.list(ANA, IncidentId("2"))] == ["1@2"]


async def test_a_file_is_exported_to_a_name_or_into_a_folder(tmp_path: Path) -> None:
    held = await evidence()
    named = await held.export(DUMP, tmp_path / "copy.zip", ANA)
    in_folder = await held.export(DUMP, tmp_path, ANA)
    assert (named, in_folder) == (tmp_path / "copy.zip", tmp_path / "lsass.zip")
    assert named.read_bytes() == in_folder.read_bytes() == b"evidence"


async def test_an_export_overwrites_only_when_told_to(tmp_path: Path) -> None:
    held = await evidence()
    target = tmp_path / "copy.zip"
    target.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="exists already"):
        await held.export(DUMP, target, ANA)
    assert target.read_bytes() == b"mine"
    await held.export(DUMP, target, ANA, overwrite=True)
    assert target.read_bytes() == b"evidence"


@pytest.mark.parametrize("name", ["../../escape.zip", "..\\..\\escape.zip", "/etc/escape.zip"])
async def test_a_hostile_name_does_not_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    assert await (await evidence(name)).export(DUMP, folder, ANA) == folder / "escape.zip"
    assert not (tmp_path / "escape.zip").exists()


@pytest.mark.parametrize("name", ["a\0b", "x" * 400 + ".zip", "..", "", "ü" * 300])
async def test_any_name_can_be_exported(tmp_path: Path, name: str) -> None:
    path = await (await evidence(name)).export(DUMP, tmp_path, ANA)
    assert path.read_bytes() == b"evidence"
    assert path.parent == tmp_path


def test_a_long_name_keeps_its_end() -> None:
    assert plain_name("x" * 400 + ".zip").endswith("x.zip")
    assert len(plain_name("ü" * 300).encode()) <= LONGEST_NAME


async def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"cannot be written: No such file or directory"):
        await (await evidence()).export(DUMP, tmp_path / "missing" / "a.zip", ANA)


async def test_an_entry_without_a_file_and_one_that_is_not_there_are_said(tmp_path: Path) -> None:
    held = await evidence()
    with pytest.raises(NotFoundError, match="Entry 2@1 holds no file"):
        await held.export(EntryId("2@1"), tmp_path, ANA)
    with pytest.raises(NotFoundError, match="There is no entry 9@1"):
        await held.verify(EntryId("9@1"), ANA)


async def test_verifying_hashes_the_stored_bytes_again() -> None:
    held = await evidence()
    digest = hashlib.sha256(b"evidence").hexdigest()
    assert await held.verify(DUMP, ANA) == (digest, True)
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held[digest] = b"tampered"
    assert await held.verify(DUMP, ANA) == (hashlib.sha256(b"tampered").hexdigest(), False)


async def test_bytes_that_are_gone_are_said(tmp_path: Path) -> None:
    held = await evidence()
    assert isinstance(held.blobs, MemoryBlobs)
    held.blobs._held.clear()
    with pytest.raises(NotFoundError):
        await held.export(DUMP, tmp_path / "copy.zip", ANA)
    assert not (tmp_path / "copy.zip").exists()


async def test_a_file_can_be_read_piece_by_piece_and_its_place_is_told() -> None:
    held = await evidence()
    file, stream = await held.open(DUMP, ANA)
    with stream:
        assert stream.read() == b"evidence"
    (entry, *_) = await held.list(ANA)
    assert held.location(entry) == f"memory:{file.sha256}"
    assert held.location(an_entry()) == ""
