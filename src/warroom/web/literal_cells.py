"""A Markdown parser that shows cells of generated tables literally (`tables.py` says which those are).

It is a module of its own because its library takes memory, and only processes that show entries need it.
"""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from warroom.web.tables import value_of

MADE = re.compile(r"\|(?! )[^\n]*\n\|(?:---\|)+(?:\n\| [^\n]*)?")
LINK = re.compile(r"\[(?P<text>.*)\]\((?P<target>https?://[^\s\"]*)\)")

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
    """Show a value on a terminal, a link as its address."""
    link = LINK.fullmatch(value)
    text = link["target"] if link and link["text"] == link["target"] else value
    first, *rest = [Token("text", "", 0, content=line) for line in text.split("\n")]
    return [first, *(token for line in rest for token in (Token("hardbreak", "br", 0), line))]


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
