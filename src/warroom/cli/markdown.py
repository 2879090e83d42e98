"""Markdown of entries on a terminal: no live links, no hidden HTML, tables that stay readable when wide."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.markdown import Markdown, MarkdownElement, TableElement
from rich.table import Table
from rich.text import Text

from warroom.web.literal_cells import in_lines, with_literal_cells

COMFORTABLE = 24  # columns in which prose still reads well
GAP = 2

PARSER = MarkdownIt().enable(["strikethrough", "table"]).disable(["html_block", "html_inline"])
with_literal_cells(PARSER, in_lines)


class EntryMarkdown(Markdown):
    """The text of an entry. A link shows its address, because its label can be misleading."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {**Markdown.elements}

    def __init__(self, text: str) -> None:
        super().__init__("", hyperlinks=False)
        self.parsed = [_with_breaks(token) for token in PARSER.parse(text)]


class ReadableTable(TableElement):
    """A table; one that would have to cut its words is laid out row by row instead."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        header = self.header.row.cells if self.header and self.header.row else []
        headings = [cell.content for cell in header]
        rows = [[cell.content for cell in row.cells] for row in (self.body.rows if self.body else [])]
        columns = [[heading, *column] for heading, *column in zip(headings, *rows, strict=False)]
        widths = [_needed(column) for column in columns]
        left = options.max_width - sum(widths) - GAP * len(widths)
        if left >= 0:
            wished = [_natural(column) for column in columns]
            yield _side_by_side(headings, rows, _widened(widths, wished, left))
        else:
            yield from (_row_by_row(headings, row, options.max_width) for row in rows)


EntryMarkdown.elements["table_open"] = ReadableTable


def _with_breaks(token: Token) -> Token:
    """XSOAR shows a line break where the text has one."""
    for child in token.children or ():
        if child.type == "softbreak":
            child.type = "hardbreak"
        _with_breaks(child)
    return token


def _needed(column: Sequence[Text]) -> int:
    """The width under which a column would cut a word, or become a tall ribbon of prose."""
    words = max((cell_len(word) for text in column for word in text.plain.split()), default=1)
    return max(words, min(_natural(column), COMFORTABLE))


def _natural(column: Sequence[Text]) -> int:
    return max(cell_len(line) for text in column for line in text.plain.split("\n"))


def _widened(widths: Sequence[int], wished: Sequence[int], left: int) -> list[int]:
    """Distribute the rest of the line's width, to the narrowest columns first."""
    widened = list(widths)
    order = sorted(range(len(widths)), key=lambda index: wished[index] - widths[index])
    for served, index in enumerate(order):
        given = min(wished[index] - widths[index], left // (len(order) - served))
        widened[index] += given
        left -= given
    return widened


def _side_by_side(headings: Sequence[Text], rows: Sequence[Sequence[Text]], widths: Sequence[int]) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True, style="markdown.table.border")
    for heading, width in zip(headings, widths, strict=True):
        table.add_column(_styled(heading), overflow="fold", width=width)
    for row in rows:
        table.add_row(*row)
    return table


def _row_by_row(headings: Sequence[Text], row: Sequence[Text], room: int) -> Table:
    table = Table(box=box.SIMPLE, pad_edge=False, collapse_padding=True, show_header=False)
    widest = max((cell_len(heading.plain) for heading in headings), default=0)
    table.add_column(overflow="fold", min_width=min(widest, room // 3))
    table.add_column(overflow="fold")
    for heading, cell in zip(headings, row, strict=False):
        if cell.plain:
            table.add_row(_styled(heading), cell)
    return table


def _styled(heading: Text) -> Text:
    styled = heading.copy()
    styled.stylize("markdown.table.header")
    return styled
