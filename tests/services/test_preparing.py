import pytest

from tests.services.world import REQUIRED, World, lab, playbook
from warroom.model.errors import InvalidInputError
from warroom.services.preparing import new_plan_id

DONE = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}"


def world() -> World:
    return World(lab(), {})


async def test_inputs_are_filled_from_their_defaults_in_order() -> None:
    lab_world = world()
    book = playbook(DONE, inputs={"name": "${incident.name}", "greeting": "Hello ${inputs.name}", "none": None})
    plan = await lab_world.plans.prepare(lab_world.incident, book, {"name": "given"})
    assert plan.frame.inputs == {"name": "given", "greeting": "Hello given"}
    plan = await lab_world.plans.prepare(lab_world.incident, book, {})
    assert plan.frame.inputs == {"name": "Incident 1", "greeting": "Hello Incident 1"}


async def test_an_unknown_input_and_a_missing_one_are_refused() -> None:
    lab_world = world()
    with pytest.raises(InvalidInputError, match=r"Playbook 'Book' has no input 'hots'\. It takes: host\."):
        await lab_world.plans.prepare(lab_world.incident, playbook(DONE, inputs={"host": None}), {"hots": 1})
    with pytest.raises(InvalidInputError, match="It takes: none"):
        await lab_world.plans.prepare(lab_world.incident, playbook(DONE), {"host": 1})
    with pytest.raises(InvalidInputError, match=r"Playbook 'Book' needs its input 'host'\. Give it a value\."):
        await lab_world.plans.prepare(lab_world.incident, playbook(DONE, inputs={"host": REQUIRED}), {"host": ""})


def test_plan_ids_are_short_and_new_each_time() -> None:
    ids = {new_plan_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(plan) for plan in ids} == {12}
