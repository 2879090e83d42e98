"""Lays out a graph without positions: in layers by distance, ordered to avoid crossings, then aligned.

Sugiyama's method: an edge that spans several layers gets a narrow waypoint in each, so that no card is placed on it.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from warroom.web.graph.geometry import Box, Point, centred

GAP_ACROSS = 48.0
GAP_DOWN = 56.0
WAY_POINT = 28.0  # the width that a passing edge keeps free
SWEEPS = 8
MOST_WAY_POINTS = 20_000  # a huge playbook is drawn without, to save minutes
STRAIGHTNESS = 6.0  # the weight of a long edge's straightness over a short one's

Size = tuple[float, float]
Pair = tuple[str, str]  # from, to
Node = str | tuple[str, str, int]  # a task, or the way point of an edge in a layer


@dataclass(slots=True)
class _Graph:
    """Nodes in layers; `up` and `down` only ever lead to the next layer."""

    layers: list[list[Node]] = field(default_factory=list)
    up: defaultdict[Node, list[Node]] = field(default_factory=lambda: defaultdict(list))
    down: defaultdict[Node, list[Node]] = field(default_factory=lambda: defaultdict(list))


def in_layers(sizes: Mapping[str, Size], pairs: Iterable[Pair]) -> dict[str, Box]:
    """Place every node so that no two overlap and edges lead downwards; the graph has no circle."""
    edges = sorted({pair for pair in pairs if pair[0] != pair[1]})
    graph = _layered(_ranks(sizes, edges), edges)
    _order(graph)
    middles = _align(graph, sizes)
    boxes: dict[str, Box] = {}
    top = 0.0
    for layer in graph.layers:
        height = max(sizes[node][1] for node in layer if isinstance(node, str))
        for node in layer:
            if isinstance(node, str):
                boxes[node] = centred(Point(middles[node], top + height / 2), *sizes[node])
        top += height + GAP_DOWN
    return boxes


def _ranks(nodes: Iterable[str], edges: Sequence[Pair]) -> dict[str, int]:
    """Return the length of the longest way to each node."""
    ranks = dict.fromkeys(nodes, 0)
    waits: defaultdict[str, int] = defaultdict(int)
    leads: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in edges:
        leads[source].append(target)
        waits[target] += 1
    ready = [node for node in ranks if not waits[node]]
    while ready:
        node = ready.pop()
        for target in leads[node]:
            ranks[target] = max(ranks[target], ranks[node] + 1)
            waits[target] -= 1
            if not waits[target]:
                ready.append(target)
    return ranks


def _layered(ranks: Mapping[str, int], edges: Sequence[Pair]) -> _Graph:
    graph = _Graph(layers=[[] for _ in range(max(ranks.values(), default=-1) + 1)])
    for node, rank in ranks.items():
        graph.layers[rank].append(node)
    if sum(ranks[target] - ranks[source] for source, target in edges) > MOST_WAY_POINTS:
        edges = [edge for edge in edges if ranks[edge[1]] - ranks[edge[0]] == 1]
    for source, target in edges:
        above: Node = source
        for rank in range(ranks[source] + 1, ranks[target]):
            way_point: Node = (source, target, rank)
            graph.layers[rank].append(way_point)
            _join(graph, above, way_point)
            above = way_point
        _join(graph, above, target)
    return graph


def _join(graph: _Graph, above: Node, below: Node) -> None:
    graph.down[above].append(below)
    graph.up[below].append(above)


def _order(graph: _Graph) -> None:
    """Order each layer by the middle of its neighbours, down and up in turn, and keep the best."""
    best, fewest = [list(layer) for layer in graph.layers], _crossings(graph)
    for sweep in range(SWEEPS):
        if fewest == 0:
            break
        downwards = sweep % 2 == 0
        near = graph.up if downwards else graph.down
        layers = graph.layers if downwards else graph.layers[::-1]
        for fixed, layer in pairwise(layers):
            place = {node: number for number, node in enumerate(fixed)}
            here = {node: number for number, node in enumerate(layer)}
            layer.sort(key=lambda node, place=place, here=here: _wish(near[node], place, here[node]))  # type: ignore[misc]  # mypy does not infer a lambda with defaults
        crossings = _crossings(graph)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in graph.layers], crossings
    graph.layers = best


def _wish(near: Sequence[Node], place: Mapping[Node, int], here: int) -> float:
    return median(place[node] for node in near) if near else here


def _crossings(graph: _Graph) -> int:
    total = 0
    for layer, below in pairwise(graph.layers):
        place = {node: number for number, node in enumerate(below)}
        ends = [end for node in layer for end in sorted(place[target] for target in graph.down[node])]
        before: list[int] = []
        for end in ends:
            total += len(before) - bisect_right(before, end)
            insort(before, end)
    return total


def _align(graph: _Graph, sizes: Mapping[str, Size]) -> dict[Node, float]:
    """Move the middles of nodes towards those of their neighbours, order and distances kept."""
    middles = _packed(graph, sizes)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        near = graph.up if downwards else graph.down
        for layer in graph.layers if downwards else graph.layers[::-1]:
            _settle(layer, near, middles, sizes)
    return middles


def _packed(graph: _Graph, sizes: Mapping[str, Size]) -> dict[Node, float]:
    """Lay each layer out from its middle."""
    middles: dict[Node, float] = {}
    for layer in graph.layers:
        offsets = _offsets(layer, sizes)
        shift = (offsets[-1] + offsets[0]) / 2
        middles.update({node: offset - shift for node, offset in zip(layer, offsets, strict=True)})
    return middles


def _settle(
    layer: list[Node], near: Mapping[Node, list[Node]], middles: dict[Node, float], sizes: Mapping[str, Size]
) -> None:
    """Put the nodes of one layer as close to their desired positions as their order allows (least squares)."""
    offsets = _offsets(layer, sizes)
    blocks: list[tuple[float, float, int]] = []  # mean of wishes without offsets, weight, nodes
    for node, offset in zip(layer, offsets, strict=True):
        wish, weight = _pull(node, near.get(node, ()), middles)
        mean, count = wish - offset, 1
        while blocks and blocks[-1][0] > mean:
            other, heavy, several = blocks.pop()
            mean = (mean * weight + other * heavy) / (weight + heavy)
            weight, count = weight + heavy, count + several
        blocks.append((mean, weight, count))
    means = [mean for mean, _, count in blocks for _ in range(count)]
    middles.update({node: mean + offset for node, mean, offset in zip(layer, means, offsets, strict=True)})


def _pull(node: Node, near: Sequence[Node], middles: Mapping[Node, float]) -> tuple[float, float]:
    """Return the best place of a node, and its weight."""
    if not near:
        return middles[node], 0.1
    weights = [STRAIGHTNESS if isinstance(node, tuple) and isinstance(other, tuple) else 1.0 for other in near]
    total = sum(weights)
    return sum(weight * middles[other] for weight, other in zip(weights, near, strict=True)) / total, total


def _offsets(layer: Sequence[Node], sizes: Mapping[str, Size]) -> list[float]:
    """Return the centres of nodes packed at the minimum distance, the first one at 0."""
    offsets: list[float] = []
    position, before = 0.0, 0.0
    for node in layer:
        width = sizes[node][0] if isinstance(node, str) else WAY_POINT
        if offsets:
            position += (before + width) / 2 + GAP_ACROSS
        offsets.append(position)
        before = width
    return offsets
