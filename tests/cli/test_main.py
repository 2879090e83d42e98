import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from tests.cli.conftest import CommandLine
from warroom.cli.main import app

PROGRAM = "from warroom.cli.main import main; main()"


def _leaves(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of the tree that Typer builds; its classes are private to Typer."""
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from _leaves(command.get_command(None, name), (*path, name))


LEAVES = dict(_leaves(typer.main.get_command(app)))
PRINT_NOTHING = {("serve",), ("shell",)}  # they stay until they are left


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_helps_with_an_example_on_a_line_of_its_own(
    command_line: CommandLine, path: tuple[str, ...]
) -> None:
    answer = command_line(*path, "--help")
    assert answer.code == 0
    assert [line for line in answer.out.splitlines() if line.strip().startswith("Example: ")]


@pytest.mark.parametrize("path", sorted(set(LEAVES) - PRINT_NOTHING), ids=" ".join)
def test_every_command_with_output_offers_it_as_json(path: tuple[str, ...]) -> None:
    assert "--json" in [option for parameter in LEAVES[path].params for option in parameter.opts]


def test_the_version_is_printed(command_line: CommandLine) -> None:
    answer = command_line("--version")
    assert answer.code == 0
    assert answer.out.startswith("warroom ")


def test_no_noise_about_completion_of_the_systems_shell(command_line: CommandLine) -> None:
    assert "--install-completion" not in command_line("--help").out


@pytest.mark.parametrize("argv", [["nope"], ["run"], ["instance", "nope"], ["incident", "list", "--nope"]])
def test_wrong_usage_is_exit_code_two(command_line: CommandLine, argv: list[str]) -> None:
    answer = command_line(*argv)
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err


def test_a_mistyped_command_is_told_what_was_meant(command_line: CommandLine) -> None:
    assert "Did you mean 'incident'?" in command_line("incidnt").err


def test_a_server_does_not_carry_the_prompt_and_the_twin_about() -> None:
    heavy = "{'prompt_toolkit', 'visionone_sim'}"
    code = f"import sys, warroom.cli.main, warroom.cli.server; print({heavy} & {{*sys.modules}})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_the_end_of_a_command_looks_for_no_garbage() -> None:
    code = f"import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 1000)); {PROGRAM}"
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["True"]


def test_a_database_that_does_not_answer_is_one_sentence(command_line: CommandLine) -> None:
    command_line.monkeypatch.setenv("WARROOM_DATABASE_URL", "postgresql://127.0.0.1:1/nobody")
    assert "The database does not work" in command_line.refused("incident", "list")


def test_a_refusal_of_the_program_is_one_line_on_standard_error(command_line: CommandLine) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--home", str(command_line.home), "run", "!Nope"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("There is no command `Nope`")
    assert done.stderr.count("\n") == 1
