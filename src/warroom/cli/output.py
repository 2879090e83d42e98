"""How results look on a terminal, and as one JSON document with `--json`."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from warroom.model.entry import EntryType
from warroom.model.incident import Severity, Status
from warroom.model.json import Json, JsonObject

STATE_STYLES: Mapping[str, str] = {
    "Completed": "green",
    "InProgress": "cyan",
    "Waiting": "yellow",
    "Error": "bold red",
    "WillNotBeExecuted": "dim",
    "completed": "green",
    "failed": "bold red",
    "inprogress": "cyan",
    "waiting": "yellow",
}


def console() -> Console:
    return Console(highlight=False)


def print_json(document: Json) -> None:
    """Print one JSON document on standard output, and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
    """Print a table, or a sentence when there is nothing to show."""
    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, style=STATE_STYLES.get(cell, "")) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        console().print(escape(empty))


def print_entries(entries: Iterable[JsonObject]) -> bool:
    """Print entries as Markdown; says whether one of them is an error."""
    failed = False
    for entry in entries:
        failed = print_entry(entry) or failed
    return failed


def print_entry(entry: JsonObject) -> bool:
    """Print one entry; says whether it is an error. Its text is shown as text, whatever it holds."""
    out = console()
    text = entry["human_readable"] or _as_text(entry["contents"])
    is_error = bool(entry["type"] == EntryType.ERROR)
    if is_error:
        out.print(Text(printable(text), style="bold red"))
    elif text:
        out.print(Markdown(printable(text)))
    if file := entry["file"]:
        out.print(Text(f"{printable(file['name'])}  {file['size']:,} bytes  SHA-256 {file['sha256']}"))
    return is_error


def printable(text: str) -> str:
    r"""Drop what could steer a terminal: control characters and direction overrides, except line breaks and tabs.

    >>> printable("a\x1b[2Jb\u202ec")
    'a[2Jbc'
    """
    return "".join(character for character in text if character in "\n\t" or not _steers(character))


def severity_label(value: float) -> str:
    return Severity(value).label


def status_label(value: int) -> str:
    return Status(value).name.capitalize()


def _steers(character: str) -> bool:
    return (not character.isprintable() and not character.isspace()) or character in _DIRECTIONS


_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _as_text(contents: Json) -> str:
    if isinstance(contents, str):
        return contents
    return f"```json\n{json.dumps(contents, ensure_ascii=False, indent=2)}\n```" if contents else ""
