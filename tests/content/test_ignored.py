from pathlib import Path
from shutil import make_archive

import pytest

from tests.content.written import a_pack
from warroom.content.ignored import ignored_folders


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = a_pack(tmp_path / "Mine", "Mine", "Hello")
    for name in ("CorrelationRules/a.yml", "CorrelationRules/b.yml", "Dashboards/c.json", "doc_files/d.json"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("{}")
    (folder / "Dashboards" / "c.png").write_bytes(b"")
    return folder


def test_folders_of_kinds_that_are_not_read_are_counted(pack: Path) -> None:
    assert ignored_folders(pack) == {"CorrelationRules": 2, "Dashboards": 1}


def test_those_of_a_zip_too(pack: Path) -> None:
    assert ignored_folders(Path(make_archive(str(pack), "zip", pack))) == {"CorrelationRules": 2, "Dashboards": 1}
