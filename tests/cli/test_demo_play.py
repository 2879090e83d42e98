from pathlib import Path

import pytest

from warroom.cli.demo_play import MARKER, empty_folder
from warroom.model.errors import ConflictError, FolderInUseError, WarroomError
from warroom.store.folder import lock_folder


def test_the_folder_of_an_earlier_demo_is_emptied(tmp_path: Path) -> None:
    empty_folder(tmp_path)
    (tmp_path / "blobs").mkdir()
    (tmp_path / "blobs" / "dump").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "blobs")
    empty_folder(tmp_path)
    assert [item.name for item in tmp_path.iterdir() if item.name != "lock"] == [MARKER]


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(ConflictError, match="no demo made it"):
        empty_folder(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_the_folder_of_a_demo_that_still_runs_is_left_alone(tmp_path: Path) -> None:
    empty_folder(tmp_path)
    (tmp_path / "evidence").write_text("fresh")
    with lock_folder(tmp_path), pytest.raises(FolderInUseError):
        empty_folder(tmp_path)
    assert (tmp_path / "evidence").exists()


def test_a_file_in_the_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WarroomError, match="file"):
        empty_folder(tmp_path / "file")
