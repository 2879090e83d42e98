from pathlib import Path
from shutil import copytree

from tests.cli.conftest import CommandLine

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
