"""The ways of edges: down from one card, along a free lane, down into the other, without crossing a third."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import NamedTuple

from warroom.content.playbook import DEFAULT_LABEL, ERROR_LABEL, NO_LABEL, Playbook
from warroom.web.graph.geometry import Box, Boxes, Lines, Point, around
from warroom.web.graph.layout import MARGIN, Layout

CLEARANCE = 8.0  # between an edge and a card that it passes
LEAVE = (18.0, 28.0, 38.0)  # how far below a card an edge may turn
ARRIVE = (20.0, 30.0, 40.0)  # how far above
LANES = (20.0, 32.0, 44.0)  # beside a card in the way
ERROR_PORT = 96.0  # errors leave and arrive beside the middle
ON_A_CARD = 10_000.0  # what it costs to cross one: only if nothing else is left
ON_AN_EDGE = 400.0  # to run on top of an edge that leads elsewhere
SHORT_DETOUR = 300.0
TURNS = (
    (LEAVE[0], ARRIVE[0]),
    (LEAVE[0], ARRIVE[1]),
    (LEAVE[1], ARRIVE[0]),
    (LEAVE[1], ARRIVE[1]),
    (LEAVE[2], ARRIVE[2]),
)
MOST_LANES = 24
CROWDED = 200  # lines that one is compared with
BUDGET = 20_000  # ways that are tried for one playbook; in a huge one each further edge gets the first


class Edge(NamedTuple):
    """An arrow; one label may lead to several tasks."""

    source: str
    label: str
    target: str

    @property
    def text(self) -> str:
        """Return the text of the edge's label.

        >>> [Edge("1", label, "2").text for label in ("#none#", "#default#", "#error#", "yes")]
        ['', 'else', 'on error', 'yes']
        """
        return {NO_LABEL: "", DEFAULT_LABEL: "else", ERROR_LABEL: "on error"}.get(self.label, self.label)

    @property
    def is_error(self) -> bool:
        return self.label == ERROR_LABEL


@dataclass(frozen=True, slots=True)
class Route:
    """The corners of an edge's way, from the lower side of one card to the upper side of the other."""

    edge: Edge
    points: tuple[Point, ...]


def edges_of(playbook: Playbook) -> list[Edge]:
    return [
        Edge(task.id, label, target)
        for task in playbook.tasks.values()
        for label, targets in task.next.items()
        for target in dict.fromkeys(targets)
    ]


def route(edges: Sequence[Edge], layout: Layout) -> list[Route]:
    """Find a way for each edge; short ones choose first."""
    router = _Router(
        layout,
        cards=Boxes(box.grown(CLEARANCE) for box in layout.boxes.values()),
        leaving=Counter(edge.source for edge in edges),
        arriving=Counter(edge.target for edge in edges),
    )
    by_length = sorted(edges, key=lambda edge: (_distance(edge, layout.boxes), edge.source, edge.label, edge.target))
    found = {edge: Route(edge, router.way(edge)) for edge in by_length}
    return [found[edge] for edge in edges]


def _distance(edge: Edge, boxes: Mapping[str, Box]) -> float:
    source, target = boxes[edge.source], boxes[edge.target]
    return abs(source.middle - target.middle) + abs(target.y - source.bottom)


@dataclass(slots=True)
class _Router:
    layout: Layout
    cards: Boxes
    leaving: Counter[str]
    arriving: Counter[str]
    taken: Lines[Edge] = field(default_factory=Lines)
    budget: int = BUDGET

    def way(self, edge: Edge) -> tuple[Point, ...]:
        """The first way without a fault and without much of a detour, else the best."""
        best: tuple[Point, ...] = ()
        least = float("inf")
        for points in self._candidates(edge):
            detour = _detour(points)
            cost = detour + self._fault(edge, points, least - detour)
            if cost < least:
                best, least = points, cost
            self.budget -= 1
            if least < SHORT_DETOUR or self.budget < 0:
                break
        for one, other in pairwise(best):
            self.taken.add(one, other, edge)
        return best

    def _candidates(self, edge: Edge) -> Iterator[tuple[Point, ...]]:
        """Yield possible ways, from simple to complicated."""
        start, end = _ports(edge, self.layout.boxes)
        gap = end.y - start.y
        if start.x == end.x and gap > 0:
            yield start, end
        if 0 < gap < LEAVE[0] + ARRIVE[0]:
            yield _corners(start, end, start.y + gap / 2, start.y + gap / 2, end.x)
        joins = self.arriving[edge.target] > self.leaving[edge.source]
        own = (start.x, end.x) if joins else (end.x, start.x)
        yield from _ways(start, end, own, TURNS)
        yield from _ways(start, end, self._lanes(start, end), TURNS)

    def _lanes(self, start: Point, end: Point) -> list[float]:
        """Yield columns beside each card between the two, and outside of all cards; the nearest first."""
        across = Box(0, min(start.y, end.y), self.layout.width, max(start.y, end.y))
        sides = {side for box in self.cards.hit(across) for side in (box.x + CLEARANCE, box.right - CLEARANCE)}
        sides |= {MARGIN, self.layout.width - MARGIN}
        lanes = {round(side + sign * lane) for side in sides for sign in (-1, 1) for lane in LANES}
        near = sorted(lanes, key=lambda lane: (abs(lane - start.x) + abs(lane - end.x), lane))
        return [float(lane) for lane in near[:MOST_LANES]] + [MARGIN - LANES[0], self.layout.width - MARGIN + LANES[0]]

    def _fault(self, edge: Edge, points: Sequence[Point], least: float) -> float:
        """Count the faults of a way (cards that it crosses, edges that it covers), up to the count of another one."""
        fault = 0.0
        last = len(points) - 2
        for number, (one, other) in enumerate(pairwise(points)):
            area = around(one, other)
            if number in (0, last):  # it leaves its own card, and enters the other
                top = area.y + (CLEARANCE + 1 if number == 0 else 0)
                bottom = area.bottom - (CLEARANCE + 1 if number == last else 0)
                area = Box(area.x, top, area.right, max(top, bottom))
            fault += ON_A_CARD * self.cards.count(area)
            if any(not _may_share(edge, there) for there in islice(self.taken.along(one, other), CROWDED)):
                fault += ON_AN_EDGE
            if fault >= least:
                break
        return fault


def _may_share(edge: Edge, other: Edge) -> bool:
    """Ways to the same card may join, ways from the same card may part later; errors keep to themselves."""
    return edge.is_error == other.is_error and (edge.target == other.target or edge.source == other.source)


def _ports(edge: Edge, boxes: Mapping[str, Box]) -> tuple[Point, Point]:
    source, target = boxes[edge.source], boxes[edge.target]
    leaves, arrives = source.middle, target.middle
    if edge.is_error:
        side = 1 if arrives >= leaves else -1
        leaves, arrives = leaves + side * _reach(source), arrives - side * _reach(target)
        if source.middle == target.middle:
            arrives = leaves
    return Point(leaves, source.bottom), Point(arrives, target.y)


def _reach(box: Box) -> float:
    return min(ERROR_PORT, box.width / 2 - 24)


def _corners(start: Point, end: Point, leave: float, arrive: float, lane: float) -> tuple[Point, ...]:
    """Return the corners: down, to the lane, along it, to the target and in, without needless ones."""
    written = (
        start,
        Point(start.x, leave),
        Point(lane, leave),
        Point(lane, arrive),
        Point(end.x, arrive),
        end,
    )
    points = [written[0]]
    for point in written[1:]:
        if point == points[-1]:
            continue
        if len(points) > 1 and (points[-2].x == points[-1].x == point.x or points[-2].y == points[-1].y == point.y):
            points[-1] = point
        else:
            points.append(point)
    return tuple(points)


def _ways(
    start: Point, end: Point, lanes: Iterable[float], turns: Sequence[tuple[float, float]]
) -> Iterator[tuple[Point, ...]]:
    for leave, arrive in turns:
        for lane in lanes:
            yield _corners(start, end, start.y + leave, end.y - arrive, lane)


def _detour(points: Sequence[Point]) -> float:
    """How much longer a way is than it had to be."""
    length = sum(abs(one.x - other.x) + abs(one.y - other.y) for one, other in pairwise(points))
    return length - abs(points[0].x - points[-1].x) - abs(points[0].y - points[-1].y)
