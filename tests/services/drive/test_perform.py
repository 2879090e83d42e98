"""What one task does: its arguments, its own controls, its tries, and what it leaves."""

from collections.abc import Iterator

import pytest

from tests.services.drive.one_task import book, scheduled, the_task, world
from tests.services.world import World, an_instance, failure, lab, note, script
from warroom.content.integration import Argument
from warroom.content.value import Simple
from warroom.context.scope import Scope
from warroom.model.entry import EntryType
from warroom.model.errors import CommandTimeoutError, InvalidInputError
from warroom.model.ids import PlanId, TaskKey
from warroom.model.incident import Severity
from warroom.model.json import Json
from warroom.model.plan import PlanState, TaskState, WaitKind
from warroom.services.drive.perform import controls_of, idempotency_key, retry_of
from warroom.services.secrecy.masking import MASK
from warroom.testing.runner import FakeCode, FakeFunction

# -- arguments and controls ---------------------------------------------------------------------------------------


async def test_an_argument_that_leads_nowhere_is_not_passed() -> None:
    lab_world = world()
    await lab_world.play(book(arguments={"what": "${Nothing.Here}"}))
    assert lab_world.runner.runs[0].args == {}


async def test_an_array_runs_the_command_once_for_each_item() -> None:
    lab_world = world()
    await lab_world.play(book(arguments={"what": "${inputs.hosts}"}), {"hosts": ["a", "b"]})
    assert [run.args["what"] for run in lab_world.runner.runs] == ["a", "b"]
    assert (await lab_world.context())["Read"] == ["a", "b"]


async def test_a_command_runs_on_every_instance_unless_one_is_named() -> None:
    lab_world = world()
    lab_world.instances = [an_instance("lab-1"), an_instance("lab-2"), an_instance("lab-3", enabled=False)]
    await lab_world.play(book())
    assert [run.worker for run in lab_world.runner.runs] == ["id-lab-1", "id-lab-2"]
    plan = await lab_world.another(book(arguments={"using": "lab-2"}))
    await lab_world.conductor.drive(plan.id)
    assert [run.worker for run in lab_world.runner.runs[2:]] == ["id-lab-2"]


async def test_extend_context_takes_from_the_raw_answer_and_ignore_outputs_drops_the_rest() -> None:
    answer = {"Type": 1, "ContentsFormat": "json", "Contents": {"state": {"id": 7}}, "EntryContext": {"Read": "x"}}
    lab_world = world(read=lambda _: [answer])
    await lab_world.play(book(arguments={"extend-context": "Own=state.id", "ignore-outputs": "true"}))
    assert await lab_world.context() == {"Own": 7}


async def test_an_extend_context_that_cannot_be_read_keeps_what_the_command_left() -> None:
    lab_world = world()
    plan = await lab_world.play(book(arguments={"what": "a", "extend-context": "nonsense"}))
    assert plan.state is PlanState.FAILED
    said = await lab_world.said()
    assert said[0] == "read a"
    assert "extend-context cannot read `nonsense`" in str(said[1])


async def test_an_output_without_a_place_fails_the_task_and_stops_nobody_else() -> None:
    lab_world = world(read=lambda _: [note("read", **{"A(val.x).B": 1})])
    plan = await lab_world.play(book())
    assert plan.state is PlanState.FAILED
    assert "were not written to the context" in plan.error
    assert await lab_world.context() == {}


async def test_the_time_limit_of_the_task_goes_to_the_run() -> None:
    lab_world = world()
    await lab_world.play(book(arguments={"execution-timeout": "7"}))
    assert lab_world.runner.runs[0].timeout == 7


@pytest.mark.parametrize("control", ["execution-timeout", "retry-count", "retry-interval"])
@pytest.mark.parametrize("value", ["soon", "-1", "inf", "nan"])
async def test_a_control_that_is_no_number_is_said_before_anything_runs(control: str, value: str) -> None:
    lab_world = world()
    plan = await lab_world.play(book(arguments={control: value}))
    assert plan.state is PlanState.FAILED
    assert f"{control} is '{value}'" in plan.error
    assert lab_world.runner.runs == []


def test_controls_without_a_value_ask_for_nothing() -> None:
    controls = controls_of({}, Scope(context={}))
    assert (controls.using, controls.timeout, controls.ignore_outputs, controls.raw_response) == (
        "",
        None,
        False,
        False,
    )
    assert retry_of({}, Scope(context={})).count == 0


def test_no_two_tasks_and_no_two_plans_share_a_key() -> None:
    keys = {idempotency_key(PlanId(plan), TaskKey(key)) for plan in ("p1", "p2") for key in ("1", "1/2", "1#0/2", "12")}
    assert len(keys) == 8


# -- secrets ------------------------------------------------------------------------------------------------------


async def test_inputs_are_shown_without_secrets_and_signatures() -> None:
    lab_world = world()
    arguments = {"what": "https://f.example/a?sig=abc", "password": "hunter2"}
    plan = await lab_world.play(book(arguments=arguments))
    assert lab_world.runner.runs[0].args == arguments
    assert (await lab_world.tasks(plan))["1"].inputs == {"what": "https://f.example/a?…", "password": MASK}


async def test_an_argument_declared_secret_is_masked_in_inputs_entries_and_errors() -> None:
    login = script("Login", arguments=(Argument(name="pin", secret=True),))
    table: dict[str, FakeFunction] = {"Login": lambda code: [failure(f"pin {code.run.args['pin']} is wrong")]}
    lab_world = World(lab(), table, scripts={"Login": login})
    plan = await lab_world.play(book("Login", {"pin": "4711-0815"}))
    assert (await lab_world.tasks(plan))["1"].inputs == {"pin": MASK}
    assert await lab_world.said() == [f"pin {MASK} is wrong"]
    assert plan.error == f"look: pin {MASK} is wrong"


# -- tries --------------------------------------------------------------------------------------------------------


async def test_a_try_that_succeeds_ends_the_tries() -> None:
    answers: Iterator[Json] = iter([failure("busy"), note("ok", Read="x")])
    lab_world = world(read=lambda _: [next(answers)])
    plan = await lab_world.play(book(arguments={"retry-count": "3", "retry-interval": "60"}))
    task = (await lab_world.tasks(plan))["1"]
    assert (task.state, task.error, task.attempts) == (TaskState.WAITING, "busy", 1)
    assert task.wait is not None
    assert task.wait.kind is WaitKind.RETRY
    lab_world.clock.advance(60)
    await lab_world.conductor.drive(plan.id)
    assert await the_task(lab_world, plan) == (TaskState.COMPLETED, "")
    assert (await lab_world.context())["Read"] == "x"


async def test_every_try_of_an_action_has_an_intent_of_its_own() -> None:
    began: list[int] = []

    async def act(_: FakeCode) -> list[Json]:
        plan = (await lab_world.store.plans(lab_world.incident.id))[0]
        began.append(sum(not intent.ended for intent in await lab_world.store.intents(plan.id)))
        return [failure("busy")]

    lab_world = world(act=act)
    plan = await lab_world.play(book("Lab|||act", {"retry-count": "1", "retry-interval": "60"}))
    lab_world.clock.advance(60)
    await lab_world.conductor.drive(plan.id)
    intents = await lab_world.store.intents(plan.id)
    assert began == [1, 1]
    assert [(intent.attempt, intent.ended is not None) for intent in intents] == [(1, True), (2, True)]


def _cut_off(_: FakeCode) -> list[Json]:
    raise CommandTimeoutError("act ran longer than 300 seconds and was ended.")


async def test_an_action_that_was_cut_off_is_not_tried_again_without_a_persons_word() -> None:
    lab_world = world(act=_cut_off)
    plan = await lab_world.play(book("Lab|||act", {"retry-count": "3", "retry-interval": "60"}))
    task = (await lab_world.tasks(plan))["1"]
    assert task.wait is not None
    assert task.wait.kind is WaitKind.UNKNOWN
    assert "nothing says whether it happened" in task.wait.data["question"]
    await lab_world.answer(plan.id, task.key, "run it again")
    await lab_world.conductor.drive(plan.id)
    again = (await lab_world.tasks(plan))["1"]
    assert again.wait is not None
    assert (again.attempts, again.wait.kind) == (2, WaitKind.UNKNOWN)
    await lab_world.answer(plan.id, task.key, "it failed", "the host was off")
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).error == "look: the host was off"
    assert len(lab_world.runner.runs) == 2


async def test_a_read_that_was_cut_off_is_simply_tried_again() -> None:
    lab_world = world(read=_cut_off)
    plan = await lab_world.play(book(arguments={"retry-count": "1", "retry-interval": "60"}))
    lab_world.clock.advance(60)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.store.plan(plan.id)).state is PlanState.FAILED
    assert len(lab_world.runner.runs) == 2


async def test_an_action_that_was_cut_off_and_asks_for_no_more_tries_has_failed() -> None:
    lab_world = world(act=_cut_off)
    plan = await lab_world.play(book("Lab|||act"))
    assert plan.error == (
        "look: act ran longer than 300 seconds and was ended; act may or may not have acted: look in the product before"
        " you run it again."
    )


# -- fields of the incident ---------------------------------------------------------------------------------------


def mapping(field: str, value: str) -> list[Json]:
    return [{"incidentfield": field, "output": {"simple": value}}]


async def test_a_task_sets_fields_from_the_context_with_its_own_outputs() -> None:
    lab_world = world()
    plan = await lab_world.play(
        book(arguments={"what": "FIN-1"}, fieldMapping=mapping("Host Name", "${Read}") + mapping("severity", "High"))
    )
    incident = await lab_world.journal.incident(plan.incident)
    assert incident.custom_fields == {"hostname": "FIN-1"}
    assert incident.severity is Severity.HIGH
    assert incident == await lab_world.store.incident(plan.incident)


async def test_a_task_that_polled_sets_its_fields_at_the_end() -> None:
    answers: Iterator[Json] = iter([scheduled(), note("ended", Read="FIN-1")])
    lab_world = world(read=lambda _: [next(answers)])
    plan = await lab_world.play(book(fieldMapping=mapping("hostname", "${Read}")))
    lab_world.clock.advance(30)
    await lab_world.conductor.drive(plan.id)
    assert (await lab_world.journal.incident(plan.incident)).custom_fields == {"hostname": "FIN-1"}


async def test_a_field_that_is_not_there_fails_the_task_and_keeps_what_the_command_left() -> None:
    lab_world = world()
    plan = await lab_world.play(book(arguments={"what": "a"}, fieldMapping=mapping("Nope", "x")))
    assert plan.state is PlanState.FAILED
    said = await lab_world.said()
    assert said[0] == "read a"
    assert "There is no incident field 'Nope'" in str(said[1])
    assert (await lab_world.context())["Read"] == "a"


# -- what is not there --------------------------------------------------------------------------------------------


async def test_an_unavailable_command_is_skipped_with_its_branch_when_the_task_says_so() -> None:
    lab_world = world()
    plan = await lab_world.play(book("Other|||gone", skipunavailable=True))
    assert plan.state is PlanState.COMPLETED
    state, reason = await the_task(lab_world, plan)
    assert state is TaskState.SKIPPED
    assert "gone" in reason
    assert await lab_world.said() == []


async def test_an_unavailable_command_fails_the_task_when_it_says_nothing() -> None:
    lab_world = world()
    plan = await lab_world.play(book("gone"))
    assert plan.state is PlanState.FAILED
    (entry,) = await lab_world.store.entries(plan.incident)
    assert entry.type is EntryType.ERROR
    assert (entry.task, entry.actor) == ("1", "DBot")


@pytest.mark.parametrize(("how", "state"), [("", PlanState.COMPLETED), ("errorPath", PlanState.COMPLETED)])
async def test_a_task_may_go_on_after_an_error(how: str, state: PlanState) -> None:
    lab_world = world(read=lambda _: [failure("no")])
    plan = await lab_world.play(book(continueonerror=True, continueonerrortype=how, nexttasks={"#error#": []}))
    task = (await lab_world.tasks(plan))["1"]
    assert (plan.state, task.error) == (state, "no")
    assert task.branch == ("#error#" if how else "#none#")


def test_a_number_of_tries_may_come_from_the_context() -> None:
    with pytest.raises(InvalidInputError, match="retry-count is 'many', which is not a number"):
        retry_of({"retry-count": Simple(value="${Tries}")}, Scope(context={"Tries": "many"}))
    assert retry_of({"retry-count": Simple(value="${Tries}")}, Scope(context={"Tries": 2})).count == 2
