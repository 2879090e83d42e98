# ruff: noqa: ASYNC221, ASYNC240  # nothing else runs beside a test, so it may block

import hashlib
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from warroom.model.errors import DamagedError, NotFoundError
from warroom.services.ports.blobs import Blobs
from warroom.store.blobs import FolderBlobs
from warroom.store.cipher import Cipher
from warroom.store.objects import ObjectBlobs
from warroom.testing.blobs import MemoryBlobs

DATA = b"MDMP" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()
TAKE = """
import asyncio, re, sys
from pathlib import Path
from warroom.store.blobs import FolderBlobs
stored = asyncio.run(FolderBlobs(Path(sys.argv[1])).take(Path(sys.argv[2]), "big"))
print(stored.size, re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.fixture
def folder(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs")


@pytest.fixture
def encrypted(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path / "blobs", Cipher(bytes(32), origin="the test's key"))


@pytest.fixture(params=["memory", "folder", "encrypted", "objects", "encrypted objects"])
def blobs(request: pytest.FixtureRequest, folder: FolderBlobs, encrypted: FolderBlobs) -> Blobs:
    made: dict[str, Blobs] = {
        "memory": MemoryBlobs(),
        "folder": folder,
        "encrypted": encrypted,
        "objects": ObjectBlobs(f"memory://{uuid4().hex}"),
        "encrypted objects": ObjectBlobs(f"memory://{uuid4().hex}", Cipher(bytes(32), origin="the test's key")),
    }
    return made[request.param]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "scratch" / "lsass.zip"
    path.parent.mkdir()
    path.write_bytes(DATA)
    return path


def read(blobs: Blobs, sha256: str) -> bytes:
    with blobs.open(sha256) as file:
        return file.read()


async def test_a_file_is_moved_in_and_hashed(blobs: Blobs, source: Path) -> None:
    stored = await blobs.take(source, "lsass.zip")
    assert not source.exists()
    assert (stored.name, stored.size, stored.sha256) == ("lsass.zip", len(DATA), SHA256)
    assert stored.md5 == hashlib.md5(DATA, usedforsecurity=False).hexdigest()
    assert stored.sha1 == hashlib.sha1(DATA, usedforsecurity=False).hexdigest()
    assert stored.sha512 == hashlib.sha512(DATA).hexdigest()
    assert read(blobs, SHA256) == DATA


async def test_bytes_are_put(blobs: Blobs) -> None:
    assert (await blobs.put(DATA, "a")).sha256 == SHA256
    assert (await blobs.put(b"", "empty")).size == 0
    assert read(blobs, SHA256) == DATA


async def test_the_same_bytes_twice_are_kept_once(blobs: Blobs, source: Path, folder: FolderBlobs) -> None:
    await blobs.put(DATA, "first")
    assert (await blobs.take(source, "second")).name == "second"
    assert not source.exists()
    assert read(blobs, SHA256) == DATA


async def test_a_linked_file_reads_the_same_and_is_read_only(blobs: Blobs, tmp_path: Path) -> None:
    await blobs.put(DATA, "a")
    path = await blobs.link(SHA256, tmp_path)
    assert await blobs.link(SHA256, tmp_path) == path
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    path.unlink()
    assert read(blobs, SHA256) == DATA


async def test_what_is_not_there_is_named(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=SHA256):
        blobs.open(SHA256)
    with pytest.raises(NotFoundError, match=SHA256):
        await blobs.link(SHA256, tmp_path)


async def test_a_linked_file_that_is_taken_in_again_stays_one_blob(
    folder: FolderBlobs, tmp_path: Path, source: Path
) -> None:
    await folder.take(source, "a")
    linked = await folder.link(SHA256, tmp_path)
    assert (await folder.take(linked, "again")).sha256 == SHA256
    assert not linked.exists()
    assert read(folder, SHA256) == DATA


async def test_a_symbolic_link_is_followed_once_and_its_target_left(
    folder: FolderBlobs, tmp_path: Path, source: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(source)
    await folder.take(link, "a")
    assert source.read_bytes() == DATA
    assert not Path(folder.location(SHA256)).is_symlink()


async def test_blobs_are_their_owners_only(folder: FolderBlobs, source: Path, tmp_path: Path) -> None:
    await folder.take(source, "a")
    place = Path(folder.location(SHA256))
    assert place == tmp_path / "blobs" / SHA256[:2] / SHA256[2:4] / SHA256
    assert stat.S_IMODE(place.stat().st_mode) == 0o400
    for parent in list(place.parents)[:3]:
        assert stat.S_IMODE(parent.stat().st_mode) == 0o700


async def test_nothing_arrives_in_halves(folder: FolderBlobs, tmp_path: Path) -> None:
    class Failing:
        def read(self, _size: int) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        folder._write(Failing(), "a")  # type: ignore[arg-type]  # only what is read matters
    assert list((tmp_path / "blobs" / "arriving").iterdir()) == []


async def test_encrypted_bytes_are_on_the_disk_nowhere_as_they_are(
    encrypted: FolderBlobs, tmp_path: Path, source: Path
) -> None:
    await encrypted.take(source, "a")
    place = Path(encrypted.location(SHA256))
    assert place == tmp_path / "blobs" / SHA256[:2] / SHA256[2:4] / f"{SHA256}.enc"
    assert stat.S_IMODE(place.stat().st_mode) == 0o400
    for path in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert b"MDMP" not in path.read_bytes()


async def test_what_lies_there_as_it_was_stays_readable_and_is_encrypted_on_request(
    folder: FolderBlobs, encrypted: FolderBlobs, source: Path
) -> None:
    await folder.take(source, "a")
    plain = Path(folder.location(SHA256))
    assert read(encrypted, SHA256) == DATA
    with encrypted.open(SHA256) as reading:
        assert await encrypted.encrypt(SHA256)
        assert reading.read() == DATA  # whoever had it open goes on
    assert not plain.exists()
    assert read(encrypted, SHA256) == DATA
    assert not await encrypted.encrypt(SHA256)
    assert not await folder.encrypt(SHA256)


async def test_what_is_damaged_is_not_encrypted_as_if_it_were_whole(
    folder: FolderBlobs, encrypted: FolderBlobs, source: Path
) -> None:
    await folder.take(source, "a")
    spoil(folder)
    with pytest.raises(DamagedError):
        await encrypted.encrypt(SHA256)
    assert Path(folder.location(SHA256)).exists()


def spoil(blobs: FolderBlobs) -> None:
    place = Path(blobs.location(SHA256))
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1] + b"!")


@pytest.mark.parametrize("which", ["folder", "encrypted"])
async def test_damaged_bytes_are_linked_for_nobody_and_replaced_by_whole_ones(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    blobs: FolderBlobs = request.getfixturevalue(which)
    await blobs.put(DATA, "a")
    spoil(blobs)
    with pytest.raises(DamagedError):
        await blobs.link(SHA256, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["blobs"]
    await blobs.put(DATA, "again")
    assert read(blobs, SHA256) == DATA


LATER = datetime.now(UTC) + timedelta(days=1)


async def test_bytes_are_listed_by_shelf_and_removed(blobs: Blobs) -> None:
    await blobs.put(DATA, "a")
    await blobs.put(b"other", "b")
    assert await blobs.held(SHA256[:2]) == [SHA256]
    assert await blobs.held("zz") == []
    assert await blobs.remove(SHA256, LATER)
    assert not await blobs.remove(SHA256, LATER)
    assert await blobs.held(SHA256[:2]) == []
    with pytest.raises(NotFoundError):
        blobs.open(SHA256)
    await blobs.put(DATA, "again")
    assert read(blobs, SHA256) == DATA


@pytest.mark.parametrize("left", ["aside", "both"])
async def test_what_a_kill_in_the_middle_left_of_bytes_goes_with_them(tmp_path: Path, left: str) -> None:
    """Of a removal the file that was put aside, of an encryption the plain one beside the encrypted."""
    plain = FolderBlobs(tmp_path / "blobs")
    await plain.put(DATA, "a")
    place = Path(plain.location(SHA256))
    encrypted = FolderBlobs(tmp_path / "blobs", Cipher(bytes(32), origin="the test's key"))
    if left == "aside":
        place.rename(place.with_suffix(".gone"))
    else:
        place.with_suffix(".kept").hardlink_to(place)
        await encrypted.encrypt(SHA256)
        place.with_suffix(".kept").rename(place)
    assert await encrypted.held(SHA256[:2]) == [SHA256]
    assert await encrypted.remove(SHA256, LATER)
    assert [path.name for path in place.parent.iterdir()] == []


async def test_what_was_half_stored_at_a_kill_is_removed(folder: FolderBlobs, tmp_path: Path) -> None:
    await folder.put(DATA, "a")
    half = tmp_path / "blobs" / "arriving" / "tmp1"
    half.write_bytes(b"MD")
    folder.forget_arrivals()
    assert not half.exists()
    assert read(folder, SHA256) == DATA


@pytest.mark.parametrize("which", ["folder", "encrypted"])
async def test_bytes_that_were_taken_in_again_since_are_not_removed(
    which: str, request: pytest.FixtureRequest, source: Path
) -> None:
    blobs: FolderBlobs = request.getfixturevalue(which)
    await blobs.put(DATA, "a")
    os.utime(blobs.location(SHA256), (0, 0))
    decided = datetime.now(UTC) - timedelta(seconds=1)
    await blobs.take(source, "again")
    assert not await blobs.remove(SHA256, decided)
    assert read(blobs, SHA256) == DATA


@pytest.mark.slow
async def test_a_large_file_passes_with_flat_memory(tmp_path: Path) -> None:
    size = 300 * 1024 * 1024
    big = tmp_path / "big"
    with big.open("wb") as file:
        os.truncate(file.fileno(), size)
    done = subprocess.run(
        [sys.executable, "-c", TAKE, str(tmp_path / "blobs"), str(big)], capture_output=True, text=True, check=True
    )
    taken, kilobytes = map(int, done.stdout.split())
    assert taken == size
    assert kilobytes < 60 * 1024
