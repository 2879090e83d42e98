import re
from pathlib import Path
from shutil import copytree

from tests.cli.conftest import CommandLine
from tests.content.written import a_pack

TREE = Path(__file__).parents[1] / "public_content" / "tree" / "Packs"
PACKS = Path(__file__).parents[2] / "Packs"


def test_our_packs_are_right(command_line: CommandLine) -> None:
    answer = command_line("pack", "validate", str(PACKS))
    assert answer.code == 0, answer.out
    assert answer.out.startswith("0 errors, 0 warnings in ")
    assert answer.out.endswith(" items of 3 packs.\n")


def test_what_a_pack_names_in_vain_is_an_error(command_line: CommandLine, tmp_path: Path) -> None:
    pack = copytree(PACKS / "VisionOneResponse", tmp_path / "VisionOneResponse")
    [kind] = (pack / "IncidentTypes").iterdir()
    kind.write_text(kind.read_text(encoding="utf-8").replace("Vision One - Alert Router", "Alert Rooter"), "utf-8")

    answer = command_line("pack", "validate", str(pack), "--json")

    assert answer.code == 1
    [finding] = answer.document
    assert (finding["rule"], finding["file"]) == ("unknown-playbook", str(kind))


def test_a_zip_is_built_validated_and_installed(command_line: CommandLine, tmp_path: Path) -> None:
    built = command_line("pack", "build", str(PACKS / "WarroomBase"), "-o", str(tmp_path / "dist"), "--json").document
    assert built["items"] == len(list((PACKS / "WarroomBase" / "Scripts").iterdir()))

    assert command_line("pack", "validate", built["path"]).code == 0
    assert "Warroom Base 1.0.0 is installed" in command_line("pack", "install", built["path"]).out
    paths = [pack["path"] for pack in command_line("pack", "list", "--json").document]
    assert any(path.startswith(str(command_line.home)) for path in paths)


def test_what_is_no_pack_is_refused_in_one_sentence(command_line: CommandLine, tmp_path: Path) -> None:
    assert "give the folder of one pack" in command_line.refused("pack", "build", str(tmp_path))
    assert "There is no pack at" in command_line.refused("pack", "install", str(tmp_path / "gone.zip"))
    assert "There is no pack at" in command_line.refused("pack", "validate", str(tmp_path / "gone.zip"))


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
