from pathlib import Path

import pytest

from tests.content.written import a_pack
from warroom.bootstrap.content import look_at_packs, open_content
from warroom.model.errors import FolderInUseError
from warroom.services.packs.installed import installed_packs


def test_content_is_opened_without_a_database_and_a_key(tmp_path: Path) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    with open_content(tmp_path) as packs:
        assert [pack.id for pack in packs] == [pack.id for pack in installed_packs(tmp_path)]
        assert packs[-1].scripts["Hello"].name == "Hello"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "lock", "packs"]


def test_content_of_a_folder_is_opened_by_one_process_at_a_time(tmp_path: Path) -> None:
    with open_content(tmp_path), pytest.raises(FolderInUseError), open_content(tmp_path):
        pass


def test_who_only_looks_may_do_so_while_another_process_holds_the_folder_and_writes_nothing(tmp_path: Path) -> None:
    a_pack(tmp_path / "packs" / "Mine", "Mine", "Hello")
    assert look_at_packs(tmp_path)[-1].id == "Mine"
    assert [path.name for path in tmp_path.iterdir()] == ["packs"]
    with open_content(tmp_path) as packs:
        assert [pack.id for pack in look_at_packs(tmp_path)] == [pack.id for pack in packs]
