import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.our_packs import our_pack
from tests.web.graph.sketch import HOSTILE, SVG, book, edges, nodes, parsed, random_book, shown, task
from warroom.content.playbook import Playbook, TaskKind
from warroom.model.plan import Frame, TaskState, Wait, WaitKind
from warroom.testing.clock import START
from warroom.testing.samples import a_task
from warroom.web.graph.svg import Drawings, draw, playbook_svg, work_plan_svg

PLAN = book(
    task("0", TaskKind.START, name="", none="1"),
    task("1", TaskKind.CONDITION, yes="2", default="3"),
    task("2", TaskKind.PLAYBOOK, script="", none="3", error="4"),
    task("3", TaskKind.TITLE),
    task("4"),
    name="Contain",
    version="a",
)
CHILD = book(task("1", none="2"), task("2", script=""), name="Child", version="b")
RECORDS = {
    "0": a_task("0", state=TaskState.COMPLETED, branch="#none#"),
    "1": a_task("1", state=TaskState.COMPLETED, branch="yes"),
    "2": a_task("2", frame=Frame(playbook="c", name="Child", content="")),
    "2/1": a_task("2/1", state=TaskState.COMPLETED, branch="#none#"),
    "2/2": a_task("2/2", state=TaskState.WAITING, wait=Wait(kind=WaitKind.PERSON, since=START)),
}


def test_a_work_plan_is_a_list_box_with_a_name() -> None:
    root = parsed(work_plan_svg(PLAN, RECORDS).svg)
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "Contain"
    assert (root.attrib["role"], root.attrib["aria-labelledby"]) == ("listbox", title.attrib["id"])
    options = [element for element in root.iter() if element.get("role") == "option"]
    assert len(options) == len(PLAN.tasks)
    assert all(option.attrib["tabindex"] == "0" for option in options)


def test_a_playbook_alone_is_an_image_without_states() -> None:
    picture = playbook_svg(PLAN)
    assert parsed(picture.svg).attrib["role"] == "img"
    assert picture.active == ""
    assert "tabindex" not in picture.svg
    assert "data-state" not in picture.svg


def test_states_and_ways_are_classes() -> None:
    svg = work_plan_svg(PLAN, RECORDS).svg
    assert {key: node.attrib["data-state"] for key, node in nodes(svg).items()} == {
        "0": "completed",
        "1": "completed",
        "2": "needs-person",
        "3": "pending",
        "4": "pending",
    }
    assert edges(svg) == {
        ("0", "1"): "edge taken",
        ("1", "2"): "edge taken",
        ("1", "3"): "edge dead",
        ("2", "3"): "edge open",
        ("2", "4"): "edge open on-error",
    }


def test_a_sub_playbook_can_be_drawn_by_itself() -> None:
    picture = work_plan_svg(CHILD, RECORDS, prefix="2/")
    assert {key: node.attrib["data-state"] for key, node in nodes(picture.svg).items()} == {
        "2/1": "completed",
        "2/2": "needs-person",
    }
    assert picture.active == "2/2"
    assert parsed(picture.svg).attrib["data-prefix"] == "2/"


def test_a_sub_playbook_opens_in_place() -> None:
    closed = work_plan_svg(PLAN, RECORDS)
    opened = work_plan_svg(PLAN, RECORDS, drawing=draw(PLAN, {"2/": CHILD}))
    assert set(nodes(opened.svg)) == {*PLAN.tasks, "2/1", "2/2"}
    assert nodes(opened.svg)["2"].attrib["data-frame"] == "2/"
    assert (closed.active, opened.active) == ("2", "2/2")
    assert opened.height > closed.height


def test_turns_of_a_loop_open_by_their_own_prefix() -> None:
    drawing = draw(PLAN, {"2#4/": CHILD, "9/": CHILD})
    assert {task_id: inside.prefix for task_id, inside in drawing.inside.items()} == {"2": "2#4/"}


def test_sub_playbooks_open_inside_of_sub_playbooks() -> None:
    middle = book(task("1", none="7"), task("7", TaskKind.PLAYBOOK, script=""))
    svg = work_plan_svg(PLAN, {}, drawing=draw(PLAN, {"2/": middle, "2/7/": CHILD})).svg
    assert {"2/1", "2/7", "2/7/1", "2/7/2"} <= set(nodes(svg))


def test_ids_are_used_once() -> None:
    svg = work_plan_svg(PLAN, RECORDS, drawing=draw(PLAN, {"2/": CHILD})).svg
    ids = [element.attrib["id"] for element in parsed(svg).iter() if "id" in element.attrib]
    assert len(ids) == len(set(ids))


def test_tasks_come_from_top_to_bottom() -> None:
    svg = work_plan_svg(random_book(2), {}).svg
    tops = [float(re.findall(r"[-\d.]+", node.attrib["transform"])[1]) for node in nodes(svg).values()]
    assert tops == sorted(tops)


def test_cards_lie_inside_of_the_picture() -> None:
    picture = work_plan_svg(random_book(4), {})
    boxes = draw(random_book(4)).layout.boxes.values()
    assert all(box.x > 0 and box.right < picture.width and box.y > 0 and box.bottom < picture.height for box in boxes)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_playbook_is_shown_and_does_nothing(text: str) -> None:
    edges_: dict[str, Any] = {text: "x"}
    plan = book(task(text, TaskKind.CONDITION, name=text, **edges_), task("x", name=text), name=text)
    root = parsed(work_plan_svg(plan, {text: a_task(text, name=text, error=text, branch=text)}).svg)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "title", "rect", "path", "text", "circle"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on") or name in {"style", "href"}}
    assert not set("\u202e\u2066\x00\x07\x1b") & set(shown(root))


def test_nothing_is_inline_so_that_a_strict_policy_lets_it_pass() -> None:
    svg = work_plan_svg(PLAN, RECORDS).svg
    assert not re.search(r"<(script|style|image|use|foreignObject)|style=|href|url\(", svg)


def test_a_drawing_is_kept_by_the_version_of_its_playbook() -> None:
    drawings = Drawings(held=2)
    first = drawings.of(PLAN)
    assert drawings.of(replace(PLAN, name="the same version")) is first
    assert drawings.of(PLAN, {"2/": CHILD}) is not first
    assert drawings.of(CHILD) is drawings.of(CHILD)
    assert drawings.of(PLAN) is not first, "the oldest made room"


def test_every_class_has_a_rule() -> None:
    sheet = (Path(__file__).parents[3] / "src/warroom/web/static/css/graph.css").read_text()
    known = set(re.findall(r"\.([a-z][a-z-]*)", sheet))
    svg = work_plan_svg(PLAN, RECORDS, drawing=draw(PLAN, {"2/": CHILD})).svg
    used = {name for element in parsed(svg).iter() for name in element.get("class", "").split()}
    without = {"edges", "tasks", "inside", "open", "pending", "kind-script", "kind-title"}
    assert used - known <= without


@pytest.mark.parametrize("name", sorted(our_pack().playbooks))
def test_our_playbooks_lie_where_they_were_put(name: str) -> None:
    drawing = draw(our_pack().playbooks[name])
    assert drawing.layout.is_authors
    labels = [label.box for label in drawing.labels.values()]
    assert not any(one.overlaps(other) for one, other in combinations(labels, 2))


def test_a_large_plan_is_redrawn_at_once() -> None:
    plan = _stacked(random_book(1), 12)
    assert len(plan.tasks) == 168
    drawing = draw(plan)
    assert min(_seconds(lambda: work_plan_svg(plan, {}, drawing=drawing)) for _ in range(5)) < 0.05


def _seconds(work: object) -> float:
    begun = process_time()
    assert callable(work)
    work()
    return process_time() - begun


def _stacked(plan: Playbook, times: int) -> Playbook:
    copies = [
        replace(
            each,
            id=f"{turn}.{each.id}",
            next={label: tuple(f"{turn}.{to}" for to in targets) for label, targets in each.next.items()},
        )
        for turn in range(times)
        for each in plan.tasks.values()
    ]
    return book(*copies)
