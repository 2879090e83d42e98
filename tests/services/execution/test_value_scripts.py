"""Scripts as transformers and operators of values: wherever a playbook holds a value, and what they may not do."""

import json
import re

import pytest

from tests.services.world import World, command, lab, note, playbook, script
from warroom.content.incident_type import IncidentField
from warroom.content.integration import Argument
from warroom.content.playbook import Playbook
from warroom.content.read_playbook import read_playbook_text
from warroom.model.errors import WorkerDiedError
from warroom.model.json import Json
from warroom.model.plan import PlanRecord, PlanState
from warroom.services.execution.value_scripts import MOST_RUNS, value_of
from warroom.testing.runner import FakeCode, FakeFunction

VALUE = Argument(name="value", required=True)
SCRIPTS = {
    "Reverse": script("Reverse", tags=("transformer", "string")),
    "Last": script("Last", "value!", tags=("Transformer", "entirelist")),
    "Acts": script("Acts", "value!", tags=("transformer",)),
    "IsLong": script("IsLong", "left!", "right!", tags=("filter",)),
    "Untagged": script("Untagged", "value!"),
}
COMPLEX_DEFAULT = '{"complex": {"root": "incident", "accessor": "name", "transformers": [{"operator": "Reverse"}]}}'
LONGER = "{operator: IsLong, left: {value: {simple: inputs.word}, iscontext: true}, right: {value: {simple: '2'}}}"
REVERSED = "[{operator: Reverse}]"


def reread(text: str) -> Playbook:
    return read_playbook_text(text, "0" * 64)


def said(code: FakeCode) -> list[Json]:
    what = code.run.args.get("what")
    return [note(json.dumps(what), Said=what)]


def reverse(code: FakeCode) -> list[Json]:
    return [str(code.run.args["value"])[::-1] + str(code.run.args["end"])]


def last(code: FakeCode) -> list[Json]:
    value = code.run.args["value"]
    return [{"Type": 1, "ContentsFormat": "json", "Contents": value[-1] if value else "nothing"}]


def is_long(code: FakeCode) -> list[Json]:
    return [len(str(code.run.args["left"])) > int(str(code.run.args["right"]))]


def world(child: str = "", **functions: FakeFunction) -> World:
    table = {"say": said, "lab-act": said, "Reverse": reverse, "Last": last, "IsLong": is_long, **functions}
    ending = Argument(name="end", default_value=".")
    scripts = {**SCRIPTS, "Reverse": script("Reverse", tags=("transformer",), arguments=(VALUE, ending))}
    books = {"Child": playbook(child, "Child", inputs={"word": None})} if child else {}
    words = IncidentField(id="incident_words", cli_name="words", name="Words")
    commands = (command("say", "what", arrays=("what",)), command("lab-act", "what", execution=True))
    return World(lab(*commands), table, scripts=scripts, playbooks=books, fields=[words])


def value_text(root: str, transformers: str, *, filters: str = "[]") -> str:
    return f"{{complex: {{root: {root}, filters: {filters}, transformers: {transformers}}}}}"


def say(value: str, *, task: str = "say", more: str = "") -> str:
    return f"""
        '1': {{id: '1', taskid: a, type: regular, task: {{id: a, name: say, script: 'Lab|||{task}'}},
              scriptarguments: {{what: {value}}}{more}}}
        """


async def played(lab_world: World, text: str, **inputs: Json) -> PlanRecord:
    return await lab_world.play(playbook(text, inputs=dict.fromkeys(inputs)), inputs)


@pytest.mark.parametrize(
    ("given", "transformers", "heard"),
    [
        (["ab", "cd"], REVERSED, ["ba.", "dc."]),
        ("ab", "[{operator: Reverse, args: {end: {value: {simple: '!'}}}}]", "ba!"),
        (["ab", "cd"], "[{operator: Last}]", "cd"),
        (["ab", "cd"], "[{operator: Last}, {operator: Reverse}, {operator: toUpperCase}]", "DC."),
        ([], "[{operator: Last}]", "nothing"),
    ],
)
async def test_an_argument_goes_through_a_script(given: Json, transformers: str, heard: Json) -> None:
    lab_world = world()
    plan = await played(lab_world, say(value_text("inputs.word", transformers)), word=given)
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == [json.dumps(heard)]


async def test_a_filter_asks_a_script() -> None:
    lab_world = world()
    longer = (
        "[[{operator: IsLong, left: {value: {simple: inputs.word}, iscontext: true}, right: {value: {simple: '2'}}}]]"
    )
    await played(lab_world, say(value_text("inputs.word", "[]", filters=longer)), word=["abc", "de", "fgh"])
    assert await lab_world.said() == ['["abc", "fgh"]']
    asked = [run.args["left"] for run in lab_world.runner.runs if run.name == "IsLong"]
    assert asked == ["abc", "de", "fgh"]


@pytest.mark.parametrize(("word", "way"), [("abc", "long"), ("a", "other")])
async def test_a_condition_asks_a_script(word: str, way: str) -> None:
    lab_world = world()
    text = f"""
        '1': {{id: '1', taskid: a, type: condition, task: {{id: a, name: long?}},
              nexttasks: {{long: ['2'], '#default#': ['3']}}, conditions: [{{label: long, condition: [[{LONGER}]]}}]}}
        '2': {{id: '2', taskid: b, type: regular, task: {{id: b, name: b, script: 'Lab|||say'}},
              scriptarguments: {{what: {{simple: long}}}}}}
        '3': {{id: '3', taskid: c, type: regular, task: {{id: c, name: c, script: 'Lab|||say'}},
              scriptarguments: {{what: {{simple: other}}}}}}
        """
    await played(lab_world, text, word=word)
    assert await lab_world.said() == [json.dumps(way)]


async def test_inputs_of_playbooks_and_mapped_fields_go_through_scripts() -> None:
    lab_world = world(say("{simple: '${inputs.word}'}"))
    reversed_word = value_text("inputs.word", REVERSED)
    text = f"""
        '1': {{id: '1', taskid: a, type: playbook, task: {{id: a, name: child, playbookName: Child}},
              separatecontext: true, scriptarguments: {{word: {reversed_word}}}, nexttasks: {{'#none#': ['2']}}}}
        '2': {{id: '2', taskid: b, type: regular, task: {{id: b, name: b, script: 'Lab|||say'}},
              scriptarguments: {{what: {{simple: x}}}},
              fieldMapping: [{{incidentfield: Words, output: {reversed_word}}}]}}
        """
    plan = await played(lab_world, text, word="ab")
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == ['"ba."', '"x"']
    assert (await lab_world.journal.incident(lab_world.incident.id)).custom_fields["words"] == "ba."


async def test_a_default_of_a_started_playbook_goes_through_a_script() -> None:
    lab_world = world()
    book = playbook(say("{simple: '${inputs.word}'}"), inputs={"other": "ab"})
    text = book.text.replace('"key": "other", "value": {"simple": "ab"}', '"key": "word", "value": ' + COMPLEX_DEFAULT)
    assert text != book.text
    await lab_world.play(reread(text))
    assert await lab_world.said() == [json.dumps(f"{lab_world.incident.name[::-1]}.")]


@pytest.mark.parametrize(
    ("method", "args", "refused"),
    [
        ("executeCommand", {"command": "lab-act", "args": {"what": "x"}}, "may not call the command lab-act"),
        ("executeCommand", {"command": "say", "args": {"what": "x"}}, "may not call the command say"),
        ("executeCommand", {"command": "setIncident", "args": {"severity": 4}}, "may not call the command setIncident"),
        ("executeCommand", {"command": "delContext", "args": {"all": "yes"}}, "may not call the command delContext"),
        ("setContext", {"contextPath": "A", "value": 1}, r"may not call demisto\.setContext"),
        ("getFilePath", {"id": "1@1"}, r"may not call demisto\.getFilePath"),
    ],
)
async def test_such_a_script_changes_nothing(method: str, args: dict[str, Json], refused: str) -> None:
    async def act(code: FakeCode) -> list[Json]:
        return [await code.call(method, args)]

    lab_world = world(Acts=act)
    plan = await played(lab_world, say(value_text("inputs.word", "[{operator: Acts}]")), word="a")
    assert plan.state is PlanState.FAILED
    [entry] = await lab_world.said()
    assert re.search(rf"The transformer Acts, a script, gave no value: .*{refused}", str(entry))
    assert [run.name for run in lab_world.runner.runs] == ["Acts"]
    assert await lab_world.context() == {}


async def test_such_a_script_reads_context_and_lists() -> None:
    async def act(code: FakeCode) -> list[Json]:
        incidents = await code.call("executeCommand", {"command": "getIncidents", "args": {}})
        context = await code.call("context", {})
        assert isinstance(incidents, list)
        return [{"context": context, "entries": len(incidents)}]

    lab_world = world(Acts=act)
    plan = await played(lab_world, say(value_text("inputs.word", "[{operator: Acts}]")), word="a")
    assert plan.state is PlanState.COMPLETED
    assert await lab_world.said() == [json.dumps({"context": {}, "entries": 1})]


async def test_an_action_with_such_a_value_still_runs_once_with_it() -> None:
    lab_world = world()
    await played(lab_world, say(value_text("inputs.word", REVERSED), task="lab-act"), word="ab")
    assert [run.args["what"] for run in lab_world.runner.runs if run.command == "lab-act"] == ["ba."]


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([{"Type": 4, "Contents": "no such word", "ContentsFormat": "text"}], "no such word"),
        (ValueError("broken"), "ValueError: broken"),
    ],
)
async def test_an_error_of_a_script_is_the_tasks(results: object, told: str) -> None:
    def act(_: FakeCode) -> list[Json]:
        if isinstance(results, Exception):
            raise results
        assert isinstance(results, list)
        return results

    lab_world = world(Acts=act)
    plan = await played(lab_world, say(value_text("inputs.word", "[{operator: Acts}]")), word="a")
    assert plan.state is PlanState.FAILED
    [entry] = await lab_world.said()
    assert re.search(f"The transformer Acts, a script, gave no value: .*{told}", str(entry))


async def test_an_error_shows_no_secret_argument() -> None:
    def act(code: FakeCode) -> list[Json]:
        return [{"Type": 4, "Contents": f"refused: {code.run.args['key']}", "ContentsFormat": "text"}]

    keyed = script("Acts", tags=("transformer",), arguments=(VALUE, Argument(name="key", secret=True)))
    lab_world = World(lab(command("say", "what")), {"say": said, "Acts": act}, scripts={"Acts": keyed})
    transformers = "[{operator: Acts, args: {key: {value: {simple: hunter22}}}}]"
    plan = await played(lab_world, say(value_text("inputs.word", transformers)), word="a")
    [entry] = await lab_world.said()
    assert re.search("Acts, a script, gave no value: .*refused: ", str(entry))
    assert "hunter22" not in f"{entry} {plan.error}"


@pytest.mark.parametrize(("deaths", "state"), [(1, PlanState.COMPLETED), (2, PlanState.FAILED)])
async def test_a_script_whose_worker_dies_is_run_once_more(deaths: int, state: PlanState) -> None:
    ends = [WorkerDiedError("its worker process was killed by signal 9 (SIGKILL)")] * deaths

    def act(_: FakeCode) -> list[Json]:
        if ends:
            raise ends.pop()
        return ["alive"]

    lab_world = world(Acts=act)
    plan = await played(lab_world, say(value_text("inputs.word", "[{operator: Acts}]")), word="a")
    assert plan.state is state
    assert [run.anew for run in lab_world.runner.runs if run.name == "Acts"] == [False, True]


async def test_too_many_runs_are_refused_before_any_has_run() -> None:
    lab_world = world()
    words: list[Json] = [str(number) for number in range(MOST_RUNS + 1)]
    plan = await played(lab_world, say(value_text("inputs.word", REVERSED)), word=words)
    assert plan.state is PlanState.FAILED
    [entry] = await lab_world.said()
    assert re.search(r"More than 1,000 runs of scripts are needed for one value \(Reverse\)", str(entry))
    assert lab_world.runner.runs == []


@pytest.mark.parametrize("name", ["Untagged", "IsLong", "Gone"])
async def test_a_script_without_the_tag_is_no_transformer(name: str) -> None:
    lab_world = world()
    plan = await played(lab_world, say(value_text("inputs.word", f"[{{operator: {name}}}]")), word="a")
    assert plan.state is PlanState.FAILED
    [entry] = await lab_world.said()
    assert re.search(f"The transformer {name} is not known", str(entry))


def test_a_script_without_results_gives_nothing() -> None:
    assert value_of([]) is None
    assert value_of([None]) is None
    assert value_of([{"Type": 1, "Contents": 1}, {"a": 2}]) == [1, {"a": 2}]
