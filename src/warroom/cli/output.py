"""How results look on a terminal, and as one JSON document with `--json`."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from warroom.cli.lazy_import import LazyImport
from warroom.cli.printable import printable
from warroom.model.border import laid_out
from warroom.model.entry import EntryFormat, EntryType
from warroom.model.incident import Severity, Status
from warroom.model.json import Json, JsonObject

STATE_STYLES: Mapping[str, str] = {
    "Completed": "green",
    "InProgress": "cyan",
    "Waiting": "yellow",
    "Error": "bold red",
    "WillNotBeExecuted": "dim",
    "cancelled": "dim",
    "completed": "green",
    "failed": "bold red",
    "inprogress": "cyan",
    "replaced": "dim",
    "waiting": "yellow",
}
LONGEST_LINE = 80
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also show where the code failed, and what it printed.")]
MARKDOWN: LazyImport[Callable[[str], RenderableType]] = LazyImport("warroom.cli.markdown:EntryMarkdown")
AS_TABLE: LazyImport[Callable[[Json], str]] = LazyImport("warroom.web.tables:as_table")
MARKDOWN_FORMATS = frozenset({EntryFormat.MARKDOWN, EntryFormat.TABLE})


def console() -> Console:
    return Console(highlight=False)


def print_json(document: Json) -> None:
    """Print one JSON document on standard output, and nothing else."""
    lines = laid_out(document).split("\n")
    sys.stdout.write("\n".join(line if line.isprintable() else _spelled(line) for line in lines) + "\n")


def _spelled(line: str) -> str:
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in line)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
    """Print a table, or a sentence when there is nothing to show."""
    table = Table(title=escape(title), title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell), style=STATE_STYLES.get(cell, "")) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        console().print(escape(empty))


def print_entries(entries: Iterable[JsonObject], *, verbose: bool = False) -> bool:
    """Print entries; says whether one of them is an error."""
    failed = [print_entry(entry, verbose=verbose) for entry in entries]
    return any(failed)


def print_entry(entry: JsonObject, *, verbose: bool = False) -> bool:
    """Print one entry; says whether it is an error. What it holds is shown, never obeyed.

    `verbose` shows where its code failed and what it printed, too.
    """
    out = console()
    is_error = bool(entry["type"] == EntryType.ERROR)
    if (body := _body(entry, is_error=is_error)) is not None:
        out.print(body)
    if file := entry["file"]:
        line = f"{printable(file['name'])}  {file['size']:,} bytes  SHA-256 {file['sha256']}"
        out.print(Text(line), soft_wrap=True)
    if verbose:
        print_code_output(out, entry)
    return is_error


def print_code_output(out: Console, said: JsonObject) -> None:
    """Print where code failed and what it printed, each line with a mark before it."""
    for title, text in (("where the code failed", said["trace"]), ("what the code printed", said["log"])):
        if text:
            lines = printable(text).rstrip("\n").split("\n")
            out.print(Text("\n".join((f"{title}:", *(f"  | {line}" for line in lines))), style="dim"), soft_wrap=True)


def print_said(entries: Iterable[JsonObject]) -> None:
    """Print entries with a line above each that says who said it, when, and by what."""
    for entry in entries:
        instance = f" ({entry['instance']})" if entry["instance"] else ""
        by = f"{entry['actor']} {entry['command']}{instance}".strip()
        console().print(
            Text(printable(f"{moment(entry['created'])[11:]}  {entry['id']}  {by}"), style="dim"), soft_wrap=True
        )
        print_entry(entry)


def first_line(entry: JsonObject) -> str:
    r"""Return the first line of an entry's text, without Markdown's signs.

    >>> first_line({"human_readable": None, "contents": "## Task 7 is **running**\nmore"})
    'Task 7 is running'
    """
    contents = entry["contents"]
    text = printable(entry["human_readable"] or (contents if isinstance(contents, str) else ""))
    line = next((line for line in text.splitlines() if line.strip()), "")
    return line.replace("**", "").lstrip("# ").strip()[:LONGEST_LINE]


def print_line(sentence: str) -> None:
    """Print a line of our own."""
    console().print(Text(printable(sentence)))


def moment(at: str) -> str:
    """Write a time for people, with its zone.

    >>> moment("2026-11-29T10:15:00.5+02:00")
    '2026-11-29 08:15:00 UTC'
    """
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def error_console() -> Console:
    return Console(highlight=False, stderr=True)


def print_refusal(sentence: str) -> None:
    """Print on standard error why something was not done."""
    error_console().print(Text(printable(sentence), style="bold red"), soft_wrap=True)


def severity_label(value: float) -> str:
    return Severity(value).label


def status_label(value: int) -> str:
    return Status(value).name.capitalize()


def _body(entry: JsonObject, *, is_error: bool) -> RenderableType | None:
    """Lay out an entry's text: people's words as Markdown, data as JSON, the rest as it is."""
    readable, contents = entry["human_readable"], entry["contents"]
    table = "" if readable or entry["format"] != EntryFormat.TABLE else AS_TABLE.get()(contents)
    text = printable(readable or table or (contents if isinstance(contents, str) else _as_json(contents)))
    if not text.strip():
        return None
    if is_error:
        return Text(text, style="bold red")
    is_text = isinstance(contents, str) and entry["format"] in MARKDOWN_FORMATS
    return MARKDOWN.get()(text) if readable or table or is_text else Text(text)


def _as_json(contents: Json) -> str:
    return laid_out(contents) if contents else ""
