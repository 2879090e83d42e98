from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
import typer.main

from warroom.cli.lazy_group import LazyGroup, Listed
from warroom.cli.lazy_import import LazyImport
from warroom.cli.main import Commands
from warroom.cli.pack import Commands as PackCommands
from warroom.cli.playbook import Commands as PlaybookCommands

TABLES: Mapping[str, type[LazyGroup]] = {
    "warroom": Commands,
    "warroom pack": PackCommands,
    "warroom playbook": PlaybookCommands,
}
LISTED = [(name, command) for name, group in TABLES.items() for command in group.table]


class Broken(LazyGroup):
    """Its one command cannot be imported."""

    table: ClassVar[Mapping[str, Listed]] = {"late": Listed(LazyImport("nowhere.at_all:it"), "Do it later.")}


def made(group: type[LazyGroup]) -> Any:
    return typer.main.get_group(typer.Typer(cls=group, help="A group.", rich_markup_mode="rich"))


@pytest.mark.parametrize(("group", "name"), LISTED, ids=" ".join)
def test_the_line_in_the_table_is_what_the_command_says_of_itself(group: str, name: str) -> None:
    command = made(TABLES[group]).get_command(None, name)
    assert command.name == name
    first_paragraph = command.help.partition("\n\n")[0]
    assert TABLES[group].table[name].line == " ".join(first_paragraph.split())


def test_a_list_of_commands_imports_none_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        made(Broken)(["--help"])
    shown = capsys.readouterr().out
    assert ["late", "Do", "it", "later."] in [line.strip("│ ").split() for line in shown.splitlines()]


def test_an_unknown_word_is_no_command() -> None:
    assert made(Commands).get_command(None, "nope") is None
