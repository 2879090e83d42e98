from itertools import product
from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from warroom.bootstrap.settings import Settings
from warroom.cli.home import Globals, find_home
from warroom.model.errors import InvalidInputError


@pytest.mark.parametrize(
    ("variable", "written"), list(product([None, "WARROOM_HOME", "warroom_home"], ["", 'home = "/from/the/file"\n']))
)
def test_the_folder_is_the_one_that_the_settings_mean(
    command_line: CommandLine, variable: str | None, written: str
) -> None:
    Path("warroom.toml").write_text(written, encoding="utf-8")
    if variable:
        command_line.monkeypatch.setenv(variable, "/from/the/environment")
    assert find_home(None) == Settings().home
    assert find_home(Path("given")) == Settings(home=Path("given")).home


def test_without_any_setting_it_is_the_usual_one(command_line: CommandLine) -> None:
    assert Globals(None).folder == Settings().home == Path.home() / ".local" / "share" / "warroom"


@pytest.mark.parametrize("written", ["home = 5\n", "home = \n", "home = '\xff'\n"])
def test_a_file_that_names_no_folder_is_told(command_line: CommandLine, written: str) -> None:
    Path("warroom.toml").write_bytes(written.encode("latin-1"))
    with pytest.raises(InvalidInputError, match="Correct"):
        find_home(None)
