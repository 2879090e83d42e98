from xml.etree import ElementTree as ET

import pytest

from tests.web.graph.sketch import HOSTILE
from warroom.web.graph.geometry import Box, Point
from warroom.web.graph.shapes import chamfered, escaped, head, plain_id, rounded, way


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_content_and_attribute_and_never_more(text: str) -> None:
    element = ET.fromstring(f'<a b="{escaped(text)}">{escaped(text)}</a>')
    assert list(element) == []
    assert list(element.attrib) == ["b"]
    assert element.text == element.attrib["b"]


def test_different_keys_have_different_ids() -> None:
    keys = ["5/2", "5#2", "5.2", "5 2", "5_2", "52", "5.2f2"]
    assert len({plain_id(key) for key in keys}) == len(keys)
    assert all(" " not in plain_id(key) for key in keys)


def test_a_straight_way_has_no_curve_and_ends_under_the_head() -> None:
    assert way([Point(10, 0), Point(10, 100)]) == "M10 0L10 94"
    assert head(Point(10, 100)).startswith("M10 100")


def test_corners_are_rounded_as_far_as_the_parts_are_long() -> None:
    assert way([Point(0, 0), Point(0, 40), Point(100, 40), Point(100, 90)]) == (
        "M0 0L0 26Q0 40 14 40L86 40Q100 40 100 54L100 84"
    )
    assert "Q0 10 4 10" in way([Point(0, 0), Point(0, 10), Point(8, 10), Point(8, 90)])


def test_outlines_are_as_large_as_their_box() -> None:
    box = Box(5, 5, 305, 77)
    assert 'width="300" height="72"' in rounded(box, 10, "card")
    assert chamfered(box).count("300") == 1
