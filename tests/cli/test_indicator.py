"""Indicators on the command line."""

from tests.cli.conftest import CommandLine


def test_one_is_created_found_changed_and_deleted(command_line: CommandLine) -> None:
    made = command_line("indicator", "create", "evil.example.com", "--verdict", "bad", "--json").document
    assert (made["type"], made["verdict"]) == ("Domain", "Bad")
    assert "evil.example.com" in command_line("indicator", "search", "verdict:Bad").out
    assert command_line("indicator", "search", "verdict:Good").out == "No indicator is found.\n"
    after = command_line("indicator", "verdict", made["id"], "good", "--comment", "our own").out
    assert "Domain evil.example.com: Good (set by " in after
    assert "our own" in command_line("indicator", "show", made["id"]).out
    assert "expires: expired" in command_line("indicator", "expire", made["id"]).out
    assert "expires: expired" not in command_line("indicator", "expire", made["id"], "--undo").out
    gone = command_line("indicator", "delete", made["id"], "--exclude", "--reason", "ours").out
    assert gone == f"Indicator {made['id']} was deleted.\n"
    assert "is on the exclusion list" in command_line.refused("indicator", "create", "evil.example.com")


def test_more_than_are_shown_are_told(command_line: CommandLine) -> None:
    for number in range(3):
        command_line("indicator", "create", f"192.0.2.{number}")
    assert "There may be more than these 2" in command_line("indicator", "search", "--limit", "2").out
    assert len(command_line("indicator", "search", "--json").document) == 3


def test_one_that_there_is_not_is_told(command_line: CommandLine) -> None:
    assert "There is no indicator nothing" in command_line.refused("indicator", "show", "nothing")
