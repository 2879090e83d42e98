from tests.services.drive.two_steps import TWO_STEPS, world
from tests.services.world import note, playbook
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.testing.runner import FakeCode


async def test_a_scheduled_command_parks_the_plan_and_goes_on_when_the_time_has_come() -> None:
    looks: list[int] = []

    def look(_: FakeCode) -> list[Json]:
        looks.append(1)
        if len(looks) < 3:
            entry = note("")
            entry |= {"PollingCommand": "read", "NextRun": "30", "PollingArgs": {}, "Timeout": "600"}
            return [entry]
        return [note("ended", Read={"Value": "x"})]

    lab_world = world(read=look)
    plan = await lab_world.play(playbook(TWO_STEPS))
    assert plan.state is PlanState.WAITING
    assert plan.wake_at == lab_world.clock.after(30)
    for _ in range(2):
        lab_world.clock.advance(30)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["ended", "act on x"]


async def test_a_poll_thatnever_ends_fails_at_its_time_limit() -> None:
    entry = note("") | {"PollingCommand": "read", "NextRun": "30", "PollingArgs": {}, "Timeout": "60"}
    lab_world = world(read=lambda _: [entry])
    plan = await lab_world.play(playbook(TWO_STEPS))
    for _ in range(2):
        lab_world.clock.advance(31)
        await lab_world.conductor.drive(plan.id)
    plan = await lab_world.store.plan(plan.id)
    assert plan.state is PlanState.FAILED
    assert plan.error == "first: first did not end within its time limit of 60 seconds."


RETRY = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read', iscommand: true, brand: Lab},
      scriptarguments: {what: {simple: host}, retry-count: {simple: '2'}, retry-interval: {simple: '60'}}}
"""


async def test_a_failed_command_is_tried_again_as_often_as_the_task_says() -> None:
    lab_world = world(read=lambda _: [{"Type": 4, "ContentsFormat": "text", "Contents": "busy"}])
    plan = await lab_world.play(playbook(RETRY))
    for _ in range(2):
        assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING
        lab_world.clock.advance(60)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED
    assert await lab_world.said() == ["busy", "busy", "busy"]
