from collections import Counter
from itertools import combinations, pairwise

import pytest

from warroom.web.graph.layers import in_layers

CARD = (300.0, 72.0)


def boxes_of(*pairs: str) -> tuple[dict[str, tuple[float, float]], list[tuple[str, str]]]:
    edges = [(pair[0], pair[1]) for pair in pairs]
    return {name: CARD for edge in edges for name in edge}, edges


@pytest.mark.parametrize("pairs", [("ab",), ("ab", "ac", "bd", "cd"), ("ab", "bc", "cd", "ad", "ac"), ("ab", "cd")])
def test_edges_lead_down_and_nothing_overlaps(pairs: tuple[str, ...]) -> None:
    sizes, edges = boxes_of(*pairs)
    boxes = in_layers(sizes, edges)
    assert all(boxes[source].bottom < boxes[target].y for source, target in edges)
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))


def test_a_chain_is_straight() -> None:
    sizes, edges = boxes_of("ab", "bc", "cd")
    assert len(Counter(round(box.middle) for box in in_layers(sizes, edges).values())) == 1


def test_branches_stand_even_about_their_condition() -> None:
    sizes, edges = boxes_of("ab", "ac", "bd", "cd")
    boxes = in_layers(sizes, edges)
    assert boxes["a"].middle == pytest.approx((boxes["b"].middle + boxes["c"].middle) / 2)
    assert boxes["d"].middle == pytest.approx(boxes["a"].middle)


def test_branches_are_ordered_so_that_edges_do_not_cross() -> None:
    # b and c come in one order, d and e would cross in the order of their names.
    sizes, edges = boxes_of("ab", "ac", "be", "cd")
    boxes = in_layers(sizes, edges)
    assert (boxes["b"].x < boxes["c"].x) == (boxes["e"].x < boxes["d"].x)


def test_a_long_edge_moves_what_it_passes_aside() -> None:
    sizes, edges = boxes_of("ab", "bc", "cd", "ad")
    boxes = in_layers(sizes, edges)
    assert boxes["b"].middle != pytest.approx(boxes["a"].middle)
    assert boxes["c"].middle == pytest.approx(boxes["b"].middle)


def test_sizes_are_kept_and_a_layer_is_as_high_as_its_highest() -> None:
    boxes = in_layers({"a": CARD, "b": (900.0, 600.0), "c": CARD, "d": CARD}, [("a", "b"), ("a", "c"), ("c", "d")])
    assert (boxes["b"].width, boxes["b"].height) == (900.0, 600.0)
    assert boxes["d"].y > boxes["b"].bottom
    assert boxes["c"].y + boxes["c"].height / 2 == pytest.approx(boxes["b"].y + 300)


def test_a_mad_graph_is_laid_out_in_no_time() -> None:
    names = [f"{number:04}" for number in range(1500)]
    edges = [*pairwise(names), *((names[0], name) for name in names[2:])]
    boxes = in_layers(dict.fromkeys(names, CARD), edges)
    assert all(boxes[source].bottom < boxes[target].y for source, target in edges)


def test_a_task_that_nothing_leads_to_is_placed_as_well() -> None:
    assert set(in_layers({"a": CARD, "b": CARD}, [])) == {"a", "b"}
