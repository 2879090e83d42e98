"""Pieces of SVG: text that cannot break out of it, rounded ways, outlines."""

import re
from collections.abc import Sequence

from warroom.web.graph.geometry import Box, Point

CORNER = 14.0
HEAD = 7.0  # of an arrow
CHAMFER = 18.0
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})
PLAIN = re.compile(r"[^A-Za-z0-9_-]")


def escaped(text: str) -> str:
    r"""Text for content and attributes alike.

    >>> escaped("<b title='x'>\x00")
    '&lt;b title=&#39;x&#39;&gt;'
    """
    if text.isascii() and text.isalnum():
        return text
    return NOT_XML.sub("", text).translate(ESCAPES)


def plain_id(key: str) -> str:
    """An element's id for a key, without characters that selectors trip over, different for different keys.

    >>> plain_id("5#2/1")
    '5.23.2.2f.1'
    """
    return PLAIN.sub(lambda match: f".{ord(match[0]):x}.", key)


def number(value: float) -> str:
    """Format a coordinate, without invisible digits.

    >>> number(12.0), number(12.3456)
    ('12', '12.3')
    """
    return f"{value:.1f}".removesuffix(".0")


def way(points: Sequence[Point]) -> str:
    """A path along the points with rounded corners, up to where the arrow's head begins."""
    last = points[-1]
    end = Point(last.x, last.y - HEAD + 1)
    parts = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        parts.append(f"L{_at(_towards(corner, before, radius))}Q{_at(corner)} {_at(_towards(corner, after, radius))}")
    return "".join((*parts, f"L{_at(end)}"))


def head(tip: Point) -> str:
    """The head of an arrow that points down."""
    return f"M{_at(tip)}l-4.5 -{number(HEAD)}h9Z"


def chamfered(box: Box) -> str:
    """A card with pointed sides, at the origin: a condition."""
    middle, right = box.height / 2, box.width
    return (
        f"M{number(CHAMFER)} 0H{number(right - CHAMFER)}L{number(right)} {number(middle)}"
        f"L{number(right - CHAMFER)} {number(box.height)}H{number(CHAMFER)}L0 {number(middle)}Z"
    )


def rounded(box: Box, radius: float, css: str, shift: float = 0) -> str:
    """A rectangle at the origin."""
    at = f' x="{number(shift)}" y="{number(shift)}"' if shift else ""
    size = f'width="{number(box.width)}" height="{number(box.height)}"'
    return f'<rect class="{css}"{at} {size} rx="{number(radius)}"/>'


def _at(point: Point) -> str:
    return f"{number(point.x)} {number(point.y)}"


def _distance(one: Point, other: Point) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _towards(start: Point, end: Point, by: float) -> Point:
    length = _distance(start, end) or 1.0
    return Point(start.x + (end.x - start.x) * by / length, start.y + (end.y - start.y) * by / length)
