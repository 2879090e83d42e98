import asyncio
import shutil
from pathlib import Path

import pytest

from tests.services.proof.exports import CASE, exported, exporting
from warroom.model.ids import EntryId
from warroom.services.evidence.exporting import Wanted


@pytest.fixture(scope="package")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One case as a folder and as a zip, one item of it, and another case; nobody writes to them."""
    place = tmp_path_factory.mktemp("originals")
    held = asyncio.run(exporting())
    one = Wanted(incident=CASE, items=[EntryId("2@1")])
    for name in ("export", "export.zip"):
        exported(place / name, held=held)
        exported(place / name.replace("export", "one"), one, held)
    exported(place / "other", held=asyncio.run(exporting({"other.zip": b"of another case"})))
    return place


@pytest.fixture
def export(originals: Path, tmp_path: Path) -> Path:
    """The case as a folder, to be changed."""
    return shutil.copytree(originals / "export", tmp_path / "export")
