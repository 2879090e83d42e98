"""Where the labels of edges go: on their own edge, free of other edges and cards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from warroom.web.graph.geometry import Box, Boxes, Lines, Point, centred
from warroom.web.graph.layout import Layout
from warroom.web.graph.route import Edge, Route
from warroom.web.graph.shapes import HEAD
from warroom.web.graph.words import clean, shortened, width

SIZE = 11.0
HEIGHT = 20.0
LONGEST = 150.0
PADDING = 8.0
BEFORE = 28.0  # from where a level part begins: another label may hang there
STEP = 24.0
FARTHEST = 8  # steps from where the line begins
ON_A_LABEL = 100
ON_A_CARD = 50
ON_A_LINE = 10
BESIDE = 40  # its own line


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    box: Box


def place_labels(routes: Sequence[Route], layout: Layout) -> dict[Edge, Label]:
    """Place a label on each edge that has one; the same order of routes makes the same picture."""
    placed, cards = Boxes(), Boxes(layout.boxes.values())
    lines: Lines[Edge] = Lines()
    for route in routes:
        for one, other in pairwise(route.points):
            lines.add(one, other, route.edge)
    found: dict[Edge, Label] = {}
    for route in routes:
        text = shortened(clean(route.edge.text), SIZE, LONGEST)
        if not text:
            continue
        wide = width(text, SIZE) + 2 * PADDING
        ranked = [*enumerate(_places(route, wide)), *enumerate(_beside(route, wide), BESIDE)]
        best, least = ranked[0][1], float("inf")
        for rank, box in ranked:
            strangers = sum(1 for owner in lines.through(box.grown(5)) if owner != route.edge)
            hidden = ON_A_LABEL * len(placed.hit(box)) + ON_A_CARD * len(cards.hit(box))
            if (faults := hidden + ON_A_LINE * strangers + rank) < least:
                best, least = box, faults
            if faults == rank:
                break
        placed.add(best.grown(4))
        found[route.edge] = Label(text, best)
    return found


def _places(route: Route, wide: float) -> Iterator[Box]:
    """Boxes on the way: beside where it turns off, before the arrow, then wherever there is room."""
    parts = list(pairwise(route.points))
    level = [(one, other) for one, other in parts if one.y == other.y]
    upright = [(one, other) for one, other in parts if one.x == other.x]
    for one, other in level[:1]:
        yield from (centred(point, wide, HEIGHT) for point in _along(one, other, wide / 2 + BEFORE, wide / 2 + 14))
    tip = route.points[-1]
    if tip.y - route.points[-2].y > HEIGHT + HEAD:
        yield centred(Point(tip.x, tip.y - HEAD - HEIGHT / 2 - 3), wide, HEIGHT)
    for one, other in upright:
        yield from (centred(point, wide, HEIGHT) for point in _along(one, other, HEIGHT, HEIGHT))
    for one, other in level[1:]:
        yield from (centred(point, wide, HEIGHT) for point in _along(one, other, wide / 2 + 14, wide / 2 + 14))
    yield centred(_between(*parts[0], 0.5), wide, HEIGHT)


def _beside(route: Route, wide: float) -> Iterator[Box]:
    """Boxes beside the way, for several labels that lead the same way."""
    first = centred(_between(*next(pairwise(route.points)), 0.5), wide, HEIGHT)
    return (first.moved(side * (wide + 6), 0) for side in (1, -1, 2, -2))


def _along(one: Point, other: Point, before: float, after: float) -> Iterator[Point]:
    """Points on a line that keep some room to its ends."""
    length = abs(one.x - other.x) + abs(one.y - other.y)
    at = before
    for _ in range(FARTHEST):
        if at > length - after:
            return
        yield _between(one, other, at / length)
        at += STEP


def _between(one: Point, other: Point, part: float) -> Point:
    return Point(one.x + (other.x - one.x) * part, one.y + (other.y - one.y) * part)
