from pathlib import Path

from tests.cli.conftest import CommandLine

TREE = Path(__file__).parents[1] / "public_content" / "tree" / "Packs"


def test_our_packs_are_listed(command_line: CommandLine) -> None:
    packs = {pack["id"]: pack for pack in command_line("pack", "list", "--json").document}
    assert {"WarroomBase", "VisionOneResponse"} <= set(packs)
    assert "Print" in packs["WarroomBase"]["scripts"]
    assert packs["WarroomBase"]["name"] in command_line("pack", "list").out


def test_an_installed_pack_is_shown_with_what_of_it_cannot_run(command_line: CommandLine) -> None:
    command_line("pack", "install", str(TREE / "Lanterns"))
    shown = command_line("pack", "show", "Lanterns").out
    assert "What is in Lanterns" in shown
    assert "script DimLantern" in shown
    told = command_line("pack", "show", "Lanterns", "--json").document
    assert [problem["item"] for problem in told["problems"]] == ["DimLantern"]
    assert told["path"] == str(command_line.home / "packs" / "Lanterns")
    assert "There is no pack 'Lamps'" in command_line.refused("pack", "show", "Lamps")


def test_a_broken_pack_file_in_the_data_folder_costs_its_item_alone(command_line: CommandLine) -> None:
    script = command_line.home / "packs" / "Mine" / "Scripts" / "Broken" / "Broken.yml"
    script.parent.mkdir(parents=True)
    (command_line.home / "packs" / "Mine" / "pack_metadata.json").write_text(
        '{"name": "Mine", "currentVersion": "1.0.0"}', encoding="utf-8"
    )
    script.write_text("name: Broken\ncommonfields: [\n", encoding="utf-8")
    mine = command_line("pack", "list", "--json").document[-1]
    assert (mine["name"], mine["scripts"]) == ("Mine", [])
    assert "Scripts/Broken/Broken.yml cannot be read" in command_line.refused("run", "!Broken")
