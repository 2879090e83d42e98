from itertools import pairwise

import pytest

from tests.web.graph.sketch import book, column, crosses, random_book, task
from warroom.content.playbook import Playbook, TaskKind
from warroom.web.graph.geometry import Lines
from warroom.web.graph.layout import Layout, place
from warroom.web.graph.route import Edge, Route, edges_of, route


def routed(playbook: Playbook) -> tuple[dict[Edge, Route], Layout]:
    layout = place(playbook)
    return {each.edge: each for each in route(edges_of(playbook), layout)}, layout


def crossed(routes: dict[Edge, Route], layout: Layout) -> list[tuple[Edge, str]]:
    """The cards that edges go through, seen on corners, not on curves: those cut corners short."""
    return [
        (edge, task_id)
        for edge, each in routes.items()
        for one, other in pairwise(each.points)
        for task_id, box in layout.boxes.items()
        if crosses(one, other, box)
    ]


def test_a_card_right_below_is_reached_straight() -> None:
    routes, layout = routed(column((450, 50), (450, 225)))
    [only] = routes.values()
    assert only.points == (
        (layout.boxes["0"].middle, layout.boxes["0"].bottom),
        (layout.boxes["1"].middle, layout.boxes["1"].y),
    )


def test_every_part_is_upright_or_level_and_arrives_from_above() -> None:
    routes, layout = routed(random_book(3))
    for edge, each in routes.items():
        assert all((one.x == other.x) != (one.y == other.y) for one, other in pairwise(each.points))
        before, last = each.points[-2:]
        assert before.x == last.x
        assert before.y < last.y == layout.boxes[edge.target].y


def test_a_card_in_the_way_is_passed_by() -> None:
    plan = book(
        task("0", at=(450, 0), none="1", yes="2"),
        task("1", at=(450, 200), none="2"),
        task("2", at=(450, 400)),
    )
    routes, layout = routed(plan)
    assert crossed(routes, layout) == []
    assert len(routes[Edge("0", "yes", "2")].points) == 6


@pytest.mark.parametrize("seed", range(30))
def test_no_edge_crosses_a_card(seed: int) -> None:
    assert crossed(*routed(random_book(seed))) == []


def test_an_edge_that_leads_up_goes_around() -> None:
    plan = book(task("0", at=(450, 0), none="1"), task("1", at=(450, 400), none="2"), task("2", at=(1000, 200)))
    routes, layout = routed(plan)
    assert crossed(routes, layout) == []
    assert layout.boxes["2"].y < layout.boxes["1"].y


def test_errors_leave_and_arrive_beside_the_middle() -> None:
    plan = book(task("0", at=(450, 0), none="1", error="1"), task("1", at=(450, 200)))
    routes, _ = routed(plan)
    plain, error = routes[Edge("0", "#none#", "1")], routes[Edge("0", "#error#", "1")]
    assert {point.x for point in plain.points}.isdisjoint({point.x for point in error.points})


def test_edges_that_lead_elsewhere_do_not_lie_on_each_other() -> None:
    plan = book(
        task("0", TaskKind.START, (450, 0), none="1 2"),
        task("1", at=(200, 200), none="4"),
        task("2", at=(700, 200), none="3"),
        task("3", at=(200, 400)),
        task("4", at=(700, 400)),
    )
    routes, _ = routed(plan)
    parts = [list(pairwise(routes[edge].points)) for edge in (Edge("1", "#none#", "4"), Edge("2", "#none#", "3"))]
    taken: Lines[int] = Lines()
    for one, other in parts[0]:
        taken.add(one, other, 0)
    assert [owner for one, other in parts[1] for owner in taken.along(one, other)] == []


def test_a_label_that_leads_to_a_task_twice_is_one_edge() -> None:
    assert edges_of(book(task("0", none="1 1"), task("1"))) == [Edge("0", "#none#", "1")]


def test_routes_come_in_the_order_of_the_edges() -> None:
    plan = random_book(7)
    layout = place(plan)
    assert [each.edge for each in route(edges_of(plan), layout)] == edges_of(plan)


def test_the_same_playbook_is_always_drawn_the_same() -> None:
    assert routed(random_book(5))[0] == routed(random_book(5))[0]
