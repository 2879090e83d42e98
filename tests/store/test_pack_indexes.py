import stat
from pathlib import Path

import pytest

from warroom.services.ports.pack_indexes import PackIndexes
from warroom.store.pack_indexes import PackIndexFile
from warroom.testing.pack_indexes import MemoryPackIndexes

KNOWN = {"/packs/One": {"read": 1}}


@pytest.fixture
def indexes(tmp_path: Path) -> PackIndexFile:
    return PackIndexFile(tmp_path / "cache" / "packs.json")


def test_what_is_kept_comes_back_and_is_the_owners_alone(indexes: PackIndexFile) -> None:
    indexes.write(KNOWN)
    assert indexes.read() == KNOWN
    assert stat.S_IMODE(indexes.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(indexes.path.parent.stat().st_mode) == 0o700
    assert list(indexes.path.parent.iterdir()) == [indexes.path]


@pytest.fixture(params=["memory", "file"])
def either(request: pytest.FixtureRequest, indexes: PackIndexFile) -> PackIndexes:
    return indexes if request.param == "file" else MemoryPackIndexes()


def test_before_anything_is_kept_nothing_is_known(either: PackIndexes) -> None:
    assert either.read() == {}


def test_what_is_kept_last_is_all_that_is_known(either: PackIndexes) -> None:
    either.write({"/packs/Two": {"read": 2}})
    either.write(KNOWN)
    assert either.read() == KNOWN


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:70], lambda _: b"", lambda d: d + b" "])
def test_a_damaged_file_is_as_good_as_none_and_is_written_anew(indexes: PackIndexFile, damage: object) -> None:
    assert callable(damage)
    indexes.write(KNOWN)
    indexes.path.write_bytes(damage(indexes.path.read_bytes()))
    assert indexes.read() == {}
    indexes.write(KNOWN)
    assert indexes.read() == KNOWN


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file in the way")
    indexes = PackIndexFile(tmp_path / "cache" / "packs.json")
    indexes.write(KNOWN)
    assert indexes.read() == {}
