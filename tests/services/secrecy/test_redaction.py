from dataclasses import replace

import pytest

from warroom.model.context import ContextPatch, PatchKind
from warroom.model.ids import IncidentId
from warroom.model.json import JsonObject
from warroom.model.plan import Frame, PlanKind, TypedCommand, Wait, WaitKind
from warroom.model.user import Role
from warroom.services.secrecy.masking import MASK
from warroom.services.secrecy.redaction import Redaction, seen_with
from warroom.services.writing.journal import Journal
from warroom.testing.clock import START
from warroom.testing.samples import a_plan, a_task, an_actor, an_entry, an_incident, some_changes
from warroom.testing.store import MemoryStore

HOME = IncidentId("1")
PASSWORD = "b3fore-It-g0es"
CONTEXT: JsonObject = {"Archive": {"name": "dump.zip", "password": PASSWORD}, "Copied": f"it is {PASSWORD}"}
MASKED = {"Archive": {"name": "dump.zip", "password": MASK}, "Copied": f"it is {MASK}"}
BELOW, ENOUGH = (Role.READER, Role.ANALYST), (Role.RESPONDER, Role.ADMIN)


@pytest.fixture
async def redaction() -> Redaction:
    store = MemoryStore()
    patch = ContextPatch(incident=HOME, kind=PatchKind.MERGE, value=CONTEXT)
    await store.commit(some_changes(incidents=[an_incident()], patches=[patch]))
    return Redaction(Journal(store))


@pytest.mark.parametrize("role", BELOW)
async def test_below_responder_a_password_and_its_copies_are_masked(redaction: Redaction, role: Role) -> None:
    assert await redaction.context(HOME, an_actor(role=role)) == MASKED


@pytest.mark.parametrize("role", ENOUGH)
async def test_from_responder_on_the_context_is_whole(redaction: Redaction, role: Role) -> None:
    assert await redaction.context(HOME, an_actor(role=role)) == CONTEXT


async def test_looking_does_not_change_what_others_see(redaction: Redaction) -> None:
    seen_with(Role.READER, CONTEXT)
    await redaction.context(HOME, an_actor(role=Role.READER))
    assert await redaction.context(HOME, an_actor()) == CONTEXT


async def test_entries_repeat_no_password(redaction: Redaction) -> None:
    entry = an_entry(
        contents={"said": PASSWORD}, human_readable=f"Open it with {PASSWORD}", context={"Text": [PASSWORD]}
    )
    (seen,) = await redaction.entries(HOME, [entry], an_actor(role=Role.ANALYST))
    assert (seen.contents, seen.human_readable) == ({"said": MASK}, f"Open it with {MASK}")
    assert seen.context == {"Text": [MASK]}
    assert await redaction.entries(HOME, [entry], an_actor(role=Role.RESPONDER)) == [entry]


async def test_a_typed_command_repeats_no_password(redaction: Redaction) -> None:
    command = TypedCommand(name="open", args={"file": "dump.zip", "note": f"with {PASSWORD}"})
    plan = a_plan(kind=PlanKind.COMMAND, command=command)
    (seen,) = await redaction.plans(HOME, [plan], an_actor(role=Role.READER))
    assert seen.command == TypedCommand(name="open", args={"file": "dump.zip", "note": f"with {MASK}"})
    assert await redaction.plans(HOME, [plan], an_actor(role=Role.RESPONDER)) == [plan]


async def test_tasks_and_plans_repeat_no_password(redaction: Redaction) -> None:
    frame = Frame(playbook="b", name="b", content="c", inputs={"key": PASSWORD}, loop_inputs={"all": [PASSWORD]})
    wait = Wait(kind=WaitKind.POLL, since=START, data={"looks": [{"args": {"text": PASSWORD}}]})
    task = a_task(frame=frame, wait=wait, inputs={"value": PASSWORD}, error=f"{PASSWORD} does not open it")
    plan = a_plan(frame=frame, error=f"Print: {PASSWORD}")
    (seen_task,) = await redaction.tasks(HOME, [task], an_actor(role=Role.READER))
    (seen_plan,) = await redaction.plans(HOME, [plan], an_actor(role=Role.READER))
    assert PASSWORD not in repr((seen_task, seen_plan))
    assert replace(seen_task, frame=None, wait=None, inputs={}, error="") == a_task(error="")
    assert await redaction.tasks(HOME, [task], an_actor()) == [task]
    assert await redaction.plans(HOME, [plan], an_actor()) == [plan]


@pytest.mark.parametrize(
    ("role", "trace"),
    [
        (Role.READER, ""),
        (Role.ANALYST, f"at {MASK}"),
        (Role.RESPONDER, f"at {PASSWORD}"),
        (Role.ADMIN, f"at {PASSWORD}"),
    ],
)
async def test_what_code_left_is_for_those_who_may_run_it(redaction: Redaction, role: Role, trace: str) -> None:
    entry = an_entry(contents="broke", trace=f"at {PASSWORD}", log=f"at {PASSWORD}")
    (seen,) = await redaction.entries(HOME, [entry], an_actor(role=role))
    assert (seen.contents, seen.trace, seen.log) == ("broke", trace, trace)
