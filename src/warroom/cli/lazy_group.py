"""Commands as a table: a command's module is imported when the command is asked for, not to list it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup

from warroom.cli.lazy_import import LazyImport


@dataclass(frozen=True, slots=True)
class Listed:
    """A command (or a group of them): where it is, and its line in the list of commands."""

    at: LazyImport[Any]
    line: str


class LazyGroup(TyperGroup):
    """The commands of a table."""

    table: ClassVar[Mapping[str, Listed]]

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        names: Any = dict.fromkeys(self.table)
        self.commands = names  # only the keys are used: a mistyped word is compared with them

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(self.table)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        return _made(cmd_name, self.table[cmd_name].at.get()) if cmd_name in self.table else None

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help of a group with the table's lines, for which nothing is imported."""
        lines: Any = {name: TyperCommand(name, help=listed.line) for name, listed in self.table.items()}
        mode = self.rich_markup_mode
        listing = TyperGroup(name=self.name, commands=lines, params=self.params, help=self.help, rich_markup_mode=mode)
        listing.format_help(ctx, formatter)


def _made(name: str, found: Any) -> Any:
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        alone = typer.Typer(add_completion=False, rich_markup_mode="rich")
        alone.command()(found)
        command = typer.main.get_command(alone)
    command.name = name
    return command
