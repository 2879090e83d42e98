r"""Tables whose values are shown literally: those made by code, recognized by their form, and our own.

`tableToMarkdown`, ours and Palo Alto's, escapes pipes and backticks and writes line breaks as `<br>`, nothing else. A
path or a message id in a cell would be taken for Markdown: `C:\Users\bob\.aws` has an escape in it, `<a@b>` is a link.
People write tables in another form, and theirs is Markdown.
"""

import re
from collections.abc import Mapping, Sequence

from warroom.model.json import Json

BREAK = re.compile(r"<br ?/?>", re.IGNORECASE)
ESCAPED = re.compile(r"\\(?=`)|(?P<amp>&amp;)(?=(?:amp;)*lt;)|(?P<lt>&lt;)(?=br)", re.IGNORECASE)
SIGNS = re.compile(r"([\\`*_\[\]<>&~|])")
MOST_ROWS = 200


def value_of(cell: str) -> str:
    r"""Return the value that a cell of `tableToMarkdown` was made of; its pipes have been read already.

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


def _sign(found: re.Match[str]) -> str:
    return "&" if found["amp"] else "<" if found["lt"] else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: Json) -> str:
    return escaped(" ".join(str(value).split()))
