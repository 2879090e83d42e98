import sqlite3
from contextlib import closing

from tests.cli.conftest import CommandLine


def test_what_the_command_line_does_is_sealed_when_it_ends_and_found_whole(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    verdict = command_line("audit", "verify", "--json").document
    assert verdict["whole"]
    assert verdict["unsealed"] == 0
    assert verdict["events"] > 0
    command_line("incident", "create", "Two")
    answer = command_line("audit", "verify", "--head", verdict["head"])
    assert answer.code == 0
    assert answer.out.startswith("whole: ")
    log = next(item for item in command_line("doctor", "--json").document if item["what"] == "event log")
    assert log["ok"]
    assert f"seal {answer.out.rpartition(' ')[2].strip()}" in log["found"]


def test_a_changed_event_is_named_with_exit_code_1(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    with closing(sqlite3.connect(command_line.home / "warroom.db")) as database, database:
        database.execute("UPDATE event SET actor = 'eve' WHERE sequence = 1")
    answer = command_line("audit", "verify")
    assert answer.code == 1
    assert "Event 1 (" in answer.out
    assert "NOT WHOLE" in answer.out


def test_a_head_that_is_none_is_refused_in_a_sentence(command_line: CommandLine) -> None:
    for wrong in ("17", ":c0ffee", "x:y", "²:y", "1:c0ffee", f"1:{'g' * 64}", f"-1:{'0' * 64}"):
        assert "NUMBER:HASH" in command_line.refused("audit", "verify", "--head", wrong)


def test_a_key_is_read_as_people_write_fingerprints_and_one_that_is_none_is_refused(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    assert command_line("audit", "verify", "--key", ":".join(["AB"] * 32)).code == 0
    for wrong in ("zz", "ab" * 31, ""):
        assert "is no fingerprint of a key" in command_line.refused("audit", "verify", "--key", wrong)


def test_old_events_are_removed_with_a_reason(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    nothing = command_line.refused("audit", "trim", "--before", "2020-01-01T00:00:00Z", "--reason", "old")
    assert "Nothing was sealed before" in nothing
    done = command_line("audit", "trim", "--before", "2999-01-01T00:00:00Z", "--reason", "old", "--json").document
    assert done["removed"] > 0
    assert command_line("audit", "verify", "--json").document["removed"] == done["removed"]
    assert command_line("audit", "trim", "--before", "soon", "--reason", "old").code == 1


def test_pauses_are_listed_with_who_what_and_why(command_line: CommandLine) -> None:
    assert command_line("audit", "list").out == "Nothing yet.\n"
    command_line("pause", "--reason", "It isolates the wrong hosts.")
    command_line("resume", "--reason", "Fixed.")
    resumed, paused = command_line("audit", "list", "--json").document
    assert (paused["command"], paused["answer"]) == ("pause", "It isolates the wrong hosts.")
    assert (resumed["command"], resumed["answer"], resumed["actor"]) == ("resume", "Fixed.", paused["actor"])
    said = command_line("audit", "list", "--command", "pause").out
    assert "It isolates the wrong hosts." in said
    assert "every instance" in said
    assert "resume" not in said
