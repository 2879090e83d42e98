"""Texts of entries as HTML that is safe to insert: Markdown through an allow-list, everything else escaped."""

import unicodedata
from collections import OrderedDict
from html import escape

import nh3
from markdown_it import MarkdownIt

from warroom.model.entry import Entry, EntryFormat
from warroom.web.tables import linked, with_literal_cells

LONGEST = 200_000  # characters of one text that are shown; the entry's file or the API has the rest
HELD = 2048
LONGEST_HELD = 50_000
MARKDOWN_FORMATS = frozenset({EntryFormat.MARKDOWN, EntryFormat.TABLE, EntryFormat.DBOT, EntryFormat.JSON})
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


class EntryTexts:
    """Renders entries; what was rendered is kept by entry, with and without what is masked for its reader."""

    def __init__(self, held: int = HELD) -> None:
        self._most = held
        self._held: OrderedDict[tuple[str, str, bool], str] = OrderedDict()

    def html(self, entry: Entry) -> str:
        """Give an entry's text as HTML."""
        text = entry.readable
        is_markdown = entry.format in MARKDOWN_FORMATS or bool(entry.human_readable)
        key = (entry.id, text, is_markdown)
        if (held := self._held.get(key)) is not None:
            self._held.move_to_end(key)
            return held
        made = html_of(text) if is_markdown else plain_html_of(text)
        if len(made) <= LONGEST_HELD:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}\n\n… {len(text) - LONGEST} more characters are not shown."
