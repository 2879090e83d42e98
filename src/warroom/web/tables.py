r"""Tables whose values are shown to the letter: those that code has made, known by their form, and those that we make.

`tableToMarkdown`, ours and Palo Alto's, escapes pipes and backticks and writes line breaks as `<br>`, nothing else. A
path or a message id in a cell would be taken for Markdown: `C:\Users\bob\.aws` has an escape in it, `<a@b>` is a link.
People write tables in another form, and theirs is Markdown.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from warroom.model.json import Json

MADE = re.compile(r"\|(?! )[^\n]*\n\|(?:---\|)+(?:\n\| [^\n]*)?")
BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
ESCAPED = re.compile(r"\\(?=`)|(?P<amp>&amp;)(?=(?:amp;)*lt;)|(?P<lt>&lt;)(?=br)", re.IGNORECASE)
LINK = re.compile(r"\[(?P<text>.*)\]\((?P<target>https?://[^\s\"]*)\)")
SIGNS = re.compile(r"([\\`*_\[\]<>&~|])")
MOST_ROWS = 200

Shown: TypeAlias = Callable[[str], list[Token]]


def with_literal_cells(parser: MarkdownIt, shown: Shown) -> MarkdownIt:
    """Make a parser show the cells of such tables as they are."""

    def literal_cells(state: StateCore) -> None:
        for token in _cells(state):
            token.children = shown(value_of(token.content))

    parser.core.ruler.after("inline", "literal_cells", literal_cells)
    return parser


def linked(value: str) -> list[Token]:
    """Show a value on a page: an address that was made a link stays one, and so does its label, to be read."""
    text = Token("text", "", 0, content=value)
    if (link := LINK.fullmatch(value)) is None:
        return [text]
    if link["text"] == link["target"]:
        text.content = link["target"]
    return [Token("link_open", "a", 1, attrs={"href": link["target"]}), text, Token("link_close", "a", -1)]


def in_lines(value: str) -> list[Token]:
    """Show a value on a terminal, where a link is no more than its address."""
    link = LINK.fullmatch(value)
    text = link["target"] if link and link["text"] == link["target"] else value
    first, *rest = [Token("text", "", 0, content=line) for line in text.split("\n")]
    return [first, *(token for line in rest for token in (Token("hardbreak", "br", 0), line))]


def value_of(cell: str) -> str:
    r"""Give the value that a cell of `tableToMarkdown` was made of; its pipes have been read already.

    >>> value_of(r"one<br>\`two\` &lt;br>")
    'one\n`two` <br>'
    """
    return ESCAPED.sub(_sign, BREAK.sub("\n", cell))


def escaped(text: str) -> str:
    r"""Write a text so that Markdown shows it as it is.

    >>> print(escaped(r"C:\Users\*.dmp"))
    C:\\Users\\\*.dmp
    """
    return SIGNS.sub(r"\\\1", text)


def as_table(contents: Json) -> str:
    """Write a list of objects as a Markdown table; empty when it is none.

    >>> print(as_table([{"host": "FIN-1", "state": "up"}]))
    | host | state |
    | --- | --- |
    | FIN-1 | up |
    """
    rows = contents if isinstance(contents, list) else [contents]
    if not rows or not all(isinstance(row, Mapping) for row in rows):
        return ""
    columns = list(dict.fromkeys(str(key) for row in rows for key in row))
    lines = [_line(list(map(_cell, columns))), _line(["---"] * len(columns))]
    return "\n".join([*lines, *(_line([_cell(row.get(column, "")) for column in columns]) for row in rows[:MOST_ROWS])])


def _cells(state: StateCore) -> Iterator[Token]:
    """Find the cells of the tables that code has made."""
    lines = state.src.split("\n")
    is_made = False
    for token in state.tokens:
        if token.type == "table_open" and token.map:
            is_made = MADE.fullmatch("\n".join(lines[slice(*token.map)][:3])) is not None
        elif token.type == "table_close":
            is_made = False
        elif token.type == "inline" and is_made:
            yield token


def _sign(found: re.Match[str]) -> str:
    return "&" if found["amp"] else "<" if found["lt"] else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Json) -> str:
    return escaped(" ".join(str(value).split()))
