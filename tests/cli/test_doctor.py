from pathlib import Path

from tests.cli.conftest import CommandLine
from visionone_sim.testing import RunningTwin


def test_a_folder_without_an_instance_is_not_well(command_line: CommandLine) -> None:
    answer = command_line("doctor")
    assert answer.code == 1
    assert "add one with `warroom instance add`" in answer.out


def test_all_is_well_with_an_instance_that_answers(
    command_line: CommandLine, twin: RunningTwin, key_file: Path
) -> None:
    command_line("instance", "add", "v1", "--integration", "VisionOneResponse", "--param", f"url={twin.url}",
                 "--secret", f"apikey=@{key_file}")  # fmt: skip
    answer = command_line("doctor", "--json")
    assert answer.code == 0
    found = {item["what"]: item for item in answer.document}
    assert found["instance v1"] == {"what": "instance v1", "found": "ok", "ok": True}
    assert all(item["ok"] for item in found.values())


def test_a_key_file_that_others_can_read_is_found(command_line: CommandLine) -> None:
    command_line("incident", "list")
    (command_line.home / "secret.key").chmod(0o644)
    answer = command_line("doctor", "--json")
    [key] = [item for item in answer.document if item["what"] == "secret key"]
    assert not key["ok"]
    assert "chmod 600" in key["found"]
