import asyncio
import json
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from tests.services.world import World, an_instance, command, failure, lab, note, script
from warroom.content.integration import Argument, Command
from warroom.model.entry import EntryType
from warroom.model.errors import CommandTimeoutError, InvalidInputError, WorkerDiedError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.json import Json
from warroom.services.commands.declared import DECLARED
from warroom.services.execution.call import Call, Controls, Origin, Outcome
from warroom.services.execution.large import LARGE, MOST_OUTPUTS
from warroom.services.execution.look_up import look_up
from warroom.services.execution.settings import DEFAULT_TIMEOUT
from warroom.services.ports.store import Changes, Committed
from warroom.services.secrecy.masking import MASK
from warroom.testing.runner import FakeCode, FakeFunction
from warroom.testing.samples import a_plan, some_changes
from warroom.testing.store import MemoryStore

ACT = command("act", "what", "idempotency_key", execution=True)
READ = Command(name="read", arguments=(Argument(name="what"), Argument(name="pin", secret=True)), timeout=40)
SECRET = {"apikey": "tmv1-secret"}


def world(table: dict[str, FakeFunction], **given: Json) -> World:
    scripts = {"Tool": script("Tool", "what!", timeout=20), "Plain": script("Plain")}
    return World(lab(ACT, READ), table, scripts=scripts, instances=[an_instance(secrets=SECRET)], **given)


async def outcome(lab_world: World, name: str, args: dict[str, Json] | None = None, **call: Json) -> Outcome:
    await lab_world.begin()
    origin = Origin(actor="DBot", plan=PlanId("p1"), task=TaskKey("1"), attempt=1)
    resolved = look_up(lab_world.library.catalogue, name)
    asked = Call(incident=lab_world.incident, resolved=resolved, args=args or {}, origin=origin)
    return await lab_world.executor.run(replace(asked, **call))


def said(outcome: Outcome) -> list[Json]:
    return [entry.readable or entry.contents for entry in outcome.entries]


async def test_what_a_script_raises_becomes_an_error_entry_after_what_it_said() -> None:
    def tool(code: FakeCode) -> Json:
        return replace(code.ran("half"), error="KeyError: 'x'")

    left = await outcome(world({"Tool": tool}), "Tool", {"what": "x"})
    assert said(left) == ["half", "KeyError: 'x'"]
    assert (left.error, left.entries[1].type, left.interrupted) == ("KeyError: 'x'", EntryType.ERROR, False)


@pytest.mark.parametrize("error", [CommandTimeoutError("Tool took too long."), WorkerDiedError("Tool died.")])
async def test_a_run_that_was_cut_off_is_an_error_of_which_nobody_knows_whether_it_acted(error: Exception) -> None:
    def tool(_: FakeCode) -> list[Json]:
        raise error

    left = await outcome(world({"Tool": tool}), "Tool", {"what": "x"})
    assert (left.error, left.interrupted) == (str(error), True)


@pytest.mark.parametrize("error", [CommandTimeoutError("act took too long."), WorkerDiedError("act died.")])
async def test_an_action_that_was_cut_off_may_have_acted_and_says_so(error: Exception) -> None:
    def act(_: FakeCode) -> list[Json]:
        raise error

    left = await outcome(world({"act": act}), "act", {"what": "x"})
    what = str(error).removesuffix(".")
    assert left.error == f"{what}; act may or may not have acted: look in the product before you run it again."
    assert left.interrupted


async def test_a_script_that_was_cut_off_while_it_acted_says_so() -> None:
    async def tool(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "act", "args": {"what": "x"}})
        raise CommandTimeoutError("Tool took too long.")

    lab_world = world({"Tool": tool, "act": lambda _: [note("acted")]})
    await lab_world.begin()
    await lab_world.store.commit(some_changes(plans=[a_plan()]))
    left = await outcome(lab_world, "Tool", {"what": "x"})
    assert left.error.startswith("Tool took too long; act may or may not have acted: ")


# -- one contract for arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({*DECLARED, "act"}))
async def test_an_argument_that_nobody_declares_is_refused_before_anything_changes(name: str) -> None:
    lab_world = world({"act": lambda _: [note("acted")]})
    changes = look_up(lab_world.library.catalogue, name).changes
    given: dict[str, Json] = {"no-such": "1", "id": "9@9"} if name == "getEntry" else {"no-such": "1"}
    if not changes:
        await outcome(lab_world, name, given)  # XSOAR's content passes more to what changes nothing
        return
    with pytest.raises(InvalidInputError, match=f"{name} has no argument 'no-such'. It takes: "):
        await outcome(lab_world, name, given)
    assert (lab_world.runner.runs, await lab_world.said()) == ([], [])
    assert await lab_world.store.incident(lab_world.incident.id) == lab_world.incident


async def test_what_changes_nothing_gets_what_a_playbook_passes_and_the_log_says_so() -> None:
    lab_world = world({"read": lambda code: [note(str(dict(code.run.args)))]})
    with capture_logs() as logs:
        assert said(await outcome(lab_world, "read", {"old": "x"})) == ["{'old': 'x'}"]
    [warning] = [line for line in logs if line["log_level"] == "warning"]
    assert (warning["command"], warning["arguments"]) == ("read", ["old"])


async def test_what_is_carried_is_passed_as_it_is() -> None:
    lab_world = world({"act": lambda code: [note(str(dict(code.run.args)))]})
    assert said(await outcome(lab_world, "act", {"more": "y"}, is_carried=True)) == ["{'more': 'y'}"]
    left = await outcome(lab_world, "closeInvestigation", {"closeReason": "Done", "more": "y"}, is_carried=True)
    assert (left.error, left.incident and left.incident.close_reason) == ("", "Done")


async def test_an_error_entry_among_good_ones_is_the_outcomes_error() -> None:
    left = await outcome(world({"Plain": lambda _: [note("a", A=1), failure("b"), note("c", C=1)]}), "Plain")
    assert left.error == "b"
    assert [patch.value for patch in left.patches] == [{"A": 1}, {"C": 1}]


async def test_of_several_calls_the_rest_still_run_after_an_error() -> None:
    def act(code: FakeCode) -> list[Json]:
        what = code.run.args["what"]
        return [failure(f"{what} refused")] if what == "a" else [note(f"{what} done")]

    left = await outcome(world({"act": act}), "act", {"what": ["a", "b"]})
    assert said(left) == ["a refused", "b done"]
    assert left.error == "a refused"


async def test_arguments_are_checked_before_anything_runs() -> None:
    lab_world = world({"Tool": lambda _: []})
    with pytest.raises(InvalidInputError, match="Tool needs the argument 'what'"):
        await outcome(lab_world, "Tool")
    assert lab_world.runner.runs == []


async def test_code_is_given_where_it_runs() -> None:
    lab_world = world({"read": lambda _: [], "Plain": lambda _: []})
    await outcome(lab_world, "read", {"what": "x"})
    await outcome(lab_world, "Plain")
    command_run, script_run = lab_world.runner.runs
    assert (command_run.worker, command_run.is_integration, command_run.investigation) == ("id-lab-1", True, "1")
    assert command_run.calling_context["context"]["IntegrationInstance"] == "lab-1"
    assert (script_run.worker, script_run.is_integration) == ("scripts", False)
    assert script_run.calling_context["context"]["ScriptName"] == "Plain"
    assert script_run.incident == lab_world.incident.as_xsoar()


@pytest.mark.parametrize(
    ("name", "controls", "seconds"),
    [("read", Controls(), 40), ("Tool", Controls(), 20), ("Tool", Controls(timeout=3), 3), ("Plain", Controls(), 300)],
)
async def test_the_nearest_time_limit_counts(name: str, controls: Controls, seconds: float) -> None:
    lab_world = world({name: lambda _: []})
    await outcome(lab_world, name, {"what": "x"} if name == "Tool" else {}, controls=controls)
    assert lab_world.runner.runs[0].timeout == seconds
    assert DEFAULT_TIMEOUT == 300


# -- keys ---------------------------------------------------------------------------------------------------------


async def test_a_keyed_command_gets_the_tasks_key_and_each_item_of_an_array_one_of_its_own() -> None:
    lab_world = world({"act": lambda _: [], "read": lambda _: []})
    await outcome(lab_world, "act", {"what": "a"}, idempotency_key="wr-p1-1")
    await outcome(lab_world, "act", {"what": ["a", "b", "a"]}, idempotency_key="wr-p1-1")
    await outcome(lab_world, "read", {"what": "a"}, idempotency_key="wr-p1-1")
    single, *several, read = [run.args.get("idempotency_key") for run in lab_world.runner.runs]
    assert single == "wr-p1-1"
    assert len({single, *several}) == 4
    assert all(str(key).startswith("wr-p1-1@") for key in several)
    assert read is None


async def test_a_key_that_the_playbook_gives_is_kept() -> None:
    lab_world = world({"act": lambda _: []})
    await outcome(lab_world, "act", {"what": "a", "idempotency_key": "mine"}, idempotency_key="wr-p1-1")
    assert lab_world.runner.runs[0].args["idempotency_key"] == "mine"


async def test_without_a_task_there_is_no_key() -> None:
    lab_world = world({"act": lambda _: []})
    await outcome(lab_world, "act", {"what": "a"})
    assert "idempotency_key" not in lab_world.runner.runs[0].args


# -- secrets ------------------------------------------------------------------------------------------------------


async def test_an_instances_secrets_reach_the_code_and_no_entry() -> None:
    def read(code: FakeCode) -> list[Json]:
        return [
            note(f"key {SECRET['apikey']}", A={"url": f"x?{SECRET['apikey']}"}),
            failure(f"bad {code.run.args['pin']}"),
        ]

    lab_world = world({"read": read})
    left = await outcome(lab_world, "read", {"pin": "4711-0815"})
    assert said(left) == [f"key {MASK}", f"bad {MASK}"]
    assert left.error == f"bad {MASK}"
    assert left.entries[0].context == {"A": {"url": f"x?{MASK}"}}


async def test_a_secret_that_a_nested_command_let_slip_is_masked_in_what_the_script_says() -> None:
    async def plain(code: FakeCode) -> list[Json]:
        (result,) = await code.call("executeCommand", {"command": "read", "args": {}})
        return [note(f"it said {result['Contents']}")]

    left = await outcome(world({"Plain": plain, "read": lambda _: [note(f"key {SECRET['apikey']}")]}), "Plain")
    assert said(left) == [f"it said key {MASK}"]


# -- an integration's memory --------------------------------------------------------------------------------------


async def test_what_an_integration_remembers_is_there_in_its_next_run_also_when_a_script_called_it() -> None:
    def read(code: FakeCode) -> Json:
        count = code.run.integration_context.get("count", 0) + 1
        return replace(code.ran(str(count)), integration_context={"count": count})

    async def plain(code: FakeCode) -> list[Json]:
        results = await code.call("executeCommand", {"command": "read", "args": {}})
        return [result["Contents"] for result in results]

    lab_world = world({"read": read, "Plain": plain})
    assert [said(await outcome(lab_world, name)) for name in ("read", "Plain", "read")] == [["1"], ["2"], ["3"]]
    lab_world.restart()
    assert said(await outcome(lab_world, "read")) == ["4"]


# -- actions called by scripts ------------------------------------------------------------------------------------


async def test_an_action_that_a_script_calls_is_noted_before_it_runs() -> None:
    bare = command("wipe", "what", execution=True)
    seen: list[int] = []

    async def wipe(_: FakeCode) -> list[Json]:
        seen.append(len(await lab_world.store.intents(PlanId("p1"))))
        return [note("wiped")]

    async def plain(code: FakeCode) -> list[Json]:
        await code.call("executeCommand", {"command": "wipe", "args": {"what": "a"}})
        return []

    lab_world = World(lab(bare), {"wipe": wipe, "Plain": plain}, scripts={"Plain": script("Plain")})
    await lab_world.store.commit(some_changes(plans=[a_plan()]))
    left = await outcome(lab_world, "Plain", idempotency_key="wr-p1-1")
    assert seen == [1]
    (intent,) = left.intents
    assert (intent.key, intent.command, intent.attempt, intent.ended) == ("1@1", "wipe", 1, None)
    assert (intent.actor, intent.target, intent.idempotency_key) == ("DBot", {"what": "a"}, "")


async def test_a_keyed_action_that_a_script_calls_twice_gets_two_keys_and_the_same_ones_next_time() -> None:
    async def plain(code: FakeCode) -> list[Json]:
        for what in ("a", "a", "b"):
            await code.call("executeCommand", {"command": "act", "args": {"what": what}})
        return []

    lab_world = world({"act": lambda _: [], "Plain": plain})
    for _ in range(2):
        await outcome(lab_world, "Plain", idempotency_key="wr-p1-1")
    keys = [run.args["idempotency_key"] for run in lab_world.runner.runs if run.command == "act"]
    assert len(set(keys[:3])) == 3
    assert keys[:3] == keys[3:]
    noted = await lab_world.store.intents(PlanId("p1"))
    assert {intent.key: intent.idempotency_key for intent in noted} == dict(
        zip(("1@1", "1@2", "1@3"), keys, strict=False)
    )


class SlowStore(MemoryStore):
    """Lets others act while a commit is under way."""

    async def commit(self, changes: Changes) -> Committed:
        await asyncio.sleep(0)
        return await super().commit(changes)


async def test_actions_that_a_script_calls_side_by_side_are_each_noted() -> None:
    async def plain(code: FakeCode) -> list[Json]:
        asked = [{"command": "act", "args": {"what": what}} for what in ("a", "b")]
        await asyncio.gather(*(code.call("executeCommand", each) for each in asked))
        return []

    lab_world = world({"act": lambda _: [], "Plain": plain}, store=SlowStore())
    await outcome(lab_world, "Plain", idempotency_key="wr-p1-1")
    noted = await lab_world.store.intents(PlanId("p1"))
    assert {intent.key: intent.target["what"] for intent in noted} == {"1@1": "a", "1@2": "b"}


@pytest.mark.slow
async def test_a_large_result_is_a_file_without_secrets_and_others_get_their_turns_meanwhile() -> None:
    rows = [{"host": f"FIN-{number}", "key": "tmv1-secret", "password": f"hunter{number}"} for number in range(30_000)]

    def read(code: FakeCode) -> Json:
        return replace(code.ran({"rows": rows}), size=LARGE + 1)

    lab_world = world({"read": read})
    work = asyncio.create_task(outcome(lab_world, "read"))
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    [entry] = work.result().entries
    assert entry.file is not None
    with lab_world.blobs.open(entry.file.sha256) as file:
        kept = json.load(file)
    assert kept["rows"] == [{"host": row["host"], "key": MASK, "password": MASK} for row in rows]
    assert [patch.value["InfoFile"]["Name"] for patch in work.result().patches] == [entry.file.name]
    assert turns > 100  # on the event loop it takes fewer than twenty


async def test_outputs_that_are_too_large_for_the_context_are_an_error() -> None:
    def read(code: FakeCode) -> Json:
        outputs = {"Rows": "x" * (MOST_OUTPUTS + 1)}
        return replace(code.ran({"Type": 1, "Contents": "", "EntryContext": outputs}), size=MOST_OUTPUTS + 100)

    left = await outcome(world({"read": read}), "read")
    assert "The outputs of read were not written to the context: They are 32.0 MiB" in left.error
    assert all("Rows" not in patch.value for patch in left.patches)
