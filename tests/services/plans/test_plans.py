import pytest

from tests.services.world import ANA, World, lab, playbook
from warroom.model.errors import ConflictError, InvalidInputError, NotFoundError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.incident import Severity, Status
from warroom.model.plan import PlanState, QueueJob, TaskState
from warroom.testing.samples import an_incident, some_changes

ASK = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?, description: 'Is ${incident.name} ours?'},
      nexttasks: {'Yes': ['2'], 'No': ['2'], '#default#': ['2']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: Call the owner}, nexttasks: {'#none#': ['3']}}
'3': {id: '3', taskid: c, type: title, task: {id: c, name: Done}}
"""
DONE = "'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}"


def world() -> World:
    return World(lab(), {})


async def test_starting_queues_a_job_and_makes_the_incident_active() -> None:
    lab_world = world()
    plan = await lab_world.start(playbook(DONE))
    incident = await lab_world.store.incident(plan.incident)
    assert (incident.status, incident.playbook) == (Status.ACTIVE, "Book")
    assert lab_world.store.jobs == [QueueJob(kind="plan", target=plan.id)]
    assert (plan.state, plan.epoch) == (PlanState.IN_PROGRESS, 0)


async def test_starting_does_not_turn_back_what_has_changed_since_the_incident_was_read() -> None:
    lab_world = world()
    await lab_world.begin()
    await lab_world.journal.commit(some_changes(incidents=[an_incident(severity=Severity.HIGH, status=Status.DONE)]))
    await lab_world.another(playbook(DONE))
    incident = await lab_world.store.incident(lab_world.incident.id)
    assert (incident.severity, incident.status, incident.playbook) == (Severity.HIGH, Status.DONE, "Book")


# -- answers ------------------------------------------------------------------------------------------------------


async def test_a_choice_is_taken_in_any_case_and_written_as_the_playbook_has_it() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    await lab_world.answer(plan.id, "1", "yes", "it is ours")
    (answer,) = await lab_world.store.answers(plan.id)
    assert (answer.choice, answer.comment, answer.actor, answer.attempt) == ("Yes", "it is ours", "ana", 0)
    assert await lab_world.said() == ["ana answered 'Isolate it?' with 'Yes'. it is ours"]
    assert lab_world.store.jobs[-1] == QueueJob(kind="people", target=plan.id)
    assert await lab_world.asked() == []


@pytest.mark.parametrize("choice", ["", "maybe", "#default#"])
async def test_a_choice_that_is_not_offered_is_refused(choice: str) -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    with pytest.raises(InvalidInputError, match=r"is no answer to 'Isolate it[?]'\. Choose one of: Yes, No\."):
        await lab_world.answer(plan.id, "1", choice)


async def test_of_two_answers_the_first_one_counts() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    await lab_world.answer(plan.id, "1", "No")
    with pytest.raises(ConflictError, match="was answered already"):
        await lab_world.answer(plan.id, "1", "Yes")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.tasks(plan))["1"].branch == "No"
    with pytest.raises(ConflictError, match="does not wait for an answer; it is Completed"):
        await lab_world.answer(plan.id, "1", "Yes")


async def test_a_task_to_be_done_by_hand_is_done_whatever_is_said_with_it() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    await lab_world.answer(plan.id, "1", "Yes")
    await lab_world.conductor.drive(plan.id)
    (task,) = await lab_world.asked()
    assert task.name == "Call the owner"
    await lab_world.answer(plan.id, task.key, "done")
    await lab_world.conductor.drive(plan.id)
    tasks = await lab_world.tasks(plan)
    assert (tasks["2"].state, tasks["2"].branch) == (TaskState.COMPLETED, "#none#")
    assert tasks["3"].state is TaskState.COMPLETED


async def test_a_task_that_is_not_there_is_said() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    with pytest.raises(NotFoundError, match="has no task 99"):
        await lab_world.answer(plan.id, "99", "Yes")
    with pytest.raises(NotFoundError):
        await lab_world.plans.answer(PlanId("gone"), TaskKey("1"), "Yes", "", ANA)


async def test_plans_can_be_listed_and_shown() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ASK))
    assert [each.id for each in await lab_world.plans.of_incident(plan.incident, ANA)] == [plan.id]
    shown, tasks = await lab_world.plans.show(plan.id, ANA)
    assert (shown.id, [task.key for task in tasks]) == (plan.id, ["0", "1"])
