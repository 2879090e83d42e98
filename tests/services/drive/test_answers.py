import pytest

from tests.services.drive.two_steps import world
from tests.services.world import ANA, playbook
from warroom.model.errors import InvalidInputError
from warroom.model.ids import TaskKey
from warroom.model.plan import PlanState

MANUAL = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?}, nexttasks: {'yes': ['2'], 'no': ['3']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}}}
'3': {id: '3', taskid: c, type: title, task: {id: c, name: Done}}
"""


async def test_a_person_answers_days_later_and_the_plan_goes_on() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(MANUAL))
    assert plan.state is PlanState.WAITING
    assert plan.wake_at is None
    (task,) = await lab_world.asked()
    assert task.wait is not None
    assert task.wait.data["options"] == ["yes", "no"]
    lab_world.clock.advance(3 * 86400)
    await lab_world.answer(plan.id, task.key, "YES", "ask the owner")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["ana answered 'Isolate it?' with 'yes'. ask the owner", "act on host"]


FORM = """
'1': {id: '1', taskid: a, type: collection, task: {id: a, name: Approve}, nexttasks: {'#none#': ['2']},
      form: {title: Approval, questions: [
        {id: '0', label: Isolate it?, type: singleSelect, required: true,
         optionsarg: [{simple: 'Yes'}, {simple: 'No'}]},
        {id: '1', label: Why?, type: longText}]}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: act, script: 'Lab|||act', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: '${Approval.Answers.0} ${Approval.Answers.name}'}}}
"""


async def test_the_answers_of_a_form_stand_under_its_title() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(FORM))
    with pytest.raises(InvalidInputError, match="needs an answer"):
        await lab_world.plans.answer(plan.id, TaskKey("1"), "", "", ANA)
    await lab_world.plans.answer(plan.id, TaskKey("1"), "", "", ANA, {"0": "Yes", "1": "seen"})
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert (await lab_world.said())[-1] == "act on Yes ana"
