import re
from pathlib import Path
from shutil import copytree

from tests.cli.conftest import CommandLine
from tests.cli.serving import serving
from tests.content.written import a_pack

TREE = Path(__file__).parents[1] / "public_content" / "tree" / "Packs"
PACKS = Path(__file__).parents[2] / "Packs"


def test_a_pack_with_broken_files_is_installed_without_them_and_says_so(
    command_line: CommandLine, tmp_path: Path
) -> None:
    pack = copytree(PACKS / "WarroomBase", tmp_path / "Loud")
    (pack / "Scripts" / "Exists" / "Exists.yml").write_text("commonfields: {id: Cry}\nname: Cry\nscript: [1]\n")
    (pack / "Layouts").mkdir()
    (pack / "Layouts" / "layoutscontainer-L.json").write_text(
        '{"id": "L", "name": "L", "name": "M", "group": "incident"}'
    )

    said = command_line("pack", "install", str(pack)).out

    assert "Left out: Scripts/Exists/Exists.yml:3: `script` must be text, not a list." in said
    assert "Taken as XSOAR does: Layouts/layoutscontainer-L.json:1: The key `name` is there twice" in said
    again = command_line("pack", "install", str(pack), "--json").document
    assert [note["file"] for note in again[0]["left_out"]] == ["Scripts/Exists/Exists.yml"]
    assert "`Cry` of the pack Loud is left out" in command_line.refused("run", "!Cry")
    doctor = {line["found"] for line in command_line("doctor", "--json").document if not line["ok"]}
    assert "Loud is installed without Scripts/Exists/Exists.yml:3: `script` must be text, not a list." in doctor
    findings = command_line("pack", "validate", str(pack), "--json").document
    assert [finding["rule"] for finding in findings] == ["unreadable"]


def test_installing_ends_with_what_of_the_pack_cannot_be_used(command_line: CommandLine, tmp_path: Path) -> None:
    lanterns = copytree(TREE / "Lanterns", tmp_path / "Lanterns")
    metadata = lanterns / "pack_metadata.json"
    metadata.write_text(metadata.read_text().replace('"mandatory": false', '"mandatory": true'))

    said = command_line("pack", "install", str(lanterns)).out
    assert re.search(r"scripts +│ 2 +│ 1 ", said)
    assert "script DimLantern" in said
    assert "pack TestTools" in said

    command_line("pack", "install", str(TREE / "TestTools"))
    [told] = command_line("pack", "install", str(lanterns), "--json").document
    assert [problem["item"] for problem in told["problems"]] == ["DimLantern"]


def test_what_the_pack_needs_of_another_installed_pack_is_found_there(
    command_line: CommandLine, tmp_path: Path
) -> None:
    shared = a_pack(tmp_path / "Shared", "Shared", "LampApiModule")
    user = a_pack(tmp_path / "User", "User", "Light")
    script = user / "Scripts" / "Light" / "Light.yml"
    script.write_text(script.read_text().replace("demisto.results('mine')", "from LampApiModule import *"))

    [alone] = command_line("pack", "install", str(user), "--json").document
    assert ["`LampApiModule`" in problem["why"] for problem in alone["problems"]] == [True]
    command_line("pack", "install", str(shared))
    [beside] = command_line("pack", "install", str(user), "--json").document
    assert beside["problems"] == []


def test_a_pack_is_replaced_brought_back_and_removed(command_line: CommandLine, tmp_path: Path) -> None:
    mine = a_pack(tmp_path / "Mine", "Mine", "Hello")
    assert command_line("pack", "previous").out == "There are none.\n"
    command_line("pack", "install", str(mine))
    metadata = mine / "pack_metadata.json"
    metadata.write_text(metadata.read_text().replace("1.0.0", "2.0.0"))
    assert "Mine 2.0.0 is installed in place of 1.0.0." in command_line("pack", "install", str(mine)).out
    assert "Mine 1.0.0 is back in place of 2.0.0." in command_line("pack", "restore", "Mine").out
    [kept] = command_line("pack", "previous", "--json").document
    assert (kept["id"], kept["version"]) == ("Mine", "2.0.0")
    assert command_line("pack", "remove", "Mine").out.startswith("Mine was removed.")
    assert "Hello" in command_line.refused("run", "!Hello")
    assert "There is no pack 'Mine'" in command_line.refused("pack", "remove", "Mine")
    [again] = command_line("pack", "restore", "Mine", "--json").document
    assert (again["version"], again["replaced"]) == ("1.0.0", "")


def test_a_running_server_uses_a_pack_at_once(command_line: CommandLine, tmp_path: Path) -> None:
    mine = a_pack(tmp_path / "Mine", "Mine", "Hello")
    with serving(command_line.home):
        command_line("pack", "install", str(mine))
        assert command_line("run", "!Hello").out.strip() == "mine"
        command_line("pack", "remove", "Mine")
        assert "Hello" in command_line.refused("run", "!Hello")
