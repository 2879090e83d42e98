from itertools import combinations, pairwise
from typing import Any

import pytest

from tests.web.graph.sketch import book, random_book, task
from warroom.content.playbook import Playbook, TaskKind
from warroom.web.graph.geometry import around
from warroom.web.graph.labels import Label, place_labels
from warroom.web.graph.layout import place
from warroom.web.graph.route import Edge, Route, edges_of, route


def labelled(playbook: Playbook) -> tuple[dict[Edge, Label], list[Route]]:
    layout = place(playbook)
    routes = route(edges_of(playbook), layout)
    return place_labels(routes, layout), routes


CONDITION = book(
    task("0", TaskKind.CONDITION, (450, 0), yes="1", no="2", maybe="3", default="4", error="4"),
    task("1", at=(0, 200)),
    task("2", at=(450, 200)),
    task("3", at=(900, 200)),
    task("4", at=(900, 400)),
)


def test_labels_say_what_a_reader_understands() -> None:
    labels, _ = labelled(CONDITION)
    assert {edge.label: label.text for edge, label in labels.items()} == {
        "yes": "yes",
        "no": "no",
        "maybe": "maybe",
        "#default#": "else",
        "#error#": "on error",
    }


def test_an_edge_without_a_choice_has_no_label() -> None:
    assert labelled(book(task("0", none="1"), task("1")))[0] == {}


def test_each_label_sits_on_its_own_edge() -> None:
    labels, routes = labelled(CONDITION)
    ways = {each.edge: each.points for each in routes}
    for edge, label in labels.items():
        assert any(around(one, other).overlaps(label.box) for one, other in pairwise(ways[edge]))


def test_labels_of_a_condition_do_not_lie_on_each_other_or_on_cards() -> None:
    labels, _ = labelled(CONDITION)
    boxes = [label.box for label in labels.values()]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert not any(box.overlaps(card) for box in boxes for card in place(CONDITION).boxes.values())


@pytest.mark.parametrize("seed", range(15))
def test_labels_do_not_lie_on_each_other(seed: int) -> None:
    labels, _ = labelled(random_book(seed))
    assert not any(one.box.overlaps(other.box) for one, other in combinations(labels.values(), 2))


def test_labels_of_one_way_stand_beside_each_other() -> None:
    plan = book(task("0", TaskKind.CONDITION, (450, 0), yes="1", no="1", maybe="1"), task("1", at=(450, 175)))
    boxes = [label.box for label in labelled(plan)[0].values()]
    assert len(boxes) == 3
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))


def test_a_long_label_is_cut() -> None:
    edges: dict[str, Any] = {"x" * 200: "1"}
    labels, _ = labelled(book(task("0", TaskKind.CONDITION, **edges), task("1")))
    [label] = labels.values()
    assert label.text.endswith("…")
    assert label.box.width < 200


def test_a_label_that_shows_nothing_is_left_out() -> None:
    edges: dict[str, Any] = {"\u202e\u200b": "1"}
    assert labelled(book(task("0", TaskKind.CONDITION, **edges), task("1")))[0] == {}
