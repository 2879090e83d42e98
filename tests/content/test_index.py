import json
import os
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.content.written import SCRIPT, a_pack
from warroom.content.index import YOUNG, is_current, open_index, read_and_index, renewed
from warroom.content.load import SECTIONS, load_pack
from warroom.model.errors import ContentError
from warroom.model.json import JsonObject

PACKS = Path(__file__).parents[2] / "Packs"
SAMPLE = Path(__file__).parent / "packs" / "Sample"
LATER = 4_000_000_000_000_000_000  # nanoseconds: when every file of a test has been as it is for long


def indexed(root: Path, now: int = LATER) -> JsonObject:
    """The index of a pack, as it comes back from a file."""
    index: JsonObject = json.loads(json.dumps(read_and_index(root, now)[1]))
    return index


@pytest.mark.parametrize(
    "root",
    [PACKS / "WarroomBase", PACKS / "ApiModules", PACKS / "VisionOneResponse", SAMPLE],
    ids=lambda root: root.name,
)
def test_a_pack_by_its_index_is_the_pack_that_is_read(root: Path) -> None:
    whole, by_index = load_pack(root), open_index(root, indexed(root))
    for section in SECTIONS:
        assert dict(getattr(by_index, section)) == dict(getattr(whole, section))
    plain = ("id", "name", "version", "path", "metadata", "skipped")
    assert [getattr(by_index, name) for name in plain] == [getattr(whole, name) for name in plain]


def _edit(file: Path) -> None:
    before = file.stat()
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("Says mine", "Says more"), encoding="utf-8")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # of the same size and date as before


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited, with size and date kept": lambda root: _edit(root / "Scripts" / "One" / "One.yml"),
    "code beside it edited": lambda root: (root / "Scripts" / "Two" / "Two.py").write_text("demisto.results(2)"),
    "file removed": lambda root: (root / "Scripts" / "Two" / "Two.py").unlink(),
    "item added": lambda root: a_pack_item(root, "Three"),
    "kind of item added": lambda root: (root / "Playbooks").mkdir(),
    "metadata edited": lambda root: (root / "pack_metadata.json").write_text('{"name": "New"}'),
}


def a_pack_item(root: Path, name: str) -> None:
    (root / "Scripts" / name).mkdir()
    (root / "Scripts" / name / f"{name}.yml").write_text(SCRIPT.format(name=name))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = a_pack(tmp_path / "Mine", "Mine", "One")
    a_pack_item(root, "Two")
    yml = root / "Scripts" / "Two" / "Two.yml"
    yml.write_text(yml.read_text().replace("\"demisto.results('mine')\"", "'-'"))
    (root / "Scripts" / "Two" / "Two.py").write_text("demisto.results(1)")
    return root


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_change_is_overlooked(root: Path, change: Callable[[Path], object]) -> None:
    index = indexed(root)
    assert is_current(root, index)
    change(root)
    assert not is_current(root, index)


def test_what_was_read_right_after_it_changed_is_not_believed(root: Path) -> None:
    changed = max(path.stat().st_ctime_ns for path in [root, *root.rglob("*")])
    assert not is_current(root, indexed(root, now=changed + YOUNG))
    assert is_current(root, indexed(root, now=changed + YOUNG + 1))


def test_files_that_hold_the_same_as_before_need_not_be_read_again(root: Path, tmp_path: Path) -> None:
    index = indexed(root)
    (root / "pack_metadata.json").touch()
    anew = renewed(root, index, LATER)
    assert anew is not None
    assert is_current(root, anew)
    assert anew["items"] == index["items"]
    moved = copytree(root, tmp_path / "Copy")
    assert renewed(moved, index, LATER) is not None


@pytest.mark.parametrize("name", sorted(CHANGES.keys() - {"kind of item added"}))
def test_files_that_hold_something_else_must_be_read(root: Path, name: str) -> None:
    index = indexed(root)
    CHANGES[name](root)
    assert renewed(root, index, LATER) is None


def test_an_item_that_changes_while_a_command_runs_is_not_mixed_with_what_was(root: Path) -> None:
    pack = open_index(root, indexed(root))
    assert pack.scripts["One"].comment == "Says mine."
    (root / "Scripts" / "Two" / "Two.py").write_text("demisto.results(2)")
    with pytest.raises(ContentError, match=r"Two\.py: The file has changed since this command started"):
        pack.scripts["Two"]


def test_what_cannot_be_read_stands_in_the_index(root: Path) -> None:
    (root / "Scripts" / "One" / "One.yml").write_text("name: [")
    (root / "Layouts").mkdir(exist_ok=True)
    (root / "Layouts" / "layoutscontainer-L.json").write_text(
        '{"id": "L", "name": "L", "name": "M", "group": "incident"}'
    )
    read, index = read_and_index(root, LATER)
    opened = open_index(root, json.loads(json.dumps(index)))
    assert opened.unreadable == read.unreadable
    assert [(note.file, note.names) for note in opened.unreadable] == [("Scripts/One/One.yml", ("One",))]
    assert opened.remarks == read.remarks
    assert [note.file for note in opened.remarks] == ["Layouts/layoutscontainer-L.json"]
