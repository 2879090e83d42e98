from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.web.graph.sketch import HOSTILE, shown, task
from warroom.content.playbook import Task, TaskKind
from warroom.model.plan import Frame, TaskState, Wait, WaitKind
from warroom.testing.clock import START
from warroom.testing.samples import a_task
from warroom.web.graph.appearance import Appearance, Kind, State, kind_of
from warroom.web.graph.cards import Card, card, ending, spoken
from warroom.web.graph.geometry import Box


def drawn(one: Task, state: State | None = None, key: str = "5", **fields: Any) -> ET.Element:
    each = Card(task=one, kind=kind_of(one), box=Box(10, 20, 310, 92), state=state, key=key, **fields)
    return ET.fromstring(card(each))


def texts(element: ET.Element) -> list[str]:
    return [shown(text) for text in element.iter("text")]


def test_a_card_can_be_reached_and_heard() -> None:
    element = drawn(task("5", name="Isolate it?"), State(appearance=Appearance.NEEDS_PERSON))
    assert element.attrib["aria-label"] == "Task 5: Isolate it? waiting for a person"
    assert (element.attrib["role"], element.attrib["tabindex"]) == ("option", "0")
    assert (element.attrib["data-task"], element.attrib["data-state"]) == ("5", "needs-person")
    assert element.attrib["class"].split() == ["task", "kind-script", "needs-person"]


def test_a_name_that_is_no_question_is_set_apart() -> None:
    assert spoken(task("5", name="Isolate"), State(appearance=Appearance.ERROR)) == "Task 5: Isolate, in error"
    assert spoken(task("0", TaskKind.START, name=""), State()) == "Task 0: Start, not started"
    assert spoken(task("5", name="\u202e"), State()) == "Task 5: Untitled, not started"


def test_a_card_without_states_is_a_picture() -> None:
    element = drawn(task("5"))
    assert {"role", "tabindex", "aria-label", "data-state"}.isdisjoint(element.attrib)


def test_a_long_name_takes_two_lines_and_its_tooltip_has_all_of_it() -> None:
    name = "Which files were dumped on which of the endpoints, and by whom were they seen there?"
    element = drawn(task("5", name=name), State(appearance=Appearance.RUNNING))
    first, second, beside = texts(element)
    assert second.endswith("…")
    assert name.startswith(first)
    assert beside == "#5 · Print"
    title = element.find("title")
    assert title is not None
    assert title.text == f"{name} (Print)"


def test_the_end_of_a_command_is_kept_because_it_tells_commands_apart() -> None:
    one = replace(task("11", script="trendmicro-visionone-collect-forensic-file"), is_command=True, brand="VisionOne")
    assert texts(drawn(one, State()))[-1].endswith("collect-forensic-file")
    assert ending("short", 11, 100) == "short"


def test_a_sub_playbook_says_which_one_and_which_turn() -> None:
    one = replace(task("5", TaskKind.PLAYBOOK, name="Contain", script=""), playbook="Contain Endpoint")
    record = a_task("5", frame=Frame(playbook="c", name="c", content="", turn=1, turns=3))
    element = drawn(one, State(appearance=Appearance.RUNNING, record=record, frame="5#1/"))
    assert texts(element)[-1] == "#5 · turn 2 of 3 · Contain Endpoint"
    assert (element.attrib["data-frame"], element.attrib["data-playbook"]) == ("5#1/", "Contain Endpoint")


def test_a_loop_without_an_end_says_its_turn_only() -> None:
    one = task("5", TaskKind.PLAYBOOK, script="")
    record = a_task("5", frame=Frame(playbook="c", name="c", content="", turn=1))
    assert texts(drawn(one, State(appearance=Appearance.RUNNING, record=record)))[-1] == "#5 · turn 2"


def test_a_wait_with_an_end_carries_it() -> None:
    wake = START + timedelta(minutes=5)
    record = a_task(state=TaskState.WAITING, wait=Wait(kind=WaitKind.POLL, since=START, wake_at=wake))
    assert drawn(task("5"), State(appearance=Appearance.WAITING, record=record)).attrib["data-wake"] == wake.isoformat()


def test_a_state_is_a_sign_and_not_only_a_colour() -> None:
    appearances = [appearance for appearance in Appearance if appearance is not Appearance.PENDING]
    paths = [
        drawn(task("5"), State(appearance=appearance)).find("g[@class='badge']/path") for appearance in appearances
    ]
    assert len({path.attrib["d"] for path in paths if path is not None}) == len(appearances)
    assert drawn(task("5"), State(appearance=Appearance.PENDING)).find("g[@class='badge']") is None


def test_kinds_have_shapes_of_their_own() -> None:
    outlines = {
        kind: [(part.tag, part.attrib.get("rx")) for part in drawn(task("5", kind)) if "card" in part.get("class", "")]
        for kind in TaskKind
    }
    assert outlines[TaskKind.CONDITION] == [("path", None)]
    assert len(outlines[TaskKind.PLAYBOOK]) == 2
    assert outlines[TaskKind.TITLE] != outlines[TaskKind.REGULAR]


def test_an_opened_sub_playbook_has_its_name_at_the_top() -> None:
    one = task("5", TaskKind.PLAYBOOK, script="")
    each = Card(task=one, kind=Kind.PLAYBOOK, box=Box(0, 0, 900, 700), state=State(), key="5", opened="5/")
    element = ET.fromstring(card(each))
    assert "opened" in element.attrib["class"].split()
    assert element.attrib["data-frame"] == "5/"
    assert all(float(text.attrib["y"]) < 72 for text in element.iter("text"))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    hostile = replace(task(text, name=text, script=text), is_command=True, brand=text, playbook=text)
    element = drawn(hostile, State(appearance=Appearance.RUNNING, frame=text), key=text)
    assert {each.tag for each in element.iter()} <= {"g", "title", "rect", "path", "text", "circle"}
    allowed = {"id", "class", "transform", "role", "tabindex", "aria-label", "aria-selected"}
    assert {name for name in element.attrib if not name.startswith("data-")} <= allowed
    assert all(len(line) < 60 for line in texts(element))
    assert "\u202e" not in "".join(texts(element)) + element.attrib["aria-label"]
