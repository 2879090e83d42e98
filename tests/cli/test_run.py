from tests.cli.conftest import CommandLine
from tests.cli.content import install_pack


def test_a_command_runs_and_its_entries_are_printed(command_line: CommandLine) -> None:
    answer = command_line("run", "!Print value=hello")
    assert (answer.code, answer.out.strip(), answer.err) == (0, "hello", "")


def test_json_is_one_list_of_entries(command_line: CommandLine) -> None:
    [entry] = command_line("run", "!Print value=hello", "--json").document
    assert {"id", "type", "format", "contents", "human_readable", "context", "file"} <= set(entry)
    assert (entry["type"], entry["human_readable"] or entry["contents"]) == (1, "hello")


def test_an_error_entry_makes_the_exit_code_one(command_line: CommandLine) -> None:
    answer = command_line("run", '!PrintErrorEntry message="It broke."', "--json")
    assert answer.code == 1
    assert [entry["type"] for entry in answer.document] == [4]


def test_an_unknown_command_is_refused_with_the_nearest_names(command_line: CommandLine) -> None:
    sentence = command_line.refused("run", "!trendmicro-visionone-isolate-endpoints endpoint=A")
    assert "did you mean `trendmicro-visionone-isolate-endpoint`" in sentence


def test_a_missing_argument_is_named(command_line: CommandLine) -> None:
    sentence = "Print needs the argument 'value', which is missing or empty. Write value=value."
    assert command_line.refused("run", "!Print") == sentence


def test_an_unknown_argument_is_named_with_those_that_exist(command_line: CommandLine) -> None:
    assert "has no argument 'valu'" in command_line.refused("run", "!Print valu=x")


def test_an_open_quote_is_refused(command_line: CommandLine) -> None:
    assert "not closed" in command_line.refused("run", '!Print value="x')


def test_a_command_without_an_instance_says_how_to_add_one(command_line: CommandLine) -> None:
    sentence = command_line.refused("run", "!trendmicro-visionone-get-endpoint-info endpoint=A")
    assert "warroom instance add" in sentence


def test_an_incident_that_does_not_exist_is_named(command_line: CommandLine) -> None:
    assert "99" in command_line.refused("run", "!Print value=x", "--incident", "99")


def test_no_command_at_all_is_wrong_usage(command_line: CommandLine) -> None:
    answer = command_line("run")
    assert answer.code == 2
    assert "Missing argument" in answer.err


def test_a_script_that_fails_shows_where_and_what_it_printed_when_asked(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    [entry] = command_line("run", "!Stumble stone=flint", "--json").document
    assert (entry["type"], entry["contents"]) == (4, "ValueError: <b>stumbled</b>")
    assert 'File "Desk/Scripts/Stumble/Stumble.py", line 5, in main' in entry["trace"]
    assert entry["log"] == "looking\ndebug: there lies flint {'password': ••••••}"
    told = command_line("run", "!Stumble", "--verbose")
    assert told.code == 1
    assert '  |   File "Desk/Scripts/Stumble/Stumble.py", line 5, in main' in told.out
    assert "  | looking" in told.out
    assert "looking" not in command_line("run", "!Stumble").out


def test_the_log_tells_a_failure_in_one_line(command_line: CommandLine) -> None:
    install_pack(command_line.home)
    told = [line for line in command_line("run", "!Stumble stone=flint").err.splitlines() if line]
    assert len(told) == 1
    assert "pack code failed" in told[0]
    assert "Desk/Scripts/Stumble/Stumble.py" in told[0]
    assert "flint" not in told[0]
