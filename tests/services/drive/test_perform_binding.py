"""Where the commands of a playbook go: to the instance that the incident came from, at every look, turn and retry."""

from dataclasses import replace

import pytest

from tests.services.drive.one_task import book, scheduled, the_task, world
from tests.services.world import World, an_instance, command, failure, lab, note, script
from warroom.model.ids import InstanceId
from warroom.model.incident import Incident
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import an_incident

TWO = (an_instance("lab-1"), an_instance("lab-2"))
OF_TWO = replace(an_incident(), source_brand="Lab", source_instance="lab-2", source_id=TWO[1].id)


def bound(**table: FakeFunction) -> World:
    return replace(world(**table), incident=OF_TWO, instances=TWO)


def asked(lab_world: World) -> list[str]:
    return [run.worker for run in lab_world.runner.runs]


@pytest.mark.parametrize("name", ["read", "act"])
async def test_a_task_goes_to_the_source_of_its_incident(name: str) -> None:
    lab_world = bound()
    plan = await lab_world.play(book(f"Lab|||{name}"))
    assert plan.state is PlanState.COMPLETED
    assert asked(lab_world) == ["id-lab-2"]


async def test_a_task_that_names_another_instance_goes_there() -> None:
    lab_world = bound()
    await lab_world.play(book("Lab|||act", arguments={"using": "lab-1"}))
    assert asked(lab_world) == ["id-lab-1"]


async def test_a_list_names_several_instances() -> None:
    lab_world = bound()
    await lab_world.play(book("Lab|||act", arguments={"using": "${inputs.hosts}"}), {"hosts": ["lab-2", "lab-1"]})
    assert asked(lab_world) == ["id-lab-2", "id-lab-1"]


async def test_each_item_each_look_and_each_try_goes_to_the_source() -> None:
    answers = iter([[failure("busy")], [scheduled(what="a")], [note("ended")], [note("ended")]])
    lab_world = bound(read=lambda _: next(answers))
    arguments: dict[str, Json] = {"what": "${inputs.hosts}", "retry-count": "1", "retry-interval": "60"}
    plan = await lab_world.play(book(arguments=arguments), {"hosts": ["a"]})
    for _ in range(3):
        lab_world.clock.advance(60)
        await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert asked(lab_world) == ["id-lab-2"] * 3


async def test_a_disabled_source_ends_the_task_in_a_sentence_and_asks_nobody() -> None:
    lab_world = replace(bound(), instances=[TWO[0], replace(TWO[1], enabled=False)])
    plan = await lab_world.play(book("Lab|||act"))
    state, error = await the_task(lab_world, plan)
    assert state is TaskState.ERROR
    assert "came from the instance 'lab-2', which is disabled" in error
    assert asked(lab_world) == []


async def test_an_instance_that_took_the_name_of_the_source_is_not_asked() -> None:
    lab_world = replace(bound(), instances=[TWO[0], an_instance("lab-2", id=InstanceId("another"))])
    plan = await lab_world.play(book("Lab|||act"))
    assert "what is called so now is another one" in plan.error
    assert asked(lab_world) == []


async def test_a_source_that_goes_away_between_two_looks_is_not_replaced() -> None:
    lab_world = bound(read=lambda _: [scheduled("under way")])
    plan = await lab_world.play(book())
    await lab_world.journal.save_instance(replace(TWO[1], enabled=False), "test", lab_world.clock.now())
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    assert asked(lab_world) == ["id-lab-2"]
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED


@pytest.mark.parametrize("skips", [True, False])
async def test_without_a_source_an_action_asks_which_and_is_never_skipped_for_it(*, skips: bool) -> None:
    lab_world = replace(world(), instances=TWO)
    plan = await lab_world.play(book("Lab|||act", skipunavailable=skips))
    state, error = await the_task(lab_world, plan)
    assert state is TaskState.ERROR
    assert "act changes something, and 2 instances offer it: lab-1, lab-2" in error
    assert asked(lab_world) == []


@pytest.mark.parametrize(("incident", "branch"), [(OF_TWO, "no"), (an_incident(), "yes")], ids=["bound", "free"])
async def test_a_condition_on_the_instances_sees_of_the_sources_brand_the_source_alone(
    incident: Incident, branch: str
) -> None:
    lab_world = replace(world(), incident=incident, instances=[TWO[0], replace(TWO[1], enabled=False)])
    cases: Json = [
        {
            "label": "yes",
            "condition": [[{"operator": "isNotEmpty", "left": {"iscontext": True, "value": {"simple": "ACTIVE"}}}]],
        }
    ]
    active = "modules(val.brand == 'Lab' && val.state == 'active').brand"
    cases[0]["condition"][0][0]["left"]["value"]["simple"] = active
    node: dict[str, Json] = {"type": "condition", "conditions": cases, "nexttasks": {"yes": [], "#default#": []}}
    plan = await lab_world.play(book("", task={"id": "a", "name": "look"}, **node))
    assert (await lab_world.tasks(plan))["1"].branch == ("yes" if branch == "yes" else "#default#")


async def test_later_looks_of_a_script_that_was_told_an_instance_keep_to_it() -> None:
    looks = iter([[scheduled(name="Tool")], [note("ended")]])

    async def tool(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "act", "args": {"what": "x"}})
        return next(looks)

    one = World(
        lab(command("act", "what", execution=True)),
        {"act": lambda _: [note("acted")], "Tool": tool},
        scripts={"Tool": script("Tool")},
        incident=OF_TWO,
        instances=TWO,
    )
    plan = await one.play(book("Tool", arguments={"using": "lab-1"}))
    one.clock.advance(30)
    await one.conductor.drive(plan.id)
    assert [run.worker for run in one.runner.runs if run.command == "act"] == ["id-lab-1", "id-lab-1"]
