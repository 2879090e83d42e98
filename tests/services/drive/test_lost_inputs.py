"""A text of which a part led nowhere, handed down as an input: no action gets it, however deep."""

import json

import pytest

from tests.services.drive.one_task import book, the_task, world
from tests.services.world import World, playbook
from warroom.content.playbook import Playbook
from warroom.model.json import Json
from warroom.model.plan import PlanState


def handing(to: str, host: str, name: str) -> Playbook:
    node = {
        "id": "1",
        "taskid": "a",
        "type": "playbook",
        "task": {"id": "a", "name": "sub", "playbookName": to},
        "scriptarguments": {"hosts": {"simple": host}},
    }
    return playbook(f"'1': {json.dumps(node)}", name, inputs={"hosts": None})


def with_books(*books: Playbook) -> World:
    made = world()
    return World(made.integration, made.table, playbooks={each.id: each for each in books})


@pytest.mark.parametrize("passed", ["${inputs.hosts}", "a ${inputs.hosts} b", "${inputs.hosts.[0]}"])
async def test_an_action_one_level_or_two_below_refuses_it_by_name(passed: str) -> None:
    acting = book("Lab|||act", arguments={"what": passed})
    middle = handing("Book", "${inputs.hosts}", "Middle")
    for lab_world, outer in (
        (with_books(acting), handing("Book", "host-${Gone.Id}", "Outer")),
        (with_books(acting, middle), handing("Middle", "host-${Gone.Id}", "Outer")),
    ):
        plan = await lab_world.play(outer)
        assert plan.state is PlanState.FAILED
        errors = [task.error for task in (await lab_world.tasks(plan)).values()]
        assert any("'what' is made of an input in which ${Gone.Id} led to nothing" in error for error in errors), errors
        assert lab_world.runner.runs == []


async def test_it_is_kept_over_a_restart() -> None:
    lab_world = with_books(book("Lab|||act", arguments={"what": "${inputs.hosts}"}))
    plan = await lab_world.start(handing("Book", "host-${Gone}", "Outer"))
    lab_world.restart()
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED
    assert lab_world.runner.runs == []


@pytest.mark.parametrize(
    ("script", "host", "what"),
    [
        ("Lab|||read", "host-${Gone}", "host-"),
        ("Lab|||act", "${Gone}", None),
        ("Lab|||act", "host-1", "host-1"),
    ],
    ids=["a read gets it as in XSOAR", "a whole value is not given", "a whole text"],
)
async def test_the_rest_is_passed(script: str, host: str, what: Json) -> None:
    lab_world = with_books(book(script, arguments={"what": "${inputs.hosts}"}))
    plan = await lab_world.play(handing("Book", host, "Outer"))
    assert plan.state is PlanState.COMPLETED
    assert lab_world.runner.runs[0].args.get("what") == what


async def test_a_default_that_lacks_a_part_is_refused_too() -> None:
    acting = book("Lab|||act", arguments={"what": "${inputs.hosts}"})
    text = json.dumps(
        {
            "id": "1",
            "taskid": "a",
            "type": "regular",
            "task": {"id": "a", "name": "x", "script": "Lab|||act"},
            "scriptarguments": {"what": {"simple": "${inputs.host}"}},
        }
    )
    lab_world = with_books(acting)
    plan = await lab_world.play(playbook(f"'1': {text}", "Own", inputs={"host": "host-${Gone}"}))
    _, error = await the_task(lab_world, plan)
    assert "${Gone} led to nothing" in error
