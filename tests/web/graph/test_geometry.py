from warroom.web.graph.geometry import Box, Boxes, Lines, Point, around, centred, has_overlap


def test_a_line_crosses_a_box_though_it_has_no_area() -> None:
    box = Box(10, 10, 20, 20)
    assert around(Point(15, 0), Point(15, 40)).overlaps(box)
    assert around(Point(40, 12), Point(0, 12)).overlaps(box)
    assert not around(Point(20, 0), Point(20, 40)).overlaps(box)


def test_a_crowd_finds_what_overlaps_and_nothing_else() -> None:
    boxes = [centred(Point(x * 100, y * 100), 80, 80) for x in range(10) for y in range(10)]
    placed = Boxes(boxes)
    for area in (Box(45, 45, 255, 155), Box(-500, -500, 5000, 41), Box(0, 0, 1, 5000), Box(41, 41, 59, 59)):
        assert placed.hit(area) == {box for box in boxes if box.overlaps(area)}
        assert bool(placed.count(area)) == bool(placed.hit(area))


def test_touching_boxes_do_not_overlap_and_one_pixel_does() -> None:
    assert not has_overlap([Box(0, 0, 10, 10), Box(10, 0, 20, 10), Box(0, 10, 10, 20)])
    assert has_overlap([Box(0, 0, 10, 10), Box(9, 9, 20, 20)])


def test_lines_are_found_by_those_that_run_on_them() -> None:
    lines: Lines[str] = Lines()
    lines.add(Point(100, 0), Point(100, 500), "upright")
    lines.add(Point(0, 200), Point(300, 200), "level")
    assert list(lines.along(Point(104, 450), Point(104, 600))) == ["upright"]
    assert list(lines.along(Point(100, 500), Point(100, 600))) == []
    assert list(lines.along(Point(130, 0), Point(130, 500))) == []
    assert list(lines.along(Point(250, 200), Point(900, 200))) == ["level"]


def test_lines_are_found_by_the_area_that_they_pass_through() -> None:
    lines: Lines[str] = Lines()
    lines.add(Point(100, 0), Point(100, 500), "upright")
    lines.add(Point(0, 200), Point(300, 200), "level")
    assert sorted(lines.through(Box(90, 190, 110, 210))) == ["level", "upright"]
    assert list(lines.through(Box(200, 190, 220, 210))) == ["level"]
    assert list(lines.through(Box(200, 300, 220, 320))) == []
