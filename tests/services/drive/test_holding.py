"""Actions of plans while they are paused: each waits, durably, and is done once when it is let out."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.approvals.approval_world import BOB, EVE, approval_world
from tests.services.drive.one_task import scheduled
from tests.services.stop import Stop
from tests.services.world import note, playbook, until
from warroom.content.playbook import Playbook
from warroom.model.errors import ConflictError
from warroom.model.ids import InstanceId
from warroom.model.json import Json
from warroom.model.plan import PlanState, TypedCommand, WaitKind
from warroom.services.approvals.halting import Halting
from warroom.services.approvals.rules import Rules
from warroom.services.ports.store import Changes, Committed
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.store import MemoryStore

ISOLATE = playbook(
    """
    '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate it, script: 'Lab|||isolate'},
          scriptarguments: {endpoint: {simple: A}}, nexttasks: {'#none#': ['2']}}
    '2': {id: '2', taskid: b, type: regular, task: {id: b, name: Read, script: 'Lab|||read'}}
    """,
    "Isolate",
)
SCRIPTED = playbook(
    "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: Contain, script: Contain}}", "Scripted"
)
LOOKS = playbook(
    """
    '1': {id: '1', taskid: a, type: regular, task: {id: a, name: Isolate and wait, script: 'Lab|||isolate'},
          scriptarguments: {endpoint: {simple: A}}}
    """,
    "Looks",
)


def isolating_on(instance: str, host: str) -> Playbook:
    arguments = {"endpoint": {"simple": host}, "using": {"simple": instance}}
    task = {"id": "1", "taskid": "a", "type": "regular", "scriptarguments": arguments}
    return playbook(
        f"'1': {json.dumps({**task, 'task': {'id': 'a', 'name': 'Isolate', 'script': 'Lab|||isolate'}})}", host
    )


class Parking(MemoryStore):
    """Lets something happen just before a plan is parked."""

    before: Callable[[], Awaitable[None]] | None = None

    async def commit(self, changes: Changes) -> Committed:
        if self.before and any(plan.state is PlanState.WAITING for plan in changes.plans):
            before, self.before = self.before, None
            await before()
        return await super().commit(changes)


async def test_an_action_waits_while_everything_is_paused_and_is_done_once_when_it_is_resumed() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause(reason="It isolates the wrong hosts.")
    plan = await approvals.started(ISOLATE)
    assert (plan.state, plan.wake_at, approvals.product.asked) == (PlanState.WAITING, None, [])
    (held,) = await stop.held()
    assert held.name == "Isolate it"
    (line,) = await approvals.world.said()
    assert str(line).startswith("'Isolate it' waits: isolate was not sent: eve paused every instance at 2026-")
    assert str(line).endswith(": It isolates the wrong hosts. `warroom resume` allows it again.")
    assert await approvals.world.store.intents(plan.id) == []
    await stop.resume()
    assert approvals.product.endpoints == ["A"]
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    (intent,) = await approvals.world.store.intents(plan.id)
    assert (intent.command, intent.failed) == ("isolate", False)


async def test_one_instance_is_paused_and_the_others_go_on() -> None:
    approvals = await approval_world(instances=("acme", "beta"))
    stop = Stop.of(approvals)
    await stop.pause("ACME")
    for name in ("acme", "beta"):
        await approvals.started(isolating_on(name, "A"))
    assert [instance for instance, _ in approvals.product.asked] == ["beta"]
    await stop.resume("acme")
    assert sorted(instance for instance, _ in approvals.product.asked) == ["acme", "beta"]


async def test_an_instance_that_takes_the_name_of_a_paused_one_is_held_as_well() -> None:
    approvals = await approval_world(instances=("acme",))
    stop = Stop.of(approvals)
    await stop.pause("acme")
    (instance,) = await approvals.world.journal.instances()
    await approvals.world.journal.remove_instance(instance.id, "eve", approvals.world.clock.now())
    another = replace(instance, id=InstanceId("another"), name="Acme")
    await approvals.world.journal.save_instance(another, "eve", approvals.world.clock.now())
    await approvals.started(ISOLATE)
    assert approvals.product.asked == []


async def test_what_reads_goes_on_and_so_does_what_collects_evidence() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause()
    book = playbook("'1': {id: '1', taskid: a, type: regular, task: {id: a, name: Read, script: 'Lab|||read'}}")
    assert (await approvals.started(book)).state is PlanState.COMPLETED
    letting = Halting(halts=approvals.world.store.halts, goes_on=("ISO*",))
    assert await letting.over_named("isolate", ("lab-1",)) is None
    assert await approvals.world.halting.over_named("isolate", ("lab-1",)) is not None


async def test_a_typed_action_is_refused_in_a_sentence_and_leaves_no_plan() -> None:
    approvals = await approval_world()
    await Stop.of(approvals).pause()
    with pytest.raises(ConflictError, match="isolate was not sent: eve paused every instance"):
        await approvals.typed("!isolate endpoint=A")
    assert await approvals.world.store.open_plans() == []
    assert (await approvals.typed("!read")).state is PlanState.COMPLETED


async def test_a_typed_action_that_meets_a_pause_on_its_way_fails_with_that_sentence() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    isolate = TypedCommand(name="isolate", args={"endpoint": "A"})
    plan = await approvals.world.plans.start_command(approvals.world.incident, isolate, {}, BOB)
    await stop.pause()
    ended = await approvals.driven(plan.id)
    assert (ended.state, approvals.product.asked) == (PlanState.FAILED, [])
    assert "isolate was not sent: eve paused every instance" in ended.error


async def test_an_approved_action_is_not_lost_to_a_pause_and_passes_once() -> None:
    approvals = await approval_world(rules=Rules(commands=("isolate",)))
    stop = Stop.of(approvals)
    plan = await approvals.typed("!isolate endpoint=A")
    (request,) = await approvals.requests()
    await stop.pause()
    waiting = await approvals.answer(request)
    assert (waiting.state, approvals.product.asked) == (PlanState.WAITING, [])
    approvals.world.restart()
    await stop.resume()
    assert approvals.product.endpoints == ["A"]
    (intent,) = await approvals.world.store.intents(plan.id)
    assert intent.approved
    assert intent.approved.by == "eve"


async def test_a_pause_outlives_the_process_and_so_does_what_waits() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause()
    plan = await approvals.started(ISOLATE)
    for _ in range(3):
        approvals.world.restart()
        await stop.pausing.wake()
        await stop.driven()
        assert approvals.product.asked == []
    assert len(await approvals.world.said()) == 1
    await stop.resume()
    assert (approvals.product.endpoints, (await approvals.driven(plan.id)).state) == (["A"], PlanState.COMPLETED)


async def test_a_plan_whose_end_of_the_halt_was_not_told_goes_on_at_the_next_start() -> None:
    approvals = await approval_world()
    stop = Stop.of(approvals)
    await stop.pause()
    await approvals.started(ISOLATE)
    (halt,) = await approvals.world.store.halts.all()
    await approvals.world.store.halts.end(halt, "", "eve", approvals.world.clock.now())  # and killed there
    approvals.world.restart()
    await stop.pausing.wake()
    await stop.driven()
    assert approvals.product.endpoints == ["A"]


async def test_a_halt_that_ends_while_a_plan_is_being_parked_is_not_missed() -> None:
    store = Parking()
    approvals = await approval_world(store=store)
    stop = Stop.of(approvals)
    await stop.pause()

    async def resume() -> None:
        await stop.pausing.resume("", "", EVE)
        assert stop.jobs.waiting == []  # nobody had seen it waiting

    store.before = resume
    plan = await approvals.started(ISOLATE)
    await until(lambda: approvals.product.asked)
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    assert approvals.product.endpoints == ["A"]


async def test_a_script_that_calls_what_is_paused_runs_anew_afterwards() -> None:
    approvals = await approval_world(scripts=("Contain",), Contain=_contains("isolate"))
    stop = Stop.of(approvals)
    await stop.pause()
    plan = await approvals.started(SCRIPTED)
    assert (plan.state, approvals.product.asked) == (PlanState.WAITING, [])
    assert len(await approvals.world.said()) == 1
    await stop.resume()
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    assert approvals.product.endpoints == ["A"]


async def test_a_script_that_takes_the_refusal_for_an_answer_is_held_all_the_same() -> None:
    async def swallows(code: FakeCode) -> list[Json]:
        try:
            await code.call("executeCommand", {"command": "isolate", "args": {"endpoint": "A"}})
        except Exception:  # noqa: BLE001  # as content does
            return [note("Well, it did not work.", Contained="no")]
        return [note("Contained.", Contained="yes")]

    approvals = await approval_world(scripts=("Contain",), Contain=swallows)
    stop = Stop.of(approvals)
    await stop.pause()
    await approvals.started(SCRIPTED)
    assert await approvals.world.context() == {}
    await stop.resume()
    assert (approvals.product.endpoints, await approvals.world.context()) == (["A"], {"Contained": "yes"})


async def test_a_script_whose_first_action_has_a_key_finds_it_and_does_it_not_twice() -> None:
    approvals = await approval_world(scripts=("Contain",), instances=("acme", "beta"))
    approvals.world.runner.table["Contain"] = _contains("isolate", using=("acme", "beta"))
    stop = Stop.of(approvals)
    await stop.pause("beta")
    await approvals.started(SCRIPTED)
    await stop.resume("beta")
    keys = [key for key, _ in approvals.product.keys]
    assert len(keys) == 3
    assert len(set(keys)) == 2  # the first one came again under its own key, which acts once


async def test_a_script_whose_first_action_has_no_key_is_not_run_again_unasked() -> None:
    approvals = await approval_world(scripts=("Contain",), instances=("acme", "beta"))
    approvals.world.runner.table["Contain"] = _contains("wipe", using=("acme", "beta"))
    stop = Stop.of(approvals)
    await stop.pause("beta")
    await approvals.started(SCRIPTED)
    (asked,) = await approvals.world.asked()
    assert asked.wait
    assert asked.wait.kind is WaitKind.UNKNOWN
    assert str(asked.wait.data["question"]).startswith("'Contain' has run `wipe`; then wipe was not sent: eve paused")
    await stop.resume("beta")
    assert [instance for instance, _ in approvals.product.asked] == ["acme"]


async def test_a_later_look_of_an_action_waits_and_its_time_limit_stands_still() -> None:
    looks: list[Json] = []

    def isolate(code: FakeCode) -> list[Json]:
        looks.append(code.run.args.get("endpoint"))
        return [scheduled("waits", name="isolate", endpoint="A") if len(looks) < 3 else note("done")]

    approvals = await approval_world(isolate=isolate)
    stop = Stop.of(approvals)
    plan = await approvals.started(LOOKS)
    await stop.pause()
    approvals.world.clock.advance(30)
    assert ((await approvals.driven(plan.id)).state, len(looks)) == (PlanState.WAITING, 1)
    approvals.world.clock.advance(24 * 3600)
    await stop.resume()
    assert len(looks) == 2
    approvals.world.clock.advance(30)
    assert ((await approvals.driven(plan.id)).state, len(looks)) == (PlanState.COMPLETED, 3)


async def test_an_action_that_began_before_a_kill_waits_for_the_end_of_the_pause_and_comes_with_its_key() -> None:
    approvals = await approval_world()
    never = asyncio.Event()

    async def hangs(code: FakeCode) -> list[Json]:
        approvals.product.acts(code)
        await never.wait()
        return []

    approvals.world.runner.table["isolate"] = hangs
    plan = await approvals.world.plans.start(approvals.world.incident, ISOLATE, {}, EVE)
    approvals.world.conductor.start_soon(plan.id)
    await until(lambda: approvals.product.asked)
    stop = Stop.of(approvals)
    paused = await stop.pause()
    assert [intent.command for intent in paused.on_the_way] == ["isolate"]
    await approvals.world.conductor.close()
    approvals.world.runner.table["isolate"] = approvals.product.acts
    approvals.world.restart()
    await approvals.driven(plan.id)
    assert len(approvals.product.asked) == 1
    await stop.resume()
    assert (await approvals.driven(plan.id)).state is PlanState.COMPLETED
    assert len(approvals.product.keys) == 2
    assert len(set(approvals.product.keys)) == 1


STEPS = st.lists(
    st.sampled_from(["pause", "resume", "pause acme", "resume acme", "kill", "start", "drive"]), max_size=12
)


@given(STEPS)
@settings(max_examples=40, deadline=None)
def test_whatever_is_paused_resumed_and_killed_each_action_is_done_once_and_none_while_it_is_paused(
    steps: list[str],
) -> None:
    asyncio.run(_plays(steps))


async def _plays(steps: list[str]) -> None:
    approvals = await approval_world(instances=("acme", "beta"))
    stop = Stop.of(approvals)
    started: list[str] = []
    for step in [*steps, "resume", "resume acme", "drive"]:
        word, _, instance = step.partition(" ")
        before = len(approvals.product.asked)
        halts = {halt.instance for halt in await approvals.world.store.halts.all()}
        if word == "pause":
            await stop.pause(instance)
        elif word == "resume" and instance in halts:
            await stop.resume(instance)
        elif word == "kill":
            await approvals.world.conductor.close()
            approvals.world.restart()
        elif word == "start":
            for name in ("acme", "beta"):
                host = f"{name}-{len(started)}"
                started.append(host)
                await approvals.started(isolating_on(name, host))
        elif word == "drive":
            await stop.pausing.wake()
            await stop.driven()
        halts = {halt.instance for halt in await approvals.world.store.halts.all()}
        if "" in halts and word != "resume":
            assert len(approvals.product.asked) == before
        if "acme" in halts:
            assert not [name for name, _ in approvals.product.asked[before:] if name == "acme"]
    assert sorted(map(str, approvals.product.endpoints)) == sorted(started)


def _contains(command: str, using: tuple[str, ...] = ("lab-1",)) -> FakeFunction:
    async def contain(code: FakeCode) -> list[Json]:
        for instance in using:
            asked: dict[str, Json] = {"command": command, "args": {"endpoint": "A", "using": instance}}
            await code.call("executeCommand", asked)
        return [note("Contained.")]

    return contain
