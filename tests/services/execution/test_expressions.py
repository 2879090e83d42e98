"""JavaScript in paths: the script that evaluates it, in QuickJS, and what is made of its answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.quickjs import QUICKJS, in_quickjs
from tests.services.world import World, command, lab, note, playbook, script
from warroom.context.cast import MISSING
from warroom.context.expression import compile_expression
from warroom.context.javascript import EvaluationError
from warroom.context.path import find
from warroom.context.scripted import ScriptNeededError, Scripts, Thrown
from warroom.model.errors import InvalidInputError
from warroom.model.json import Json
from warroom.model.plan import PlanState
from warroom.services.execution.expressions import EXPRESSION, answers_of
from warroom.testing.runner import FakeCode

FILES: list[Json] = [{"Name": "a.exe", "Size": 9}, {"Name": "b.txt"}, {"Size": 1}]
SAY = """
'1': {id: '1', taskid: a, type: regular, task: {id: a, name: say, script: 'Lab|||say'},
      scriptarguments: {what: %s}}
"""


def evaluated(source: str, *items: Json) -> list[Json]:
    return answers_of(in_quickjs({"source": source, "items": [[item] for item in items]}), len(items))


def found(data: Json, path: str) -> Json:
    """Walk a path as the server does: each expression in QuickJS, and then once more."""
    scripts = Scripts(lambda _: None)
    for _ in range(9):
        try:
            return find(data, path, scripts=scripts)
        except ScriptNeededError as needed:
            for run in needed.runs:
                scripts.answers[run] = evaluated(run.script, *(item for [item] in run.args["items"]))
    raise AssertionError


@pytest.mark.parametrize(
    ("source", "item", "value"),
    [
        ("val.Name.match(/exe$/)[0]", FILES[0], "exe"),
        ("val.map(function (x) { return x * 2; })", [1, 2], [2, 4]),
        ("{Name: val.Name, Long: val.Name.length}", FILES[0], {"Name": "a.exe", "Long": 5}),
        ("twice(val); function twice(x) { return x + x; }", "a", "aa"),
        ("new Date(val).toISOString()", 0, "1970-01-01T00:00:00.000Z"),
        ("val.nothing", {}, MISSING),
        ("val.a.b", {}, Thrown.THROWN),
        ("null", {}, None),
        ("JSON.stringify(val)", {"a": [1]}, '{"a":[1]}'),
        ("val // a comment", 1, 1),
        ("'it\\'s'", 1, "it's"),
    ],
)
def test_an_expression_is_evaluated(source: str, item: Json, value: Json) -> None:
    assert evaluated(source, item) == [value]


def test_an_expression_that_cannot_be_read_is_an_error_and_no_item_is_dropped() -> None:
    with pytest.raises(InvalidInputError, match="SyntaxError"):
        evaluated("val.(", 1)


@pytest.mark.parametrize("results", [[], ["text"], [{"answers": [[0, 1]]}], [{"answers": "x"}]])
def test_answers_of_another_shape_are_refused(results: list[Json]) -> None:
    with pytest.raises(InvalidInputError, match="gave no answer for each item"):
        answers_of(results, 2)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("File(val.Name.match(/exe/)).Name", "a.exe"),
        ("File(val.Name && val.Name.replace('b', '') == '.txt').Name", "b.txt"),
        ("File=val.Name.toUpperCase().slice(0, 1)", ["A", "B"]),
        ("File.Name=val.split('.').pop()", ["exe", "txt"]),
        ("File.=val.reduce(function (n, one) { return n + (one.Size || 0); }, 0)", 10),
        ("File.=val.filter(function (one) { return one.Size > 1; })", [FILES[0]]),
        (".=Object.keys(val)", ["File"]),
        ("File(val.Name.indexOf('.exe') >= 0).Name", "a.exe"),
        ("File(val.Size > 5).Size=val * 2", 18),
        ("File(val.Name ? val.Name == 'b.txt' : false).Name=val + '!'", "b.txt!"),
        ("File(val.Name.match(/nothing/))", MISSING),
        ("Nothing(val.match(/x/))", MISSING),
        ("File(val.Size.toFixed(0) == '9').Name=val.charAt(0)", "a"),
    ],
)
def test_paths_may_hold_javascript(path: str, value: Json) -> None:
    assert found({"File": FILES}, path) == value


LITERALS = ["0", "1", "2.5", "10", "'1'", "'a'", "'b'", "''", "true", "null", "undefined", "'1e1'", "'0x1'", "' 2 '"]
OPERANDS = st.sampled_from(
    [*LITERALS, "val", "obj", "val.a", "val.b", "obj.a", "val[0]", "val['a'].length", "val.length"]
)
COMPARED = ["==", "!=", "===", "!==", "<", ">", "<=", ">=", "&&", "||"]
EXPRESSIONS = st.recursive(
    OPERANDS,
    lambda inside: st.one_of(
        st.builds("({} {} {})".format, inside, st.sampled_from(COMPARED), inside),
        st.builds("{} {} {}".format, OPERANDS, st.sampled_from(COMPARED), OPERANDS),
        st.builds("{}({})".format, st.sampled_from(["!", "-"]), inside),
    ),
    max_leaves=8,
)
PLAIN = st.sampled_from([None, True, False, 0, 1, 2.5, -1, 10, "", "1", "a", "b", " 2 ", "1_0", "nan", "0x1", "1e1"])
VALUES = st.recursive(
    PLAIN,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "length"]), inside, max_size=3)
    ),
    max_leaves=5,
)


@given(EXPRESSIONS, st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8))
def test_comparisons_come_to_what_quickjs_says(source: str, items: list[tuple[Json, Json]]) -> None:
    given_items: list[Json] = [[val, obj] for val, obj in items]
    results = in_quickjs({"source": f"!!({source})", "items": given_items})
    expression = compile_expression(f"!!({source})")
    assert expression.run is not None
    ours = []
    for val, obj in items:
        try:
            ours.append(expression.evaluate(val, obj))
        except EvaluationError:
            ours.append(Thrown.THROWN)
    assert ours == answers_of(results, len(items))


def test_all_items_of_a_list_are_evaluated_in_one_run() -> None:
    scripts = Scripts(lambda _: None)
    with pytest.raises(ScriptNeededError) as needed:
        find({"N": list(range(500))}, "N(val.toString().match(/7/))", scripts=scripts)
    [run] = needed.value.runs
    assert (run.script, len(run.args["items"])) == ("val.toString().match(/7/)", 500)


def world(**more: Any) -> World:
    def say(code: FakeCode) -> list[Json]:
        return [note(json.dumps(code.run.args.get("what")), Said=code.run.args.get("what"))]

    table = {"say": say, **QUICKJS, **more}
    return World(lab(command("say", "what", arrays=("what",))), table, scripts={"Outer": script("Outer")})


async def test_a_playbook_may_use_javascript_in_a_path() -> None:
    lab_world = world()
    plan = await lab_world.play(playbook(SAY % "{simple: '${incident.name.=val.split(\"\").length > 3}'}"))
    assert (plan.error, plan.state) == ("", PlanState.COMPLETED)
    assert [run.timeout for run in lab_world.runner.runs if run.name == EXPRESSION.name] == [10.0]
    entries = await lab_world.store.entries(plan.incident)
    assert entries[-1].contents == "true"


async def test_an_expression_that_fails_names_itself() -> None:
    plan = await world().play(playbook(SAY % "{simple: '${incident.name.=val +}'}"))
    assert plan.state is PlanState.FAILED
    assert "The expression `val +` gave no value: InvalidInputError: SyntaxError" in plan.error


async def test_code_may_use_javascript_in_dt() -> None:
    answers: list[Json] = []

    async def outer(code: FakeCode) -> list[Json]:
        answers.append(await code.call("dt", {"obj": {"File": FILES}, "trnsfrm": "File(val.Name.match(/exe/)).Size"}))
        return []

    await world(Outer=outer).play(
        playbook("'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: Outer}}")
    )
    assert answers == [9]


async def test_inputs_and_outputs_of_sub_playbooks_may_use_javascript_also_in_a_part_of_a_text() -> None:
    lab_world = world()
    child = playbook(
        SAY % "{simple: '${inputs.word}+${inputs.other}'}",
        "Child",
        inputs={"word": None, "other": "<${incident.name.=val.length}>"},
        outputs=["Said(val.indexOf('x') === 0)"],
    )
    lab_world = World(lab_world.integration, lab_world.table, scripts=lab_world.scripts, playbooks={"Child": child})
    plan = await lab_world.play(
        playbook(
            """
            '1': {id: '1', taskid: a, type: playbook, task: {id: a, name: child, playbookName: Child},
                  separatecontext: true, scriptarguments: {word: {simple: 'x-${incident.name.=val.charAt(0)}'}}}
            """
        )
    )
    name = lab_world.incident.name
    assert (plan.error, plan.state) == ("", PlanState.COMPLETED)
    assert await lab_world.said() == [json.dumps(f"x-{name[0]}+<{len(name)}>")]
    assert (await lab_world.context())["Said"] == f"x-{name[0]}+<{len(name)}>"


async def test_what_code_calls_commands_with_may_use_javascript_in_inputs() -> None:
    async def outer(code: FakeCode) -> list[Json]:
        given = {"what": "${inputs.word.=val.split('').reverse().join('')}"}
        answer = await code.call("executeCommand", {"command": "say", "args": given})
        assert isinstance(answer, list)
        return answer

    lab_world = world(Outer=outer)
    text = "'1': {id: '1', taskid: a, type: regular, task: {id: a, name: one, script: Outer}}"
    await lab_world.play(playbook(text, inputs={"word": None}), {"word": "abc"})
    assert await lab_world.said() == ['"cba"']
