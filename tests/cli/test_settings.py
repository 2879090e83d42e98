from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.settings import read_settings
from warroom.model.errors import InvalidInputError


def test_what_a_command_chooses_counts_before_the_environment(command_line: CommandLine, tmp_path: Path) -> None:
    command_line.monkeypatch.setenv("WARROOM_SPEED", "3")
    command_line.monkeypatch.setenv("WARROOM_HOME", "/elsewhere")
    settings = read_settings(tmp_path, fetch_seconds=2.0)
    assert (settings.home, settings.speed, settings.fetch_seconds) == (tmp_path, 3, 2)


def test_a_choice_that_cannot_be_is_named(command_line: CommandLine, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="The setting fetch_seconds is wrong"):
        read_settings(tmp_path, fetch_seconds=0)
