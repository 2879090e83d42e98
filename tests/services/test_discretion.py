from dataclasses import replace

import pytest

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.plan import Frame, PlanKind, TypedCommand, Wait, WaitKind
from warroom.model.user import Role
from warroom.services.discretion import Discretion, seen_with
from warroom.services.execution.masking import MASK
from warroom.services.journal import Journal
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_actor, an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

HOME = IncidentId("1")
PASSWORD = "b3fore-It-g0es"
CONTEXT: JsonObject = {"Archive": {"name": "dump.zip", "password": PASSWORD}, "Copied": f"it is {PASSWORD}"}
MASKED = {"Archive": {"name": "dump.zip", "password": MASK}, "Copied": f"it is {MASK}"}
BELOW, ENOUGH = (Role.READER, Role.ANALYST), (Role.RESPONDER, Role.ADMIN)


@pytest.fixture
async def discretion() -> Discretion:
    store = MemoryStore()
    patch = ContextPatch(incident=HOME, kind=PatchKind.MERGE, value=CONTEXT)
    await store.commit(some_changes(incidents=[an_incident()], patches=[patch]))
    return Discretion(Journal(store))


@pytest.mark.parametrize("role", BELOW)
async def test_below_responder_a_password_and_its_copies_are_masked(discretion: Discretion, role: Role) -> None:
    assert await discretion.context(HOME, an_actor(role=role)) == MASKED


@pytest.mark.parametrize("role", ENOUGH)
async def test_from_responder_on_the_context_is_whole(discretion: Discretion, role: Role) -> None:
    assert await discretion.context(HOME, an_actor(role=role)) == CONTEXT


async def test_looking_does_not_change_what_others_see(discretion: Discretion) -> None:
    seen_with(Role.READER, CONTEXT)
    await discretion.context(HOME, an_actor(role=Role.READER))
    assert await discretion.context(HOME, an_actor()) == CONTEXT


async def test_entries_repeat_no_password(discretion: Discretion) -> None:
    entry = an_entry(
        contents={"said": PASSWORD}, human_readable=f"Open it with {PASSWORD}", context={"Text": [PASSWORD]}
    )
    (seen,) = await discretion.entries(HOME, [entry], an_actor(role=Role.ANALYST))
    assert (seen.contents, seen.human_readable) == ({"said": MASK}, f"Open it with {MASK}")
    assert seen.context == {"Text": [MASK]}
    assert await discretion.entries(HOME, [entry], an_actor(role=Role.RESPONDER)) == [entry]


async def test_a_typed_command_repeats_no_password(discretion: Discretion) -> None:
    command = TypedCommand(name="open", args={"file": "dump.zip", "note": f"with {PASSWORD}"})
    plan = a_plan(kind=PlanKind.COMMAND, command=command)
    (seen,) = await discretion.plans(HOME, [plan], an_actor(role=Role.READER))
    assert seen.command == TypedCommand(name="open", args={"file": "dump.zip", "note": f"with {MASK}"})
    assert await discretion.plans(HOME, [plan], an_actor(role=Role.RESPONDER)) == [plan]


async def test_tasks_and_plans_repeat_no_password(discretion: Discretion) -> None:
    frame = Frame(playbook="b", name="b", content="c", inputs={"key": PASSWORD}, loop_inputs={"all": [PASSWORD]})
    wait = Wait(kind=WaitKind.POLL, since=START, data={"looks": [{"args": {"text": PASSWORD}}]})
    task = a_task(frame=frame, wait=wait, inputs={"value": PASSWORD}, error=f"{PASSWORD} does not open it")
    plan = a_plan(frame=frame, error=f"Print: {PASSWORD}")
    (seen_task,) = await discretion.tasks(HOME, [task], an_actor(role=Role.READER))
    (seen_plan,) = await discretion.plans(HOME, [plan], an_actor(role=Role.READER))
    assert PASSWORD not in repr((seen_task, seen_plan))
    assert replace(seen_task, frame=None, wait=None, inputs={}, error="") == a_task(error="")
    assert await discretion.tasks(HOME, [task], an_actor()) == [task]
    assert await discretion.plans(HOME, [plan], an_actor()) == [plan]


@pytest.mark.parametrize(
    ("role", "trace"),
    [
        (Role.READER, ""),
        (Role.ANALYST, f"at {MASK}"),
        (Role.RESPONDER, f"at {PASSWORD}"),
        (Role.ADMIN, f"at {PASSWORD}"),
    ],
)
async def test_what_code_left_is_for_those_who_may_run_it(discretion: Discretion, role: Role, trace: str) -> None:
    entry = an_entry(contents="broke", trace=f"at {PASSWORD}", log=f"at {PASSWORD}")
    (seen,) = await discretion.entries(HOME, [entry], an_actor(role=role))
    assert (seen.contents, seen.trace, seen.log) == ("broke", trace, trace)
