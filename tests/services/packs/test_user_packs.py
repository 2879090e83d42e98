from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.content.written import SCRIPT, a_pack
from warroom.content.load import load_pack, load_packs
from warroom.model.errors import ConflictError, UnavailableError
from warroom.services.packs.installed import installed_packs
from warroom.services.packs.user_packs import ABOUT, UserPacks, is_same

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def folders(tmp_path: Path) -> UserPacks:
    return UserPacks(tmp_path / "home")


def _installed(folders: UserPacks, origin: Path) -> Path:
    with folders.room() as scratch:
        return folders.put(folders.copy(origin, scratch))


def test_a_pack_knows_the_file_that_it_is_in_and_ours_are_in_none(folders: UserPacks, tmp_path: Path) -> None:
    _installed(folders, a_pack(tmp_path / "Mine", "Mine", "Hello"))
    a_pack(tmp_path / "All" / "One", "One", "First")
    a_pack(tmp_path / "All" / "Two", "Two", "Second")
    _installed(folders, tmp_path / "All")
    single = tmp_path / "Alone.yml"
    single.write_text(SCRIPT.format(name="Alone"))
    _installed(folders, single)
    files = {pack.id: folders.file_of(pack) for pack in installed_packs(folders.home)}
    assert {pack: file.name for pack, file in files.items() if file} == {
        "Mine": "Mine",
        "One": "All",
        "Two": "All",
        "Alone": "Alone.yml",
    }
    assert [file.name for file in folders.files()] == ["All", "Alone.yml", "Mine"]


def test_what_is_taken_away_is_kept_once_with_who_and_when(folders: UserPacks, tmp_path: Path) -> None:
    origin = a_pack(tmp_path / "Mine", "Mine", "Hello")
    for by in ("ada", "rita"):
        file = _installed(folders, origin)
        folders.keep(file, load_packs([file]), by, AT)
    [kept] = folders.previous()
    assert (kept.id, kept.version, kept.file, kept.by, kept.at) == ("Mine", "1.0.0", "Mine", "rita", AT)
    assert load_pack(folders.place_of("Mine")).scripts.keys() == {"Hello"}
    assert folders.files() == []
    folders.forget(folders.place_of("Mine"))
    assert folders.previous() == []


def test_only_what_is_kept_is_forgotten(folders: UserPacks, tmp_path: Path) -> None:
    origin = a_pack(tmp_path / "Mine", "Mine", "Hello")
    folders.forget(origin)
    assert load_pack(origin).id == "Mine"


def test_content_is_the_same_or_not_whatever_it_is_called(tmp_path: Path) -> None:
    one, other = (a_pack(tmp_path / name / "Mine", "Mine", "Hello") for name in "ab")
    assert is_same(one, other)
    assert is_same(one / "pack_metadata.json", other / "pack_metadata.json")
    assert not is_same(one, other / "pack_metadata.json")
    (other / "Scripts" / "Hello" / "Hello.yml").write_text("name: Other")
    assert not is_same(one, other)
    (one / "README.md").write_text("")
    assert not is_same(other, one)


def test_a_file_or_a_folder_is_dropped(folders: UserPacks, tmp_path: Path) -> None:
    single = tmp_path / "Alone.yml"
    single.write_text(SCRIPT.format(name="Alone"))
    for origin in (single, a_pack(tmp_path / "Mine", "Mine", "Hello")):
        folders.drop(_installed(folders, origin))
    assert (folders.files(), folders.previous()) == ([], [])


@pytest.mark.parametrize("about", ["", "[]", '{"packs": [{"id": 1}], "by": "ada", "at": "2026-11-30"}', '{"packs": 3}'])
def test_what_is_not_as_it_was_kept_is_left_out(folders: UserPacks, tmp_path: Path, about: str) -> None:
    file = _installed(folders, a_pack(tmp_path / "Mine", "Mine", "Hello"))
    folders.keep(file, load_packs([file]), "ada", AT)
    (folders.place_of("Mine").parent / ABOUT).write_text(about)
    assert folders.previous() == []


def test_a_place_is_refused_for_what_is_in_it(folders: UserPacks, tmp_path: Path) -> None:
    file = _installed(folders, a_pack(tmp_path / "Mine", "Mine", "Hello"))
    assert folders.place_for(tmp_path / "Mine") == file
    with pytest.raises(ConflictError, match="there is nothing to install"):
        folders.place_for(file)


def test_a_folder_that_takes_nothing_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = pytest.raises(UnavailableError, match=r"cannot take the pack: Not a directory\. Look at its disk")
    with refused, UserPacks(tmp_path / "file" / "home").room():
        pass
