"""What a person types: refused at once where it cannot work, else a plan of one task."""

import asyncio
from dataclasses import replace

import pytest

from tests.services.world import ANA, World, an_instance, command, lab, note, playbook, script
from warroom.content.integration import Argument, Command
from warroom.model.errors import InvalidInputError, NotFoundError
from warroom.model.ids import EntryId, IncidentId
from warroom.model.incident import Incident, Status
from warroom.model.plan import PlanKind, PlanState, TypedCommand
from warroom.services.commands.binding import UnclearTargetError
from warroom.services.commands.declared import DECLARED
from warroom.services.commands.targets import UnavailableCommandError
from warroom.services.execution.finding import PLAYGROUND
from warroom.services.incidents.war_room import WarRoom
from warroom.services.ports.store import IncidentQuery
from warroom.testing.samples import an_incident, some_changes
from warroom.testing.store import MemoryStore

READ = Command(
    name="read", arguments=(Argument(name="host", default=True, required=True), Argument(name="limit", default_value=5))
)


def room() -> tuple[World, WarRoom]:
    world = World(
        lab(READ, command("act", "host", execution=True)),
        {
            "read": lambda code: [note(f"read {dict(code.run.args)}")],
            "act": lambda _: [note("acted")],
            "Tool": lambda _: [note("used")],
        },
        scripts={"Tool": script("Tool", "what!")},
        instances=[an_instance("lab-1"), an_instance("lab-2")],
    )
    return world, WarRoom(
        store=world.store,
        journal=world.journal,
        library=world.library,
        plans=world.plans,
        halting=world.halting,
        clock=world.clock,
    )


async def test_a_typed_command_runs_as_a_plan_and_leaves_the_incidents_own_playbook() -> None:
    world, war_room = room()
    await world.play(playbook("'1': {id: '1', taskid: a, type: title, task: {id: a, name: Done}}", "Collect"))
    incident = await world.journal.incident(world.incident.id)
    plan = await war_room.run("!read FIN-1 using=lab-2", incident, ANA)
    await world.conductor.drive(plan.id)
    assert await world.said() == ["read {'host': 'FIN-1', 'limit': 5}"]
    assert (plan.kind, plan.frame.name, plan.frame.content) == (PlanKind.COMMAND, "!read", "")
    assert plan.command == TypedCommand(name="read", args={"host": "FIN-1", "using": "lab-2"})
    assert (await world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert (await world.store.incident(incident.id)).playbook == "Collect"


async def test_an_instance_may_be_named_beside_the_text() -> None:
    world, war_room = room()
    await world.begin()
    plan = await war_room.run("!read host=a", world.incident, ANA, using="lab-1")
    await world.conductor.drive(plan.id)
    assert [run.worker for run in world.runner.runs] == ["id-lab-1"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("!read", r"read needs the argument 'host', which is missing or empty\. Write host=value\."),
        ("!read host=", "read needs the argument 'host'"),
        ("!read hots=a host=b", r"read has no argument 'hots'\. It takes: host, limit\."),
        ("!act host=a b", "act does not know what 'b' is"),
        ('!read host="a', "is not closed"),
        ("!", r"Type `!name argument=value`\."),
    ],
)
async def test_what_cannot_work_is_refused_before_a_plan_starts(typed: str, words: str) -> None:
    world, war_room = room()
    await world.begin()
    with pytest.raises(InvalidInputError, match=words):
        await war_room.run(typed, world.incident, ANA)
    assert await world.store.plans(world.incident.id) == []


@pytest.mark.parametrize("typed", ["!raed host=a", "!read host=a using=nobody"])
async def test_what_is_not_there_is_refused_before_a_plan_starts(typed: str) -> None:
    world, war_room = room()
    await world.begin()
    with pytest.raises(UnavailableCommandError):
        await war_room.run(typed, world.incident, ANA)
    assert await world.store.plans(world.incident.id) == []


@pytest.mark.parametrize("control", ["auto-extract=none", "retry-count=1", "execution-timeout=9", "raw-response=true"])
async def test_xsoars_own_arguments_go_with_every_command(control: str) -> None:
    world, war_room = room()
    await world.begin()
    plan = await war_room.run(f"!read host=a {control}", world.incident, ANA)
    await world.conductor.drive(plan.id)
    assert world.runner.runs[0].args == {"host": "a", "limit": 5}


@pytest.mark.parametrize("typed", ["!Tool what=x", "!setIncident details=x"])
async def test_a_brand_to_be_used_means_nothing_to_what_no_integration_runs(typed: str) -> None:
    world, war_room = room()
    await world.begin()
    plan = await war_room.run(f"{typed} using-brand=Lab", world.incident, ANA)
    await world.conductor.drive(plan.id)
    assert (await world.store.plan(plan.id)).state is PlanState.COMPLETED


@pytest.mark.parametrize("name", sorted(name for name, one in DECLARED.items() if not one.takes_indicator_fields))
async def test_every_built_in_command_refuses_an_argument_that_it_does_not_take(name: str) -> None:
    world, war_room = room()
    await world.begin()
    with pytest.raises(InvalidInputError, match=rf"{name} has no argument 'nosuch'\. It takes: "):
        await war_room.run(f"!{name} nosuch=1", world.incident, ANA)
    assert await world.store.plans(world.incident.id) == []
    assert await world.store.incident(world.incident.id) == world.incident


async def typed(world: World, war_room: WarRoom, text: str) -> PlanState:
    plan = await war_room.run(text, world.incident, ANA)
    await world.conductor.drive(plan.id)
    return (await world.store.plan(plan.id)).state


async def test_an_incident_is_closed_from_another_ones_war_room_only_where_it_is_named() -> None:
    world, war_room = room()
    await world.begin()
    await world.store.commit(some_changes(incidents=[an_incident(73)]))
    assert await typed(world, war_room, "!closeInvestigation id=73 closeReason=Duplicate") is PlanState.COMPLETED
    other = await world.store.incident(IncidentId("73"))
    assert (await world.store.incident(world.incident.id)).status is not Status.DONE
    assert (other.status, other.close_reason) == (Status.DONE, "Duplicate")
    assert await typed(world, war_room, "!closeInvestigation id=99") is PlanState.FAILED
    assert (await world.store.incident(world.incident.id)).status is not Status.DONE


async def test_typed_text_reaches_an_action_to_the_letter_or_not_at_all() -> None:
    world, war_room = room()
    world.runner.table["act"] = lambda code: [note(f"on {code.run.args['host']}")]
    await world.begin()
    assert await typed(world, war_room, '!act host="${env:TEMP}\\x.dmp" using=lab-1') is PlanState.COMPLETED
    assert await typed(world, war_room, '!act host="https://cdn.example.com/${x}" using=lab-1') is PlanState.FAILED
    assert [run.args for run in world.runner.runs] == [{"host": "${env:TEMP}\\x.dmp"}]
    *_, refused = await world.said()
    assert "its argument 'host' refers to ${x}, which leads to nothing here" in str(refused)


async def test_a_note_is_said_under_the_name_of_who_says_it() -> None:
    world, war_room = room()
    await world.begin()
    entry = await war_room.say("It is **ours**.", world.incident.id, ANA)
    assert (entry.id, entry.actor, entry.note, entry.readable) == ("1@1", "ana", True, "It is **ours**.")
    assert await war_room.entries(world.incident.id, ANA) == [entry]
    assert await war_room.entries(world.incident.id, ANA, after=1) == []
    assert await war_room.entry(EntryId("1@1"), ANA) == entry


async def test_an_incident_that_is_not_there_takes_no_notes() -> None:
    _, war_room = room()
    with pytest.raises(NotFoundError):
        await war_room.say("hello", IncidentId("99"), ANA)


async def test_commands_without_an_incident_share_one_playground() -> None:
    world, war_room = room()
    await world.begin()
    made = await war_room.playground(ANA)
    assert (made.type, made.status) == (PLAYGROUND, Status.ARCHIVE)
    assert await war_room.playground(ANA) == made


class SlowStore(MemoryStore):
    """Lets others act between an answer and the one who asked."""

    async def incidents(self, query: IncidentQuery) -> list[Incident]:
        found = await super().incidents(query)
        await asyncio.sleep(0)
        return found


async def test_two_who_need_the_playground_at_once_get_the_same_one() -> None:
    world, war_room = room()
    world.store = SlowStore()
    world.restart()
    slow = replace(war_room, store=world.store, journal=world.journal, plans=world.plans)
    first, second = await asyncio.gather(slow.playground(ANA), slow.playground(ANA))
    assert first == second


# -- where it goes ----------------------------------------------------------------------------------------------------


async def test_a_typed_command_goes_to_the_instance_that_its_incident_came_from() -> None:
    world, war_room = room()
    world.incident = replace(world.incident, source_brand="Lab", source_instance="lab-2", source_id="id-lab-2")
    await world.begin()
    for typed, using in (("!act host=a", ""), ("!act host=a using=lab-1", ""), ("!act host=a", "lab-1,lab-2")):
        plan = await war_room.run(typed, world.incident, ANA, using)
        await world.conductor.drive(plan.id)
    asked = [run.worker for run in world.runner.runs]
    assert asked == ["id-lab-2", "id-lab-1", "id-lab-1", "id-lab-2"]


async def test_without_a_source_an_action_is_refused_before_a_plan_starts_and_takes_all_when_asked() -> None:
    world, war_room = room()
    await world.begin()
    with pytest.raises(UnclearTargetError, match=r"2 instances offer it: lab-1, lab-2\..*--using lab-1"):
        await war_room.run("!act host=a", world.incident, ANA)
    assert await world.store.plans(world.incident.id) == []
    plan = await war_room.run("!act host=a using=*", world.incident, ANA)
    await world.conductor.drive(plan.id)
    assert [run.worker for run in world.runner.runs] == ["id-lab-1", "id-lab-2"]


async def test_a_script_is_held_to_instances_that_are_there() -> None:
    world, war_room = room()
    await world.begin()
    with pytest.raises(UnavailableCommandError, match="There is no enabled instance 'nobody'"):
        await war_room.run("!Tool what=x using=nobody", world.incident, ANA)


async def test_what_is_typed_cannot_change_where_an_incident_came_from() -> None:
    world, war_room = room()
    world.incident = replace(world.incident, source_brand="Lab", source_instance="lab-2", source_id="id-lab-2")
    await world.begin()
    plan = await war_room.run("!setIncident dbotMirrorInstance=lab-1", world.incident, ANA)
    await world.conductor.drive(plan.id)
    failed = await world.store.plan(plan.id)
    assert (failed.state, "stays 'empty'" in failed.error) == (PlanState.FAILED, True)
    for name in ("sourceInstance", "source_instance", "sourceBrand", "source_id"):
        with pytest.raises(InvalidInputError, match=f"setIncident has no argument '{name}'"):
            await war_room.run(f"!setIncident {name}=lab-1", world.incident, ANA)
        plan = await war_room.run(f'!setIncident customFields=`{{"{name}": "lab-1"}}`', world.incident, ANA)
        await world.conductor.drive(plan.id)
        assert (await world.store.plan(plan.id)).state is PlanState.FAILED
    stored = await world.store.incident(world.incident.id)
    assert (stored.source_brand, stored.source_instance, stored.source_id) == ("Lab", "lab-2", "id-lab-2")
