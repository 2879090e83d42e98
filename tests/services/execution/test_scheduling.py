"""Commands that are to run later, or on other incidents."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.services.world import World, command, lab, note, playbook, script
from warroom.model.entry import EntryType
from warroom.model.json import Json
from warroom.model.plan import PlanKind, PlanRecord, PlanState, WaitKind
from warroom.model.user import Role
from warroom.services.approvals.rules import Rules
from warroom.services.commands.targets import Resolved
from warroom.services.execution.call import Call, Origin
from warroom.services.execution.look_up import look_up
from warroom.testing.runner import FakeCode
from warroom.testing.samples import an_incident, some_changes

ASK = """
'1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child}, separatecontext: true}
"""
CHILD = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: ask, script: Ask}}
"""
ONE = CHILD


def world(**asked: Json) -> World:
    """Make a world whose script `Ask` calls a built-in command, and whose script `Say` tells what it was given."""

    async def ask(code: FakeCode) -> list[Json]:
        return await code.call("executeCommand", asked)  # type: ignore[no-any-return]  # a list of entries

    async def say(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": "Said", "value": code.run.args.get("what")})
        return [note(f"said {code.run.args.get('what')}")]

    scripts = {name: script(name, "what", "key") for name in ("Ask", "Say")}
    return World(
        lab(command("act", "what", execution=True)),
        {"Ask": ask, "Say": say, "act": lambda _: [note("acted")]},
        scripts=scripts,
        playbooks={"Child": playbook(CHILD, "Child")},
    )


def scheduling(line: str, **args: Json) -> World:
    given = {"command": line, "cron": "*/2 * * * *", "times": 1, **args}
    return world(command="scheduleEntry", args={name: value for name, value in given.items() if value is not None})


async def later(lab_world: World) -> list[PlanRecord]:
    return [plan for plan in await lab_world.store.plans(lab_world.incident.id) if plan.kind is PlanKind.COMMAND]


async def run_due(lab_world: World) -> PlanRecord:
    """Let the time of the next scheduled command come, and drive it."""
    plan = next(plan for plan in await later(lab_world) if plan.wake_at)
    assert plan.wake_at
    lab_world.clock.advance((plan.wake_at - lab_world.clock.now()).total_seconds())
    await lab_world.conductor.drive(plan.id)
    return await lab_world.store.plan(plan.id)


async def test_a_command_waits_for_its_minute_and_runs_once() -> None:
    lab_world = scheduling('!Say what="a \\"b\\""')
    assert (await lab_world.play(playbook(ONE))).state is PlanState.COMPLETED
    [plan] = await later(lab_world)
    [_, task] = await lab_world.store.tasks(plan.id)
    assert (plan.state, task.wait and task.wait.kind) == (PlanState.WAITING, WaitKind.SCHEDULED)
    assert plan.wake_at
    assert timedelta(seconds=5) <= plan.wake_at - lab_world.clock.now() <= timedelta(minutes=2, seconds=5)
    assert plan.wake_at.minute % 2 == 0
    assert (plan.wake_at.second, lab_world.runner.runs[-1].command) == (0, "Ask")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.WAITING, "woken too early, it waits on"
    assert (await run_due(lab_world)).state is PlanState.COMPLETED
    assert (await lab_world.said())[-1] == 'said a "b"'


async def test_the_answer_has_an_id_with_which_it_is_cancelled() -> None:
    lab_world = scheduling("!Say what=a")
    await lab_world.play(playbook(ONE))
    [plan] = await later(lab_world)
    [entry] = await lab_world.store.entries(lab_world.incident.id)
    assert entry.contents == {"id": plan.id}
    assert str(entry.human_readable).startswith("!Say runs once at 20")
    lab_world.runner.table["Ask"] = lambda code: code.call(
        "executeCommand", {"command": "scheduleEntry", "args": {"id": plan.id, "cancel": "cancel"}}
    )
    stopped = await lab_world.another(playbook(ONE))
    await lab_world.conductor.drive(stopped.id)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.CANCELLED
    again = await lab_world.another(playbook(ONE))
    await lab_world.conductor.drive(again.id)
    [*_, entry] = await lab_world.store.entries(lab_world.incident.id)
    assert (entry.type, "has no scheduled command" in str(entry.contents)) == (EntryType.ERROR, True)


@pytest.mark.parametrize(("args", "count"), [({"times": 3}, 3), ({"times": None, "endDate": "2026-12-31"}, None)])
async def test_it_runs_as_often_as_asked_or_until_its_end(args: dict[str, Json], count: int | None) -> None:
    lab_world = scheduling("!Say what=a", cron="0 * * * *" if count else "0 0 */5 * *", **args)
    now = lab_world.clock.now()
    if count is None:
        end = now + timedelta(days=15)
        lab_world = scheduling("!Say what=a", cron="0 0 */5 * *", times=None, endDate=end.isoformat())
    plan = await lab_world.play(playbook(ONE))
    assert plan.error == ""
    plans = await later(lab_world)
    assert len(plans) == count or 2 <= len(plans) <= 4
    assert len({plan.wake_at for plan in plans}) == len(plans)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"command": ""}, "needs command and cron"),
        ({"cron": "often"}, "'often' is no cron expression"),
        ({"times": None}, "needs times or endDate: a schedule without an end is not built yet"),
        ({"times": "1000"}, "Give a number from 1 to 100"),
        ({"times": None, "endDate": "2400-01-01"}, "More than 100 runs are due"),
        ({"times": None, "endDate": "2001-01-01"}, "Nothing is due"),
        ({"command": "!Sya what=a"}, "There is no command `Sya`"),
        ({"command": '!Say what="'}, "A quote"),
    ],
)
async def test_what_cannot_be_scheduled_is_said(args: dict[str, Json], words: str) -> None:
    lab_world = scheduling(str(args.pop("command", "!Say what=a")), **args)
    plan = await lab_world.play(playbook(ONE))
    assert words in plan.error
    assert await later(lab_world) == []


async def test_text_that_looks_like_a_reference_is_data_when_the_command_runs() -> None:
    lab_world = scheduling("!Say what=${incident.name}")
    await lab_world.play(playbook(ONE))
    await run_due(lab_world)
    assert (await lab_world.said())[-1] == "said ${incident.name}"


async def test_a_command_that_a_sub_playbook_schedules_works_on_its_context_also_where_it_is_named_in_full() -> None:
    lab_world = scheduling("!Say what=a")
    plan = await lab_world.play(playbook(ASK))
    frame = (await lab_world.tasks(plan))["1"].frame
    assert frame

    async def say(code: FakeCode) -> list[Json]:
        await code.call("setContext", {"contextPath": f"{frame.scope}.Set", "value": 1})
        return [note("said", **{f"{frame.scope}.Merged(val.id == obj.id)": {"id": 7}})]

    lab_world.runner.table["Say"] = say
    assert (await run_due(lab_world)).error == ""
    assert await lab_world.context() == {frame.scope: {"Set": 1, "Merged": {"id": 7}}}


async def test_no_other_command_reaches_into_that_context() -> None:
    lab_world = scheduling("!Say what=a")
    await lab_world.play(playbook(ONE))
    lab_world.runner.table["Say"] = lambda _: [note("said", **{"subplaybook-p-1.A": 1})]
    plan = await run_due(lab_world)
    assert "is in the private context of a sub-playbook" in plan.error


async def test_an_action_needs_its_approval_when_it_runs() -> None:
    lab_world = replace(scheduling("!act what=a"), rules=Rules(commands=("act",)))
    await lab_world.play(playbook(ONE))
    plan = await run_due(lab_world)
    [*_, task] = await lab_world.store.tasks(plan.id)
    assert (plan.state, task.wait and task.wait.kind) == (PlanState.WAITING, WaitKind.APPROVAL)
    assert "act" not in [run.command for run in lab_world.runner.runs]


async def test_it_has_no_more_rights_than_who_asked_for_it() -> None:
    lab_world = world()
    await lab_world.begin()
    analyst = Origin(actor="ana", rights=Role.ANALYST)
    args: dict[str, Json] = {"command": "!act what=a", "cron": "* * * * *", "times": 1}
    resolved = Resolved(name="scheduleEntry", here=look_up(lab_world.catalogue, "scheduleEntry").here)
    outcome = await lab_world.executor.run(
        Call(incident=lab_world.incident, resolved=resolved, args=args, origin=analyst)
    )
    [made] = outcome.scheduled
    await lab_world.store.commit(some_changes(plans=[made.plan], tasks=made.tasks))
    plan = await run_due(lab_world)
    assert "run response actions" in plan.error


# -- executeCommandAt ----------------------------------------------------------------------------------------------


async def test_a_command_runs_on_other_incidents() -> None:
    lab_world = world(
        command="executeCommandAt",
        args={"command": "Say", "incidents": "2,3", "arguments": {"what": "${incident.name}"}},
    )
    others = [an_incident(number) for number in (2, 3)]
    await lab_world.store.commit(some_changes(incidents=others))
    plan = await lab_world.play(playbook(ONE))
    assert plan.error == ""
    for other in others:
        [run] = await lab_world.store.plans(other.id)
        await lab_world.conductor.drive(run.id)
        assert await lab_world.journal.context(other.id) == {"Said": "${incident.name}"}
    assert await lab_world.context() == {}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"command": "Say"}, "needs command and incidents"),
        ({"command": "Say", "incidents": ["9"]}, "There is no incident 9"),
        ({"command": "Sya", "incidents": ["1"]}, "There is no command `Sya`"),
    ],
)
async def test_what_cannot_run_elsewhere_is_said(args: dict[str, Json], words: str) -> None:
    plan = await world(command="executeCommandAt", args=args).play(playbook(ONE))
    assert words in plan.error
