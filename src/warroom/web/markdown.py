"""Texts of entries as HTML that is safe to insert: Markdown through an allow-list, everything else escaped."""

import unicodedata
from html import escape

import nh3
from markdown_it import MarkdownIt

from warroom.web.tables import linked, with_literal_cells

LONGEST = 200_000  # characters of one text that are shown; the entry's file or the API has the rest
KEPT_CONTROLS = frozenset("\n\t")
BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
WORDS = {"a", "b", "br", "code", "del", "em", "i", "s", "strong"}
LINK_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
with_literal_cells(_PARSER, linked)


def html_of(text: str) -> str:
    r"""Render Markdown; links lead to http and https only, and nothing is fetched.

    >>> html_of("[a](javascript:x) <b>&")
    '<p>[a](javascript:x) &lt;b&gt;&amp;</p>\n'
    """
    return nh3.clean(
        _PARSER.render(_cut(visible(text))),
        tags=BLOCKS | TABLES | WORDS,
        attributes=LINK_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def plain_html_of(text: str) -> str:
    """Show text as it is, line by line.

    >>> plain_html_of("<i>")
    '<pre>&lt;i&gt;</pre>'
    """
    return f"<pre>{escape(_cut(visible(text)))}</pre>"


def visible(text: str) -> str:
    """Drop what could make a text look like another one: control, direction and other invisible characters.

    >>> visible("invoice" + chr(0x202E) + "fdp.exe" + chr(0))
    'invoicefdp.exe'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        char for char in text if char in KEPT_CONTROLS or unicodedata.category(char) not in {"Cc", "Cf", "Cs"}
    )


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n\n… {len(text) - LONGEST} more characters are not shown."
