from tests.cli.conftest import CommandLine

COLLECT = "Vision One - Credential Dumping - Collect Evidence"


def test_playbooks_are_listed(command_line: CommandLine) -> None:
    assert COLLECT in [item["name"] for item in command_line("playbook", "list", "--json").document]
    assert COLLECT in command_line("playbook", "list").out


def test_a_playbook_runs_to_its_end(command_line: CommandLine) -> None:
    command_line("incident", "create", "Not about credentials")
    answer = command_line("playbook", "run", COLLECT, "--incident", "1", "--wait", "--json")
    assert (answer.code, answer.document["state"], answer.document["incident"]) == (0, "completed", "1")
    assert {"id", "name", "state", "branch", "seconds", "error"} <= set(answer.document["tasks"][0])
    assert f"{COLLECT}: completed" in command_line("incident", "show", "1").out


def test_an_unknown_playbook_is_refused(command_line: CommandLine) -> None:
    assert "There is no playbook `Nope`" in command_line.refused("playbook", "run", "Nope")


def test_an_unknown_input_is_refused(command_line: CommandLine) -> None:
    assert "has no input 'colour'" in command_line.refused("playbook", "run", COLLECT, "--input", "colour=red")
