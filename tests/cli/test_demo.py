from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.main import main


def test_a_folder_that_no_demo_made_is_refused_in_one_sentence(command_line: CommandLine) -> None:
    command_line.home.mkdir()
    (command_line.home / "thesis.txt").touch()
    assert "no demo made it" in command_line.refused("demo", "--json")


def test_without_a_folder_it_takes_one_in_the_current_folder(command_line: CommandLine) -> None:
    Path(".demo").mkdir()
    Path(".demo", "thesis.txt").touch()
    with pytest.raises(SystemExit):
        main(["demo", "--json"])
    assert f"{Path('.demo').resolve()} is not empty" in command_line.capsys.readouterr().err
