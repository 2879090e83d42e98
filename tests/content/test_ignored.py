from pathlib import Path, PurePosixPath
from shutil import make_archive

import pytest

from tests.content.written import SCRIPT, a_pack
from warroom.content.ignored import ignored_folders
from warroom.content.index import open_index, read_and_index
from warroom.content.load import load_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = a_pack(tmp_path / "Mine", "Mine", "Hello")
    for name in ("CorrelationRules/a.yml", "CorrelationRules/b.yml", "Dashboards/c.json", "doc_files/d.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    (folder / "Dashboards" / "c.png").write_bytes(b"")
    return folder


def test_folders_of_kinds_that_are_not_read_are_counted(pack: Path) -> None:
    assert load_pack(pack).ignored == {"CorrelationRules": 2, "Dashboards": 1}


def test_those_of_a_zip_too(pack: Path) -> None:
    for inside in (None, "Mine"):
        zipped = make_archive(str(pack), "zip", pack.parent if inside else pack, inside)
        assert load_pack(Path(zipped)).ignored == {"CorrelationRules": 2, "Dashboards": 1}


def test_a_yml_by_itself_has_none_though_it_lies_beside_them(pack: Path) -> None:
    single = pack / "Alone.yml"
    single.write_text(SCRIPT.format(name="Alone"))
    assert load_pack(single).ignored == {}


def test_they_are_known_by_the_index_too(pack: Path) -> None:
    read, index = read_and_index(pack, 0)
    assert open_index(pack, index).ignored == read.ignored == {"CorrelationRules": 2, "Dashboards": 1}


def test_folders_that_are_read_or_hold_no_items_are_not_counted() -> None:
    names = map(PurePosixPath, ("a.yml", "Read/a.yml", "Other/a.yml", "Other/a.png", "test_data/a.json"))
    assert ignored_folders(names, {"Read"}) == {"Other": 1}
