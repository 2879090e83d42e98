from tests.cli.conftest import CommandLine


def test_our_packs_are_listed(command_line: CommandLine) -> None:
    packs = {pack["id"]: pack for pack in command_line("pack", "list", "--json").document}
    assert {"WarroomBase", "VisionOneResponse"} <= set(packs)
    assert "Print" in packs["WarroomBase"]["scripts"]
    assert packs["WarroomBase"]["name"] in command_line("pack", "list").out


def test_a_broken_pack_file_in_the_data_folder_is_named_with_its_place(command_line: CommandLine) -> None:
    script = command_line.home / "packs" / "Mine" / "Scripts" / "Broken" / "Broken.yml"
    script.parent.mkdir(parents=True)
    (command_line.home / "packs" / "Mine" / "pack_metadata.json").write_text(
        '{"name": "Mine", "currentVersion": "1.0.0"}', encoding="utf-8"
    )
    script.write_text("name: Broken\ncommonfields: [\n", encoding="utf-8")
    assert "Broken.yml:" in command_line.refused("pack", "list")
