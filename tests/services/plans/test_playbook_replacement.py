"""setPlaybook: another playbook takes the place of the incident's own, typed or as a task."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.services.world import ANA, World, command, lab, note, playbook, script, until
from warroom.content.playbook import Playbook
from warroom.model.errors import ForbiddenError, InvalidInputError, NotFoundError
from warroom.model.ids import PlanId, WorkerId
from warroom.model.incident import Status
from warroom.model.json import Json
from warroom.model.plan import PlanKind, PlanRecord, PlanState, TaskState, TypedCommand
from warroom.model.user import Actor, Role
from warroom.services.incidents.war_room import WarRoom
from warroom.services.plans.playbook_replacement import latest, replacement
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import a_plan, an_incident, some_changes

ASK = """
'1': {id: '1', taskid: a, type: condition, task: {id: a, name: Isolate it?}, nexttasks: {'yes': ['2'], 'no': ['2']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: then, script: 'Lab|||act'}}
"""
ROUTE = """
'1': {id: '1', taskid: a, type: regular, nexttasks: {'#none#': ['2']},
      task: {id: a, name: Go on with the other one, script: setPlaybook}, scriptarguments: {name: {simple: Other}}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: then, script: 'Lab|||act'}}
"""
OTHER = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: read, script: 'Lab|||read'}}
"""
SCRIPTED = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: Choose, script: Choose}, nexttasks: {'#none#': ['2']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: then, script: 'Lab|||act'}}
"""
BOTH = """
'1': {id: '1', taskid: a, type: title, task: {id: a, name: both}, nexttasks: {'#none#': ['2', '3']}}
'2': {id: '2', taskid: b, type: regular, task: {id: b, name: slow, script: 'Lab|||act'}, nexttasks: {'#none#': ['4']}}
'3': {id: '3', taskid: c, type: condition, task: {id: c, name: Sure?}, nexttasks: {'yes': ['4']}}
'4': {id: '4', taskid: d, type: regular, task: {id: d, name: then, script: 'Lab|||read'}}
"""


def world(**table: FakeFunction) -> World:
    said: Mapping[str, FakeFunction] = {"read": lambda _: [note("read")], "act": lambda _: [note("acted")]}
    return World(
        lab(command("read"), command("act", execution=True)),
        {**said, **table},
        playbooks={"Other": playbook(OTHER, "Other")},
        scripts={"Choose": script("Choose")},
    )


def room(lab_world: World) -> WarRoom:
    return WarRoom(
        store=lab_world.store,
        journal=lab_world.journal,
        library=lab_world.library,
        plans=lab_world.plans,
        halting=lab_world.halting,
        clock=lab_world.clock,
    )


async def plans_of(lab_world: World) -> dict[str, PlanRecord]:
    return {plan.frame.name: plan for plan in await lab_world.store.plans(lab_world.incident.id)}


async def driven(lab_world: World, plan: PlanId) -> None:
    """Drive a plan, and whatever its driver starts."""
    async with asyncio.timeout(60):
        await lab_world.conductor.drive(plan)
        while open_plans := await lab_world.store.open_plans():
            for each in open_plans:
                await lab_world.conductor.drive(each.id)


async def typed(lab_world: World, text: str) -> None:
    incident = await lab_world.journal.incident(lab_world.incident.id)
    await driven(lab_world, (await room(lab_world).run(text, incident, ANA)).id)


async def test_a_task_sets_the_playbook_and_what_would_have_followed_it_is_not_done() -> None:
    lab_world = world()
    started = await lab_world.start(playbook(ROUTE, "Route"))
    await driven(lab_world, started.id)
    plans = await plans_of(lab_world)
    assert {name: plan.state for name, plan in plans.items()} == {
        "Route": PlanState.REPLACED,
        "Other": PlanState.COMPLETED,
    }
    assert {key: task.state for key, task in (await lab_world.tasks(plans["Route"])).items()} == {
        "0": TaskState.COMPLETED,
        "1": TaskState.COMPLETED,
        "2": TaskState.SKIPPED,
    }
    said = await lab_world.said()
    assert said[:2] == ["Incident 1 now runs 'Other'.", "'Route' was replaced by 'Other'; left unfinished: then."]
    assert said[2:] == ["read"]
    assert (await lab_world.store.incident(lab_world.incident.id)).playbook == "Other"


async def test_a_typed_one_ends_a_playbook_that_waits_for_a_person_and_nobody_is_asked_any_more() -> None:
    lab_world = world()
    await lab_world.play(playbook(ASK, "Ask"))
    assert len(await lab_world.asked()) == 1
    await typed(lab_world, "!setPlaybook name=Other")
    plans = await plans_of(lab_world)
    assert (plans["Ask"].state, plans["Other"].state) == (PlanState.REPLACED, PlanState.COMPLETED)
    assert plans["!setPlaybook"].state is PlanState.COMPLETED
    assert plans["Other"].started_by == "ana"
    assert await lab_world.asked() == []
    assert "'Ask' was replaced by 'Other'; left unfinished: Isolate it?." in await lab_world.said()


async def test_a_command_under_way_ends_first_and_is_told() -> None:
    goes_on = asyncio.Event()

    async def act(_: FakeCode) -> list[Json]:
        await goes_on.wait()
        return [note("acted")]

    lab_world = world(act=act)
    started = await lab_world.start(playbook(BOTH, "Both"))
    lab_world.conductor.start_soon(started.id)
    await until(lambda: lab_world.runner.runs)
    order = asyncio.create_task(typed(lab_world, "!setPlaybook name=Other"))
    await asyncio.sleep(0)
    goes_on.set()
    async with asyncio.timeout(60):
        await order
    plans = await plans_of(lab_world)
    assert plans["Both"].state is PlanState.REPLACED
    assert {key: task.state for key, task in (await lab_world.tasks(plans["Both"])).items()}["2"] is TaskState.COMPLETED
    assert "acted" in await lab_world.said()
    (intent,) = await lab_world.store.intents(started.id)
    assert intent.ended


async def test_a_plan_that_another_worker_drives_ends_there() -> None:
    goes_on = asyncio.Event()

    async def act(_: FakeCode) -> list[Json]:
        await goes_on.wait()
        return [note("acted")]

    lab_world = world(act=act)
    lab_world.store.exclusive = False
    started = await lab_world.start(playbook(BOTH, "Both"))
    elsewhere = lab_world.new_conductor("worker-2")
    await lab_world.store.leases.renew(WorkerId("worker-2"))
    elsewhere.start_soon(started.id)
    await until(lambda: lab_world.runner.runs)
    plan = await room(lab_world).run("!setPlaybook name=Other", lab_world.incident, ANA)
    async with asyncio.timeout(60):
        await lab_world.conductor.drive(plan.id)
        goes_on.set()
        await elsewhere.drive(started.id)
    plans = await plans_of(lab_world)
    assert (plans["Both"].state, plans["Both"].epoch) == (PlanState.REPLACED, 1)


async def test_a_script_sets_it_and_the_last_one_counts() -> None:
    async def choose(code: FakeCode) -> list[Json]:
        for name in ("Ask", "Other"):
            await code.call("executeCommand", {"command": "setPlaybook", "args": {"name": name}})
        return [note("chosen")]

    lab_world = world(Choose=choose)
    lab_world.playbooks = {**lab_world.playbooks, "Ask": playbook(ASK, "Ask")}
    lab_world.__post_init__()
    started = await lab_world.start(playbook(SCRIPTED, "Scripted"))
    await driven(lab_world, started.id)
    assert {name: plan.state for name, plan in (await plans_of(lab_world)).items()} == {
        "Scripted": PlanState.REPLACED,
        "Other": PlanState.COMPLETED,
    }


async def test_a_name_that_nothing_has_fails_the_task_and_starts_nothing() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(ROUTE.replace("simple: Other", "simple: Othr"), "Route"))
    assert plan.state is PlanState.FAILED
    assert "There is no playbook `Othr`; did you mean `Other`?" in plan.error
    assert list(await plans_of(lab_world)) == ["Route"]


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("!setPlaybook name=Othr", NotFoundError, "did you mean `Other`"),
        ("!setPlaybook", InvalidInputError, "setPlaybook needs the argument 'name'"),
        ("!setPlaybook name=Other id=7", InvalidInputError, "setPlaybook has no argument 'id'"),
    ],
)
async def test_a_typed_one_that_cannot_work_is_refused_at_once(text: str, error: type[Exception], words: str) -> None:
    lab_world = world()
    await lab_world.begin()
    with pytest.raises(error, match=words):
        await room(lab_world).run(text, lab_world.incident, ANA)
    assert await lab_world.store.plans(lab_world.incident.id) == []


async def test_who_may_not_run_playbooks_may_not_set_one_either() -> None:
    lab_world = world()
    await lab_world.begin()
    with pytest.raises(ForbiddenError, match="may not run playbooks"):
        await room(lab_world).run("!setPlaybook name=Other", lab_world.incident, Actor(name="al", role=Role.ANALYST))


async def test_another_incident_gets_it_and_this_one_goes_on() -> None:
    lab_world = world()
    elsewhere = an_incident(7, status=Status.PENDING)
    await lab_world.store.commit(some_changes(incidents=[elsewhere]))
    there = ROUTE.replace("{name: {simple: Other}}", "{name: {simple: Other}, incidentId: {simple: '7'}}")
    started = await lab_world.start(playbook(there, "Route"))
    await driven(lab_world, started.id)
    assert (await lab_world.store.plan(started.id)).state is PlanState.COMPLETED
    assert await lab_world.said() == ["Incident 7 now runs 'Other'.", "acted"]
    assert [plan.frame.name for plan in await lab_world.store.plans(elsewhere.id)] == ["Other"]
    changed = await lab_world.store.incident(elsewhere.id)
    assert (changed.playbook, changed.status) == ("Other", Status.ACTIVE)


async def test_a_restart_between_the_word_and_the_end_still_ends_it() -> None:
    lab_world = world()
    asked = await lab_world.play(playbook(ASK, "Ask"))
    incident = await lab_world.journal.incident(lab_world.incident.id)
    made = await replacement(lab_world.plans, incident, other(lab_world), "ana")
    await lab_world.store.commit(some_changes(plans=[made.plan], answers=made.stops))
    lab_world.restart()
    await driven(lab_world, asked.id)
    assert (await lab_world.store.plan(asked.id)).state is PlanState.REPLACED
    assert "acted" not in await lab_world.said()


async def test_of_several_for_one_incident_the_last_one_stays() -> None:
    lab_world = world()
    await lab_world.begin()
    first = await replacement(lab_world.plans, lab_world.incident, other(lab_world), "ana")
    second = replace(first, plan=replace(first.plan, id=PlanId("second")))
    assert latest([first, second]) == [second]


def other(lab_world: World) -> Playbook:
    return lab_world.catalogue.playbook("Other")


async def test_a_typed_command_under_way_is_left_alone() -> None:
    lab_world = world()
    await lab_world.begin()
    command_line = a_plan("typed", kind=PlanKind.COMMAND, command=TypedCommand(name="read"))
    await lab_world.store.commit(some_changes(plans=[command_line, a_plan("own")]))
    made = await replacement(lab_world.plans, lab_world.incident, playbook(OTHER, "Other"), "ana")
    assert [stop.plan for stop in made.stops] == ["own"]
