import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from warroom.content.unify import unified_files
from warroom.content.yaml_source import read_yaml
from warroom.model.errors import ContentError

SCRIPT = """
commonfields: {id: Answer, version: -1}
name: Answer
name:marketplacev2: Reply
type: python
script: '-'
args:
- {name: choice, predefined: [yes, no], description: Which.}
"""
CODE = "import demistomock as demisto\nfrom CommonServerPython import *\n\nreturn_results('done')\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "Mine"
    (folder / "Scripts" / "Answer").mkdir(parents=True)
    (folder / "pack_metadata.json").write_text('{"name": "Mine", "currentVersion": "1.2.3"}', encoding="utf-8")
    (folder / "Scripts" / "Answer" / "Answer.yml").write_text(SCRIPT, encoding="utf-8")
    (folder / "Scripts" / "Answer" / "Answer.py").write_text(CODE, encoding="utf-8")
    return folder


def script(pack: Path, marketplace: str) -> dict[str, object]:
    text = unified_files(pack, marketplace)["Scripts/script-Answer.yml"].decode()
    data = read_yaml(text, Path("script.yml")).data
    assert isinstance(data, dict)
    return data


def test_code_goes_into_the_yml_without_what_xsoar_puts_before_it(pack: Path) -> None:
    code = str(script(pack, "xsoar")["script"])

    assert "import" not in code
    assert code.splitlines()[0] == "register_module_line('Answer', 'start', __line__())"
    assert "return_results('done')" in code
    assert "pack id = Mine, pack version = 1.2.3" in code


def share(pack: Path, **modules: str) -> None:
    for name, code in modules.items():
        folder = pack.parent / "ApiModules" / "Scripts" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.py").write_text(code, encoding="utf-8")


def test_a_module_takes_the_place_of_its_import_and_brings_those_that_it_needs(pack: Path) -> None:
    share(pack, OuterApiModule="from InnerApiModule import *\nOUTER = INNER + 1\n", InnerApiModule="INNER = 1\n")
    code = CODE.replace("return_results", "from OuterApiModule import *\nRESULT = OUTER\nprint")
    (pack / "Scripts" / "Answer" / "Answer.py").write_text(code.replace("return ", ""), encoding="utf-8")

    merged = str(script(pack, "xsoar")["script"])

    told: list[tuple[str, str]] = []
    found = {
        "register_module_line": lambda name, edge, *_, **__: told.append((name, edge)),
        "__line__": lambda: 0,
        "demisto": SimpleNamespace(debug=print),
    }
    exec(merged, found)
    assert found["RESULT"] == 2
    names = ["Answer", "OuterApiModule", "InnerApiModule"]
    assert told == [(name, "start") for name in names] + [(name, "end") for name in reversed(names)]


def test_an_import_of_a_module_that_is_not_there_is_an_error_at_the_code(pack: Path) -> None:
    file = pack / "Scripts" / "Answer" / "Answer.py"
    file.write_text("from GoneApiModule import *\n", encoding="utf-8")

    with pytest.raises(
        ContentError, match="GoneApiModule is imported here, but no pack ApiModules with it is beside this pack"
    ) as e:
        unified_files(pack, "xsoar")
    assert e.value.at is not None
    assert e.value.at.path == file


@pytest.mark.parametrize(("marketplace", "name"), [("xsoar", "Answer"), ("marketplacev2", "Reply")])
def test_each_marketplace_gets_its_own_spelling(pack: Path, marketplace: str, name: str) -> None:
    item = script(pack, marketplace)

    assert item["name"] == name
    assert not [key for key in item if ":" in key]


def test_yes_and_no_stay_text(pack: Path) -> None:
    assert "- 'yes'" in unified_files(pack, "xsoar")["Scripts/script-Answer.yml"].decode()


def test_an_item_for_another_marketplace_is_left_out(pack: Path) -> None:
    file = pack / "Scripts" / "Answer" / "Answer.yml"
    file.write_text(SCRIPT + "marketplaces: [marketplacev2]\n", encoding="utf-8")

    files = unified_files(pack, "xsoar")

    assert "Scripts/script-Answer.yml" not in files
    assert json.loads(files["metadata.json"])["contentItems"] == {}


def test_a_pack_for_another_marketplace_is_refused(pack: Path) -> None:
    (pack / "pack_metadata.json").write_text('{"name": "Mine", "marketplaces": ["xpanse"]}', encoding="utf-8")

    with pytest.raises(ContentError, match="not for xsoar"):
        unified_files(pack, "xsoar")


def test_a_broken_file_is_named_with_its_line(pack: Path) -> None:
    (pack / "Scripts" / "Answer" / "Answer.yml").write_text("name: [\n", encoding="utf-8")

    with pytest.raises(ContentError, match=r"Answer\.yml:\d"):
        unified_files(pack, "xsoar")
