from pathlib import Path
from shutil import copytree
from zipfile import ZipFile

import pytest

from warroom.content.load import load_pack
from warroom.model.errors import ConflictError, ContentError, InvalidInputError, UnavailableError
from warroom.services.packs.packing import build_pack, count_items, install_pack

ROOT = Path(__file__).parents[3]
OURS = [ROOT / "Packs" / name for name in ("VisionOneResponse", "ApiModules", "WarroomBase")]
SAMPLE = ROOT / "tests" / "content" / "packs" / "Sample"


@pytest.mark.slow
@pytest.mark.parametrize("folder", OURS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("marketplace", ["xsoar", "marketplacev2"])
def test_the_zip_holds_every_item_and_runs_the_same_code(folder: Path, marketplace: str, tmp_path: Path) -> None:
    path, items = build_pack(folder, tmp_path, marketplace)

    built, source = load_pack(path), load_pack(folder)
    assert items == count_items(built) == count_items(source)
    for name, script in source.scripts.items():
        assert script.code.text.rstrip()[-40:] in built.scripts[name].code.text
    assert {name: book.text for name, book in built.playbooks.items()} == {
        name: book.text for name, book in source.playbooks.items()
    }


@pytest.mark.slow
def test_the_same_pack_gives_the_same_zip(tmp_path: Path) -> None:
    first, _ = build_pack(OURS[0], tmp_path / "a", "xsoar")
    second, _ = build_pack(OURS[0], tmp_path / "b", "xsoar")

    assert first.read_bytes() == second.read_bytes()


def test_an_item_that_would_hide_another_stops_the_build_and_leaves_no_zip(tmp_path: Path) -> None:
    folder = copytree(SAMPLE, tmp_path / "Sample")
    copytree(folder / "Playbooks", folder / "Playbooks" / "old")

    with pytest.raises(ContentError, match="look for files that are no items"):
        build_pack(folder, tmp_path / "dist", "xsoar")
    assert list((tmp_path / "dist").iterdir()) == []


def test_a_pack_is_installed_over_an_older_copy_of_itself(tmp_path: Path) -> None:
    folder, home = copytree(SAMPLE, tmp_path / "Sample"), tmp_path / "home"
    install_pack(folder, home)
    (folder / "Playbooks" / "playbook-Greet.yml").unlink()

    install_pack(folder, home)

    assert load_pack(home / "packs" / "Sample").playbooks == {}
    assert [path.name for path in home.iterdir()] == ["packs"]


def test_what_nothing_can_be_read_of_is_not_installed(tmp_path: Path) -> None:
    broken = tmp_path / "Mine" / "PreProcessRules" / "preprocessrule-a.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("{")
    with pytest.raises(
        ContentError, match=r"preprocessrule-a\.json:1: Nothing of Mine can be read: This is not valid JSON"
    ):
        install_pack(tmp_path / "Mine", tmp_path / "home")
    assert not (tmp_path / "home").exists()


def test_what_lies_in_the_data_folder_is_not_installed_onto_itself(tmp_path: Path) -> None:
    install_pack(SAMPLE, tmp_path)

    with pytest.raises(ConflictError):
        install_pack(tmp_path / "packs" / "Sample", tmp_path)
    assert load_pack(tmp_path / "packs" / "Sample").id == "Sample"


def test_a_place_that_takes_no_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    with pytest.raises(InvalidInputError, match=r"file/dist cannot take the pack: Not a directory\. Choose another"):
        build_pack(SAMPLE, blocked / "dist", "xsoar")
    with pytest.raises(UnavailableError, match=r"The data folder cannot take the pack: Not a directory"):
        install_pack(SAMPLE, blocked / "home")


@pytest.mark.slow
def test_a_zip_names_the_pack_and_its_version_in_the_code(tmp_path: Path) -> None:
    path, _ = build_pack(OURS[0], tmp_path, "xsoar")

    with ZipFile(path) as archive:
        code = archive.read("Integrations/integration-VisionOneResponse.yml").decode()
    assert "pack id = VisionOneResponse, pack version = 1.0.0" in code
