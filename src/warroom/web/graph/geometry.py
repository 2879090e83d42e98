"""Rectangles, points and lines of a drawing, and where they meet; y grows downwards.

Named tuples and buckets, because drawing a picture takes some ten thousand look-ups of places.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeAlias, TypeVar

BUCKET = 128  # width of the columns and height of the rows in which boxes are looked up
TALL = 3 * BUCKET  # such an area is looked up by columns, others by rows
NEAR = 8  # lines closer than about this count as one

Owner = TypeVar("Owner")


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """A rectangle by its upper left and its lower right corner."""

    x: float
    y: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.x

    @property
    def height(self) -> float:
        return self.bottom - self.y

    @property
    def middle(self) -> float:
        return (self.x + self.right) / 2

    def overlaps(self, other: "Box") -> bool:
        """Whether they share more than a border.

        >>> Box(0, 0, 10, 10).overlaps(Box(9, 9, 20, 20)), Box(0, 0, 10, 10).overlaps(Box(10, 0, 20, 10))
        (True, False)
        """
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def grown(self, by: float) -> "Box":
        return Box(self.x - by, self.y - by, self.right + by, self.bottom + by)

    def moved(self, dx: float, dy: float) -> "Box":
        return Box(self.x + dx, self.y + dy, self.right + dx, self.bottom + dy)


def centred(at: Point, width: float, height: float) -> Box:
    """The box of a size around a point."""
    return Box(at.x - width / 2, at.y - height / 2, at.x + width / 2, at.y + height / 2)


def around(one: Point, other: Point) -> Box:
    """The smallest box that holds both points; of an upright or level line it has no area, but still crosses boxes."""
    return Box(min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y))


class Boxes:
    """An index of boxes by position."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._columns: defaultdict[int, list[Box]] = defaultdict(list)
        self._rows: defaultdict[int, list[Box]] = defaultdict(list)
        for box in boxes:
            self.add(box)

    def add(self, box: Box) -> None:
        for column in _buckets(box.x, box.right):
            self._columns[column].append(box)
        for row in _buckets(box.y, box.bottom):
            self._rows[row].append(box)

    def hit(self, area: Box) -> set[Box]:
        """The boxes that overlap an area."""
        return {box for box in self._near(area) if box.overlaps(area)}

    def count(self, area: Box) -> int:
        """Return about how many boxes overlap an area: one in several rows can count more than once."""
        left, top, right, bottom = area
        return sum(1 for x, y, r, b in self._near(area) if x < right and left < r and y < bottom and top < b)

    def _near(self, area: Box) -> Iterator[Box]:
        if area.bottom - area.y > TALL:
            return (box for key in _buckets(area.x, area.right) for box in self._columns.get(key, ()))
        return (box for key in _buckets(area.y, area.bottom) for box in self._rows.get(key, ()))


_Buckets: TypeAlias = defaultdict[int, list[tuple[float, float, float, Owner]]]  # position, start, end, owner


class Lines(Generic[Owner]):
    """Vertical and horizontal lines with their owners."""

    def __init__(self) -> None:
        self._upright: _Buckets[Owner] = defaultdict(list)
        self._level: _Buckets[Owner] = defaultdict(list)

    def add(self, one: Point, other: Point, owner: Owner) -> None:
        if one.x == other.x:
            self._upright[int(one.x // NEAR)].append((one.x, min(one.y, other.y), max(one.y, other.y), owner))
        else:
            self._level[int(one.y // NEAR)].append((one.y, min(one.x, other.x), max(one.x, other.x), owner))

    def along(self, one: Point, other: Point) -> Iterator[Owner]:
        """Return the owners of lines on top of this one, or very near to it."""
        if one.x == other.x:
            return _overlapping(self._upright, one.x - NEAR, one.x + NEAR, (one.y, other.y))
        return _overlapping(self._level, one.y - NEAR, one.y + NEAR, (one.x, other.x))

    def through(self, area: Box) -> Iterator[Owner]:
        """Return the owners of lines through an area."""
        yield from _overlapping(self._upright, area.x, area.right, (area.y, area.bottom))
        yield from _overlapping(self._level, area.y, area.bottom, (area.x, area.right))


def has_overlap(boxes: Iterable[Box]) -> bool:
    """Whether any two boxes overlap."""
    placed = Boxes()
    for box in boxes:
        if placed.count(box):
            return True
        placed.add(box)
    return False


def _buckets(low: float, high: float) -> range:
    return range(int(low // BUCKET), int(high // BUCKET) + 1)


def _overlapping(lines: _Buckets[Owner], low: float, high: float, span: tuple[float, float]) -> Iterator[Owner]:
    begin, end = min(span), max(span)
    for key in range(int(low // NEAR), int(high // NEAR) + 1):
        for at, start, stop, owner in lines.get(key, ()):
            if low < at < high and start < end and begin < stop:
                yield owner
