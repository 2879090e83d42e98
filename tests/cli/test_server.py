from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.server import run_server
from warroom.model.errors import InvalidInputError


def test_a_setting_that_cannot_be_is_told_before_anything_is_served(command_line: CommandLine, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="The setting speed is wrong"):
        run_server(tmp_path, {"speed": 0}, None, False)
    assert list(tmp_path.glob("lock")) == []
