import pytest

from tests.cli.conftest import CommandLine
from warroom.cli.opened import pairs
from warroom.model.errors import InvalidInputError


def test_a_value_may_hold_an_equals_sign() -> None:
    assert pairs(["query=a=b"], "--input") == {"query": "a=b"}


@pytest.mark.parametrize("item", ["key", "=value", ""])
def test_what_is_no_pair_is_refused_with_the_option(item: str) -> None:
    with pytest.raises(InvalidInputError, match="--input takes key=value"):
        pairs([item], "--input")


def test_a_wrong_setting_is_named(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_SPEED", "fast")
    assert "The setting speed is wrong" in command_line.refused("pack", "list")


def test_a_variable_that_should_hold_json_and_does_not_is_named(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_SLA_HOURS", "four")
    assert "sla_hours" in command_line.refused("pack", "list")


def test_a_settings_file_that_is_no_toml_is_refused(command_line: CommandLine) -> None:
    (command_line.home.parent / "elsewhere" / "warroom.toml").write_text("fetch_seconds = \n", encoding="utf-8")
    assert "warroom.toml" in command_line.refused("pack", "list")


def test_an_unknown_setting_in_the_file_is_named(command_line: CommandLine) -> None:
    (command_line.home.parent / "elsewhere" / "warroom.toml").write_text("fetch_minutes = 3\n", encoding="utf-8")
    assert "fetch_minutes" in command_line.refused("pack", "list")


def test_a_data_folder_that_is_a_file_is_refused(command_line: CommandLine) -> None:
    command_line.home.write_text("", encoding="utf-8")
    assert str(command_line.home) in command_line.refused("pack", "list")
