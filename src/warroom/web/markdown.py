"""Texts of entries as HTML that is safe to insert: Markdown through an allow-list, everything else escaped."""

import unicodedata
from html import escape

LONGEST = 200_000  # characters of one text that are shown; the entry's file or the API has the rest
KEPT_CONTROLS = frozenset("\n\t")


def html_of(text: str) -> str:
    r"""Render Markdown; links lead to http and https only, and nothing is fetched.

    >>> html_of("[a](javascript:x) <b>&")
    '<p>[a](javascript:x) &lt;b&gt;&amp;</p>\n'
    """
    from warroom.web.rendering import rendered  # noqa: PLC0415  # 2.5 MB, for when somebody looks at an entry

    return rendered(_cut(visible(text)))


def plain_html_of(text: str) -> str:
    """Show text as it is, line by line.

    >>> plain_html_of("<i>")
    '<pre>&lt;i&gt;</pre>'
    """
    return f"<pre>{escape(_cut(visible(text)))}</pre>"


def without_tags(html: str) -> str:
    """Return the text of HTML.

    >>> without_tags("<p>a <b>b</b></p>")
    'a b'
    """
    from warroom.web.rendering import tagless  # noqa: PLC0415  # as above

    return tagless(html)


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
