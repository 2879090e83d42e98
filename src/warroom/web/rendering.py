"""Markdown as HTML, and HTML without what could act: the libraries for both, which only a page of entries needs."""

import nh3
from markdown_it import MarkdownIt

from warroom.web.literal_cells import linked, with_literal_cells

BLOCKS = {"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "ul"}
TABLES = {"table", "tbody", "td", "th", "thead", "tr"}
WORDS = {"a", "b", "br", "code", "del", "em", "i", "s", "strong"}
LINK_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

_PARSER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"]).disable("image")
with_literal_cells(_PARSER, linked)


def rendered(text: str) -> str:
    r"""Render Markdown; links lead to http and https only, and nothing is fetched.

    >>> rendered("[a](javascript:x) <b>&")
    '<p>[a](javascript:x) &lt;b&gt;&amp;</p>\n'
    """
    return nh3.clean(
        _PARSER.render(text),
        tags=BLOCKS | TABLES | WORDS,
        attributes=LINK_ATTRIBUTES,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )


def tagless(html: str) -> str:
    """Return the text of HTML.

    >>> tagless("<p>a <b>b</b></p>")
    'a b'
    """
    return nh3.clean(html, tags=set())
