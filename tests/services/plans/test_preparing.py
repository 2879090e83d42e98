import pytest

from tests.services.world import ANA, REQUIRED, World, lab, playbook
from warroom.model.errors import InvalidInputError
from warroom.model.plan import PlanState
from warroom.services.plans.preparing import new_plan_id

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


def shell(*, private: bool) -> str:
    given = f"task: {{id: a, name: steps, playbookName: 'Contain - Steps'}}, separatecontext: {str(private).lower()}"
    return f"'1': {{id: '1', taskid: a, type: playbook, {given}}}"


async def test_steps_that_a_playbook_runs_in_a_private_context_are_not_started_by_themselves() -> None:
    steps = playbook(DONE, "Contain - Steps")
    books = {"Contain": playbook(shell(private=True), "Contain"), steps.id: steps}
    lab_world = World(lab(), {}, playbooks=books)
    with pytest.raises(InvalidInputError, match=r"are the steps of the playbook 'Contain', .* Start 'Contain'\."):
        await lab_world.plans.prepare(lab_world.incident, steps, {})
    await lab_world.begin()
    with pytest.raises(InvalidInputError, match="are the steps of"):
        await lab_world.plans.start(lab_world.incident, steps, {}, ANA)
    plan = await lab_world.play(books["Contain"])
    assert plan.state is PlanState.COMPLETED


@pytest.mark.parametrize("others", [{}, {"Contain": shell(private=False)}, {"Contain": DONE}])
async def test_a_playbook_that_is_only_called_like_steps_is_started(others: dict[str, str]) -> None:
    steps = playbook(DONE, "Contain - Steps")
    books = {name: playbook(text, name) for name, text in others.items()} | {steps.id: steps}
    lab_world = World(lab(), {}, playbooks=books)
    assert (await lab_world.play(steps)).state is PlanState.COMPLETED


def test_plan_ids_are_short_and_new_each_time() -> None:
    ids = {new_plan_id() for _ in range(100)}
    assert len(ids) == 100
    assert {len(plan) for plan in ids} == {12}
