from itertools import combinations

import pytest

from tests.web.graph.sketch import book, column, random_book, task
from warroom.content.playbook import TaskKind
from warroom.web.graph.layout import MARGIN, SCALE_X, SCALE_Y, place


def test_the_authors_places_are_kept_in_proportion() -> None:
    layout = place(column((450, 50), (450, 225), (930, 400)))
    assert layout.is_authors
    first, second, third = (layout.boxes[task_id] for task_id in "012")
    assert (first.x, first.y) == (MARGIN, MARGIN)
    assert second.x == first.x
    assert second.y - first.y == pytest.approx(175 * SCALE_Y)
    assert third.x - first.x == pytest.approx(480 * SCALE_X)
    assert (layout.width, layout.height) == (third.right + MARGIN, third.bottom + MARGIN)


def test_a_missing_place_lays_everything_out_anew() -> None:
    layout = place(book(task("0", at=(0, 0), none="1"), task("1")))
    assert not layout.is_authors
    assert layout.boxes["0"].bottom < layout.boxes["1"].y


def test_cards_on_each_other_are_laid_out_anew() -> None:
    assert not place(column((0, 0), (10, 10))).is_authors


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), 1e9])
def test_a_mad_position_is_none(odd: float) -> None:
    layout = place(column((0, 0), (odd, 200)))
    assert not layout.is_authors
    assert layout.width < 1000


@pytest.mark.parametrize("seed", range(20))
def test_no_card_overlaps_a_card_in_the_fallback(seed: int) -> None:
    layout = place(random_book(seed))
    assert not any(one.overlaps(other) for one, other in combinations(layout.boxes.values(), 2))
    assert min(box.x for box in layout.boxes.values()) == pytest.approx(MARGIN)
    assert max(box.right for box in layout.boxes.values()) == pytest.approx(layout.width - MARGIN)


def test_smaller_shapes_stand_in_the_middle_of_their_place() -> None:
    layout = place(book(task("0", TaskKind.START, (450, 50), none="1"), task("1", at=(450, 225))))
    assert layout.boxes["0"].width < layout.boxes["1"].width
    assert layout.boxes["0"].middle == layout.boxes["1"].middle


def test_a_box_that_grows_moves_the_others_aside() -> None:
    plan = book(
        task("0", at=(450, 0), none="1 2 3"),
        task("1", at=(0, 200), none="4"),
        task("2", at=(450, 200), none="4"),
        task("3", at=(900, 200), none="4"),
        task("4", at=(450, 400)),
    )
    boxes = place(plan, {"2": (1000.0, 700.0)}).boxes
    assert (boxes["2"].width, boxes["2"].height) == (1000.0, 700.0)
    assert boxes["4"].y > boxes["2"].bottom
    assert boxes["0"].middle == boxes["2"].middle
    assert not any(one.overlaps(other) for one, other in combinations(boxes.values(), 2))
