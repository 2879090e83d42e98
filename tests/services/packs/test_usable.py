import json
from pathlib import Path

import pytest

from tests.content.written import a_pack
from tests.our_packs import our_packs
from warroom.content.catalogue import Catalogue
from warroom.content.load import load_packs
from warroom.services.packs.usable import Kind, Problem, Usable, usable

TREE = Path(__file__).parents[2] / "public_content" / "tree" / "Packs"


def looked_into(folder: Path) -> Usable:
    [pack] = load_packs([folder], whole=False)
    return usable(pack, Catalogue([*our_packs(), pack]))


def test_a_pack_of_the_shapes_of_public_content_is_told_what_cannot_run() -> None:
    found = looked_into(TREE / "Lanterns")
    assert Kind(kind="scripts", items=2, cannot_run=1) in found.kinds
    assert Kind(kind="integrations", items=1, cannot_run=0) in found.kinds
    [problem] = found.problems
    assert (problem.kind, problem.item, problem.is_certain) == ("script", "DimLantern", True)
    assert problem.why == "is written in PowerShell, which cannot run here"


def test_files_that_cannot_be_read_are_told() -> None:
    [problem] = looked_into(TREE / "TestTools").problems
    assert (problem.kind, problem.item) == ("file", "Scripts/script-NoCode.yml")
    assert problem.why.startswith("cannot be read: There is no code")


@pytest.mark.parametrize(
    ("dependencies", "missing"),
    [
        ({"Lamps": {"mandatory": True}, "Wicks": {"mandatory": False}}, ["Lamps"]),
        ({"Base": {"mandatory": True}, "VisionOneResponse": {"mandatory": True}}, []),
        ({"Lamps": True, "Wicks": None}, []),
        ([], []),
    ],
)
def test_packs_that_it_depends_on_and_that_are_not_there_are_told(
    dependencies: object, missing: list[str], tmp_path: Path
) -> None:
    folder = a_pack(tmp_path / "Mine", "Mine", "Hello")
    metadata = {"name": "Mine", "currentVersion": "1.0.0", "dependencies": dependencies}
    (folder / "pack_metadata.json").write_text(json.dumps(metadata))
    assert [problem.item for problem in looked_into(folder).problems] == missing


def test_folders_that_are_not_used_are_told_and_no_obstacle(tmp_path: Path) -> None:
    folder = a_pack(tmp_path / "Mine", "Mine", "Hello")
    (folder / "ModelingRules").mkdir()
    (folder / "ModelingRules" / "one.yml").write_text("a: b")
    assert looked_into(folder).problems == [
        Problem(
            kind="folder",
            item="ModelingRules",
            why="has an item of a kind that is not used here",
            advice="do without it",
            is_certain=False,
        )
    ]


def test_where_another_packs_item_is_used_instead_it_is_named(tmp_path: Path) -> None:
    folder = a_pack(tmp_path / "Mine", "Mine", "Sleep")
    file = folder / "Scripts" / "Sleep" / "Sleep.yml"
    file.write_text(file.read_text().replace("type: python", "type: powershell"))
    found = looked_into(folder)
    [problem] = found.problems
    assert (problem.advice, problem.is_certain) == ("nothing: that of the pack WarroomBase is used", False)
    assert found.kinds == [Kind(kind="scripts", items=1, cannot_run=0)]
