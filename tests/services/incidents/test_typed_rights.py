"""A typed command acts under its person's name and with that person's rights, and so does all that it calls."""

import pytest

from tests.services.world import World, command, lab, note, playbook, script
from warroom.model.context import ContextPatch, PatchKind
from warroom.model.errors import ForbiddenError
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.model.user import Actor, Role
from warroom.services.incidents.war_room import WarRoom
from warroom.services.secrecy.masking import MASK
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import an_actor, an_entry, some_changes

ANALYST, RESPONDER = an_actor("ann", Role.ANALYST), an_actor("rob", Role.RESPONDER)
PASSWORD = "b3fore-It-g0es"


async def calls_act(code: FakeCode) -> list[Json]:
    await code.call("executeCommand", {"command": "act", "args": {"what": "host"}})
    return [note("called")]


async def tells_what_it_sees(code: FakeCode) -> list[Json]:
    context = await code.call("context", {})
    return [note(f"sees {context['Archive']['password']}")]


async def reads_a_file(code: FakeCode) -> list[Json]:
    await code.call("getFilePath", {"id": "1@1"})
    return [note("read it")]


def acts_next(_: FakeCode) -> list[Json]:
    schedule = {"PollingCommand": "act", "PollingArgs": {"what": "host"}, "NextRun": "10", "Timeout": "600"}
    return [note("") | schedule]


TABLE: dict[str, FakeFunction] = {
    "read": lambda code: [note(f"read {code.run.args.get('what')}")],
    "act": lambda code: [note(f"acted on {code.run.args.get('what')}")],
    "poll": acts_next,
    "CallsAct": calls_act,
    "Tells": tells_what_it_sees,
    "Reads": reads_a_file,
}


class Room:
    """A War Room whose incident holds an archive's password."""

    def __init__(self) -> None:
        commands = (command("read", "what"), command("act", "what", execution=True), command("poll"))
        self.world = World(
            lab(*commands), TABLE, scripts={name: script(name) for name in ("CallsAct", "Tells", "Reads")}
        )
        self.war_room = WarRoom(
            store=self.world.store,
            journal=self.world.journal,
            library=self.world.library,
            plans=self.world.plans,
            halting=self.world.halting,
            clock=self.world.clock,
        )

    async def begin(self) -> None:
        await self.world.begin()
        archive = {"Archive": {"password": PASSWORD}}
        patch = ContextPatch(incident=self.world.incident.id, kind=PatchKind.MERGE, value=archive)
        stored = await self.world.blobs.put(b"MDMP", "lsass.dmp")
        entry = an_entry(file=stored)
        await self.world.store.commit(some_changes(patches=[patch], entries=[entry]))

    async def type(self, text: str, actor: Actor) -> PlanRecord:
        plan = await self.war_room.run(text, self.world.incident, actor)
        await self.world.conductor.drive(plan.id)
        return await self.world.store.plan(plan.id)

    async def said(self) -> list[Json]:
        return (await self.world.said())[1:]

    @property
    def acted(self) -> int:
        return sum(run.command == "act" for run in self.world.runner.runs)


@pytest.fixture
async def room() -> Room:
    room = Room()
    await room.begin()
    return room


async def test_entries_events_and_intents_carry_the_name_of_who_typed(room: Room) -> None:
    before = await room.world.store.last_event()
    plan = await room.type("!act what=host", RESPONDER)
    assert (plan.state, plan.started_by) == (PlanState.COMPLETED, "rob")
    entry = (await room.world.store.entries(room.world.incident.id))[-1]
    assert (entry.contents, entry.actor) == ("acted on host", "rob")
    (intent,) = await room.world.store.intents(plan.id)
    assert (intent.actor, intent.answer, intent.target) == ("rob", "acted on host", {"what": "host"})
    told = {event.actor for event in await room.world.store.events(before) if event.kind != "plan"}
    assert told == {"rob"}


async def test_what_a_playbook_does_is_dbots_whoever_started_it(room: Room) -> None:
    book = playbook("'1': {id: '1', taskid: a, type: regular, task: {id: a, name: act, script: 'Lab|||act'}}\n")
    plan = await room.world.plans.start(room.world.incident, book, {}, RESPONDER)
    await room.world.conductor.drive(plan.id)
    assert (await room.world.store.plan(plan.id)).started_by == "rob"
    assert (await room.world.store.entries(room.world.incident.id))[-1].actor == "DBot"
    assert [intent.actor for intent in await room.world.store.intents(plan.id)] == ["DBot"]


async def test_an_analyst_reads_and_a_responder_acts(room: Room) -> None:
    assert (await room.type("!read what=host", ANALYST)).state is PlanState.COMPLETED
    with pytest.raises(ForbiddenError, match="ann may not run response actions as analyst"):
        await room.type("!act what=host", ANALYST)
    assert room.acted == 0
    await room.type("!act what=host", RESPONDER)
    assert room.acted == 1


@pytest.mark.parametrize("typed", ["!CallsAct", "!poll"])
async def test_an_action_is_not_reached_through_what_the_command_calls_or_asks_for_next(room: Room, typed: str) -> None:
    plan = await room.type(typed, ANALYST)
    room.world.clock.advance(10)
    await room.world.conductor.drive(plan.id)
    ended = await room.world.store.plan(plan.id)
    assert ended.state is PlanState.FAILED
    assert "ann may not run response actions as analyst" in ended.error
    assert room.acted == 0


@pytest.mark.parametrize("typed", ["!CallsAct", "!poll"])
async def test_for_a_responder_the_same_command_acts(room: Room, typed: str) -> None:
    plan = await room.type(typed, RESPONDER)
    room.world.clock.advance(10)
    await room.world.conductor.drive(plan.id)
    assert (await room.world.store.plan(plan.id)).state is PlanState.COMPLETED
    assert room.acted == 1


@pytest.mark.parametrize("typed", ["!read what=${Archive.password}", "!Tells", "!getContext"])
async def test_the_commands_of_an_analyst_see_no_password(room: Room, typed: str) -> None:
    plan = await room.type(typed, ANALYST)
    left = repr((await room.world.store.tasks(plan.id), await room.world.store.entries(room.world.incident.id)))
    assert PASSWORD not in left
    assert PASSWORD not in repr(room.world.runner.runs)
    assert MASK in left


async def test_the_commands_of_a_responder_see_it(room: Room) -> None:
    await room.type("!read what=${Archive.password}", RESPONDER)
    assert room.world.runner.runs[-1].args["what"] == PASSWORD
    await room.type("!Tells", RESPONDER)
    assert f"sees {PASSWORD}" in await room.said()


async def test_the_commands_of_an_analyst_open_no_evidence(room: Room) -> None:
    plan = await room.type("!Reads", ANALYST)
    assert "ann may not download evidence" in plan.error
    assert (await room.type("!Reads", RESPONDER)).state is PlanState.COMPLETED
