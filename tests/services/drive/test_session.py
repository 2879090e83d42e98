from tests.services.drive.two_steps import TWO_STEPS, world
from tests.services.world import an_instance, playbook
from warroom.model.plan import PlanState, TaskState


async def test_outputs_of_one_task_are_inputs_of_the_next() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ["read", "act on <Incident 1>"]


async def test_an_error_entry_fails_the_task_and_the_plan() -> None:
    lab_world = world(read=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "no such host"}])
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.FAILED
    assert plan.error == "first: no such host"
    assert (await lab_world.tasks(plan))["1"].state is TaskState.ERROR


async def test_a_missing_instance_is_said_in_the_war_room() -> None:
    lab_world = world()
    lab_world.instances = [an_instance(enabled=False)]
    await lab_world.play(playbook(TWO_STEPS))
    (said,) = await lab_world.said()
    assert "needs an enabled instance of Lab" in str(said)
