from pathlib import Path

import pytest

from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack


def test_a_created_incident_is_listed_and_shown(command_line: CommandLine) -> None:
    created = command_line("incident", "create", "Call from the help desk", "--severity", "medium", "--json").document
    assert (created["name"], created["severity"], created["type"]) == ("Call from the help desk", 2, "Unclassified")
    listed = command_line("incident", "list", "--json").document
    assert [incident["id"] for incident in listed] == [created["id"]]
    shown = command_line("incident", "show", created["id"])
    assert shown.code == 0
    assert shown.out.startswith(f"Incident {created['id']}: Call from the help desk\nseverity Medium, status Pending")


def test_the_instance_that_an_incident_is_of_is_listed_and_shown(command_line: CommandLine, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("k")
    command_line("instance", "add", "oslo", "--integration", "VisionOneResponse", "--secret", f"apikey=@{key}")
    created = command_line("incident", "create", "Call", "--instance", "oslo", "--json").document
    command_line("incident", "create", "Another call")
    sources = [each["source"] for each in command_line("incident", "list", "--json").document]
    assert (created["source"], sources) == ("oslo", ["", "oslo"])
    table = command_line("incident", "list").out
    assert ("instance" in table, table.count("oslo")) == (True, 1)
    assert "\nfrom the instance oslo\n" in command_line("incident", "show", created["id"]).out
    assert "from the instance" not in command_line("incident", "show", "2").out
    assert command_line("incident", "show", created["id"], "--json").document["source"] == "oslo"


def test_what_was_run_on_an_incident_stands_in_its_war_room(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    command_line("run", "!Print value=found", "--incident", "1")
    document = command_line("incident", "show", "1", "--json").document
    assert [entry["human_readable"] or entry["contents"] for entry in document["entries"]] == ["found"]


def test_lists_can_be_narrowed(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    command_line("incident", "create", "Two")
    command_line("incident", "close", "1", "--reason", "Resolved")
    by_status = command_line("incident", "list", "--status", "done", "--json").document
    by_text = command_line("incident", "list", "--text", "Two", "--json").document
    assert ([each["id"] for each in by_status], [each["id"] for each in by_text]) == (["1"], ["2"])
    assert by_status[0]["close_reason"] == "Resolved"


def test_without_incidents_a_sentence_says_so(command_line: CommandLine) -> None:
    assert command_line("incident", "list").out == "There are no incidents.\n"
    assert command_line("incident", "list", "--json").document == []


def test_an_unknown_status_is_wrong_usage(command_line: CommandLine) -> None:
    answer = command_line("incident", "list", "--status", "open")
    assert answer.code == 2
    assert "'open' is not one of pending, active, done, archive" in answer.err


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["show", "99"], "99"),
        (["close", "99"], "99"),
        (["create", " "], "needs a name"),
        (["create", "A", "--severity", "grave"], "'grave' is no severity"),
        (["create", "A", "--type", "Unheard"], "There is no incident type `Unheard`"),
        (["create", "A", "--instance", "nobody"], "There is no instance 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_sentence(command_line: CommandLine, argv: list[str], words: str) -> None:
    assert words in command_line.refused("incident", *argv)


def test_a_second_close_is_refused(command_line: CommandLine) -> None:
    command_line("incident", "create", "One")
    command_line("incident", "close", "1", "--reason", "Resolved")
    assert "is closed already (Resolved)" in command_line.refused("incident", "close", "1")


def test_a_hostile_name_does_not_steer_the_terminal(command_line: CommandLine) -> None:
    command_line("incident", "create", "a\x1b[2Jb\rc")
    for argv in (["list"], ["show", "1"]):
        out = command_line("incident", *argv).out
        assert "\x1b" not in out
        assert "\r" not in out
        assert "a[2Jbc" in out


def test_an_incidents_entries_show_where_code_failed_when_asked(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    made = command_line("incident", "create", "Fall", "--json").document["id"]
    command_line("run", "!Stumble", "--incident", made)
    assert "Stumble.py" not in command_line("incident", "show", made).out
    assert 'Stumble.py", line 5, in main' in command_line("incident", "show", made, "--verbose").out
