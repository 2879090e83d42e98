import json
from pathlib import Path
from shutil import make_archive

import pytest

from tests.content.written import a_pack
from warroom.content.shelf import Shelf
from warroom.services.packs.installed import OUR_PACKS, indexed_packs, installed_packs
from warroom.testing.pack_indexes import MemoryPackIndexes

LATER = 4_000_000_000_000_000_000  # nanoseconds


@pytest.fixture
def indexes() -> MemoryPackIndexes:
    return MemoryPackIndexes()


def test_our_packs_are_there_and_a_users_pack_comes_after_them(tmp_path: Path) -> None:
    assert [pack.id for pack in installed_packs(tmp_path)] == list(OUR_PACKS)
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    packs = installed_packs(tmp_path)
    assert [pack.id for pack in packs] == [*OUR_PACKS, "Mine"]


def test_packs_are_opened_by_their_indexes_from_the_second_time_on(tmp_path: Path, indexes: MemoryPackIndexes) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    first, second = indexed_packs(tmp_path, indexes, LATER), indexed_packs(tmp_path, indexes, LATER)
    assert [pack.id for pack in first] == [pack.id for pack in second] == [*OUR_PACKS, "Mine"]
    assert (type(first[-1].scripts), type(second[-1].scripts)) == (dict, Shelf)


def test_our_own_packs_are_opened_once_in_a_process_and_each_folder_keeps_their_indexes(tmp_path: Path) -> None:
    of_one, of_other = MemoryPackIndexes(), MemoryPackIndexes()
    first = indexed_packs(tmp_path / "one", of_one, LATER)
    second = indexed_packs(tmp_path / "other", of_other, LATER)
    assert [pack is again for pack, again in zip(first, second, strict=True)] == [True] * len(OUR_PACKS)
    assert len(of_one.read()) == len(OUR_PACKS)
    assert of_one.read() == of_other.read()


def test_the_same_folder_by_another_name_has_the_same_indexes(
    tmp_path: Path, indexes: MemoryPackIndexes, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Print")
    indexed_packs(tmp_path, indexes, LATER)
    monkeypatch.chdir(tmp_path)
    mine = indexed_packs(Path(), indexes, LATER)[-1]
    assert (type(mine.scripts), mine.path) == (Shelf, Path("packs", "Mine"))
    assert mine.scripts["Print"].comment == "Says mine."


def test_an_edited_pack_is_read_again_and_a_broken_file_is_told_with_its_place(
    tmp_path: Path, indexes: MemoryPackIndexes
) -> None:
    script = a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello") / "Scripts" / "Hello" / "Hello.yml"
    indexed_packs(tmp_path, indexes, LATER)
    script.write_text(script.read_text().replace("Says mine", "Says more"))
    assert indexed_packs(tmp_path, indexes, LATER)[-1].scripts["Hello"].comment == "Says more."
    script.write_text("name: [")
    for packs in (
        indexed_packs(tmp_path, indexes, LATER),
        indexed_packs(tmp_path, indexes, LATER),
        installed_packs(tmp_path),
    ):
        assert [str(note)[:28] for note in packs[-1].unreadable] == ["Scripts/Hello/Hello.yml:1: T"]
        assert not packs[-1].scripts


def test_a_pack_that_is_gone_leaves_the_indexes(tmp_path: Path, indexes: MemoryPackIndexes) -> None:
    pack = a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    indexed_packs(tmp_path, indexes, LATER)
    pack.rename(tmp_path / "elsewhere")
    assert [pack.id for pack in indexed_packs(tmp_path, indexes, LATER)] == list(OUR_PACKS)
    assert "Mine" not in json.dumps(indexes.read())


def test_a_zip_among_the_packs_is_read_each_time(tmp_path: Path, indexes: MemoryPackIndexes) -> None:
    a_pack(tmp_path / "made", "Mine", "Hello")
    (tmp_path / "packs").mkdir()
    make_archive(str(tmp_path / "packs" / "Mine"), "zip", tmp_path / "made")
    for _ in range(2):
        assert indexed_packs(tmp_path, indexes, LATER)[-1].scripts["Hello"].comment == "Says mine."
