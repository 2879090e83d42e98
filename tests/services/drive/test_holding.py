"""Actions of plans while they are paused: each waits, durably, and is done once when it is let out."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.services.approvals.desk import BOB, EVE, a_desk
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
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause(reason="It isolates the wrong hosts.")
    plan = await desk.started(ISOLATE)
    assert (plan.state, plan.wake_at, desk.product.asked) == (PlanState.WAITING, None, [])
    (held,) = await stop.held()
    assert held.name == "Isolate it"
    (line,) = await desk.world.said()
    assert str(line).startswith("'Isolate it' waits: isolate was not sent: eve paused every instance at 2026-")
    assert str(line).endswith(": It isolates the wrong hosts. `warroom resume` lets it out again.")
    assert await desk.world.store.intents(plan.id) == []
    await stop.resume()
    assert desk.product.endpoints == ["A"]
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    (intent,) = await desk.world.store.intents(plan.id)
    assert (intent.command, intent.failed) == ("isolate", False)


async def test_one_instance_is_paused_and_the_others_go_on() -> None:
    desk = await a_desk(instances=("acme", "beta"))
    stop = Stop.of(desk)
    await stop.pause("ACME")
    for name in ("acme", "beta"):
        await desk.started(isolating_on(name, "A"))
    assert [instance for instance, _ in desk.product.asked] == ["beta"]
    await stop.resume("acme")
    assert sorted(instance for instance, _ in desk.product.asked) == ["acme", "beta"]


async def test_an_instance_that_takes_the_name_of_a_paused_one_is_held_as_well() -> None:
    desk = await a_desk(instances=("acme",))
    stop = Stop.of(desk)
    await stop.pause("acme")
    (instance,) = await desk.world.journal.instances()
    await desk.world.journal.remove_instance(instance.id, "eve", desk.world.clock.now())
    another = replace(instance, id=InstanceId("another"), name="Acme")
    await desk.world.journal.save_instance(another, "eve", desk.world.clock.now())
    await desk.started(ISOLATE)
    assert desk.product.asked == []


async def test_what_reads_goes_on_and_so_does_what_collects_evidence() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause()
    book = playbook("'1': {id: '1', taskid: a, type: regular, task: {id: a, name: Read, script: 'Lab|||read'}}")
    assert (await desk.started(book)).state is PlanState.COMPLETED
    letting = Halting(halts=desk.world.store.halts, goes_on=("ISO*",))
    assert await letting.over_named("isolate", ("lab-1",)) is None
    assert await desk.world.halting.over_named("isolate", ("lab-1",)) is not None


async def test_a_typed_action_is_refused_in_a_sentence_and_leaves_no_plan() -> None:
    desk = await a_desk()
    await Stop.of(desk).pause()
    with pytest.raises(ConflictError, match="isolate was not sent: eve paused every instance"):
        await desk.typed("!isolate endpoint=A")
    assert await desk.world.store.open_plans() == []
    assert (await desk.typed("!read")).state is PlanState.COMPLETED


async def test_a_typed_action_that_meets_a_pause_on_its_way_fails_with_that_sentence() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    isolate = TypedCommand(name="isolate", args={"endpoint": "A"})
    plan = await desk.world.plans.start_command(desk.world.incident, isolate, {}, BOB)
    await stop.pause()
    ended = await desk.driven(plan.id)
    assert (ended.state, desk.product.asked) == (PlanState.FAILED, [])
    assert "isolate was not sent: eve paused every instance" in ended.error


async def test_an_approved_action_is_not_lost_to_a_pause_and_passes_once() -> None:
    desk = await a_desk(rules=Rules(commands=("isolate",)))
    stop = Stop.of(desk)
    plan = await desk.typed("!isolate endpoint=A")
    (request,) = await desk.requests()
    await stop.pause()
    waiting = await desk.answer(request)
    assert (waiting.state, desk.product.asked) == (PlanState.WAITING, [])
    desk.world.restart()
    await stop.resume()
    assert desk.product.endpoints == ["A"]
    (intent,) = await desk.world.store.intents(plan.id)
    assert intent.approved
    assert intent.approved.by == "eve"


async def test_a_pause_outlives_the_process_and_so_does_what_waits() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause()
    plan = await desk.started(ISOLATE)
    for _ in range(3):
        desk.world.restart()
        await stop.pausing.wake()
        await stop.driven()
        assert desk.product.asked == []
    assert len(await desk.world.said()) == 1
    await stop.resume()
    assert (desk.product.endpoints, (await desk.driven(plan.id)).state) == (["A"], PlanState.COMPLETED)


async def test_a_plan_whose_end_of_the_halt_was_not_told_goes_on_at_the_next_start() -> None:
    desk = await a_desk()
    stop = Stop.of(desk)
    await stop.pause()
    await desk.started(ISOLATE)
    (halt,) = await desk.world.store.halts.all()
    await desk.world.store.halts.end(halt, "", "eve", desk.world.clock.now())  # and killed there
    desk.world.restart()
    await stop.pausing.wake()
    await stop.driven()
    assert desk.product.endpoints == ["A"]


async def test_a_halt_that_ends_while_a_plan_is_being_parked_is_not_missed() -> None:
    store = Parking()
    desk = await a_desk(store=store)
    stop = Stop.of(desk)
    await stop.pause()

    async def resume() -> None:
        await stop.pausing.resume("", "", EVE)
        assert stop.legs.waiting == []  # nobody had seen it waiting

    store.before = resume
    plan = await desk.started(ISOLATE)
    await until(lambda: desk.product.asked)
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    assert desk.product.endpoints == ["A"]


async def test_a_script_that_calls_what_is_paused_runs_anew_afterwards() -> None:
    desk = await a_desk(scripts=("Contain",), Contain=_contains("isolate"))
    stop = Stop.of(desk)
    await stop.pause()
    plan = await desk.started(SCRIPTED)
    assert (plan.state, desk.product.asked) == (PlanState.WAITING, [])
    assert len(await desk.world.said()) == 1
    await stop.resume()
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    assert desk.product.endpoints == ["A"]


async def test_a_script_that_takes_the_refusal_for_an_answer_is_held_all_the_same() -> None:
    async def swallows(code: FakeCode) -> list[Json]:
        try:
            await code.call("executeCommand", {"command": "isolate", "args": {"endpoint": "A"}})
        except Exception:  # noqa: BLE001  # as content does
            return [note("Well, it did not work.", Contained="no")]
        return [note("Contained.", Contained="yes")]

    desk = await a_desk(scripts=("Contain",), Contain=swallows)
    stop = Stop.of(desk)
    await stop.pause()
    await desk.started(SCRIPTED)
    assert await desk.world.context() == {}
    await stop.resume()
    assert (desk.product.endpoints, await desk.world.context()) == (["A"], {"Contained": "yes"})


async def test_a_script_whose_first_action_has_a_key_finds_it_and_does_it_not_twice() -> None:
    desk = await a_desk(scripts=("Contain",), instances=("acme", "beta"))
    desk.world.runner.table["Contain"] = _contains("isolate", using=("acme", "beta"))
    stop = Stop.of(desk)
    await stop.pause("beta")
    await desk.started(SCRIPTED)
    await stop.resume("beta")
    keys = [key for key, _ in desk.product.keys]
    assert len(keys) == 3
    assert len(set(keys)) == 2  # the first one came again under its own key, which acts once


async def test_a_script_whose_first_action_has_no_key_is_not_run_again_unasked() -> None:
    desk = await a_desk(scripts=("Contain",), instances=("acme", "beta"))
    desk.world.runner.table["Contain"] = _contains("wipe", using=("acme", "beta"))
    stop = Stop.of(desk)
    await stop.pause("beta")
    await desk.started(SCRIPTED)
    (asked,) = await desk.world.asked()
    assert asked.wait
    assert asked.wait.kind is WaitKind.UNKNOWN
    assert str(asked.wait.data["question"]).startswith("'Contain' has run `wipe`; then wipe was not sent: eve paused")
    await stop.resume("beta")
    assert [instance for instance, _ in desk.product.asked] == ["acme"]


async def test_a_later_look_of_an_action_waits_and_its_time_limit_stands_still() -> None:
    looks: list[Json] = []

    def isolate(code: FakeCode) -> list[Json]:
        looks.append(code.run.args.get("endpoint"))
        return [scheduled("waits", name="isolate", endpoint="A") if len(looks) < 3 else note("done")]

    desk = await a_desk(isolate=isolate)
    stop = Stop.of(desk)
    plan = await desk.started(LOOKS)
    await stop.pause()
    desk.world.clock.advance(30)
    assert ((await desk.driven(plan.id)).state, len(looks)) == (PlanState.WAITING, 1)
    desk.world.clock.advance(24 * 3600)
    await stop.resume()
    assert len(looks) == 2
    desk.world.clock.advance(30)
    assert ((await desk.driven(plan.id)).state, len(looks)) == (PlanState.COMPLETED, 3)


async def test_an_action_that_began_before_a_kill_waits_for_the_end_of_the_pause_and_comes_with_its_key() -> None:
    desk = await a_desk()
    never = asyncio.Event()

    async def hangs(code: FakeCode) -> list[Json]:
        desk.product.acts(code)
        await never.wait()
        return []

    desk.world.runner.table["isolate"] = hangs
    plan = await desk.world.plans.start(desk.world.incident, ISOLATE, {}, EVE)
    desk.world.conductor.start_soon(plan.id)
    await until(lambda: desk.product.asked)
    stop = Stop.of(desk)
    paused = await stop.pause()
    assert [intent.command for intent in paused.on_the_way] == ["isolate"]
    await desk.world.conductor.close()
    desk.world.runner.table["isolate"] = desk.product.acts
    desk.world.restart()
    await desk.driven(plan.id)
    assert len(desk.product.asked) == 1
    await stop.resume()
    assert (await desk.driven(plan.id)).state is PlanState.COMPLETED
    assert len(desk.product.keys) == 2
    assert len(set(desk.product.keys)) == 1


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
    desk = await a_desk(instances=("acme", "beta"))
    stop = Stop.of(desk)
    started: list[str] = []
    for step in [*steps, "resume", "resume acme", "drive"]:
        word, _, instance = step.partition(" ")
        before = len(desk.product.asked)
        halts = {halt.instance for halt in await desk.world.store.halts.all()}
        if word == "pause":
            await stop.pause(instance)
        elif word == "resume" and instance in halts:
            await stop.resume(instance)
        elif word == "kill":
            await desk.world.conductor.close()
            desk.world.restart()
        elif word == "start":
            for name in ("acme", "beta"):
                host = f"{name}-{len(started)}"
                started.append(host)
                await desk.started(isolating_on(name, host))
        elif word == "drive":
            await stop.pausing.wake()
            await stop.driven()
        halts = {halt.instance for halt in await desk.world.store.halts.all()}
        if "" in halts and word != "resume":
            assert len(desk.product.asked) == before
        if "acme" in halts:
            assert not [name for name, _ in desk.product.asked[before:] if name == "acme"]
    assert sorted(map(str, desk.product.endpoints)) == sorted(started)


def _contains(command: str, using: tuple[str, ...] = ("lab-1",)) -> FakeFunction:
    async def contain(code: FakeCode) -> list[Json]:
        for instance in using:
            asked: dict[str, Json] = {"command": command, "args": {"endpoint": "A", "using": instance}}
            await code.call("executeCommand", asked)
        return [note("Contained.")]

    return contain
